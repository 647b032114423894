"""Between a record and the memory that it is: what is written of it, and what is read back.

The record's fields travel in `structured`, under a mark that says so; the content is the same for people and for
search, which also takes each decision and each lesson by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record import CONTENT, LISTS, PARTS, TEXTS, Decision, Entity, Record, Task, record_of
from contextfs.domain.record_mark import (
    BLOCKER,
    HEADINGS,
    IN_PHASE,
    INSTEAD,
    MARK,
    PHASE,
    TAG,
    WHY,
    is_record,
)
from contextfs.errors import InvalidInput

_TITLE = 100
_KEPT = (*TEXTS, *CONTENT[2:])
_KINDS = {
    "decisions": "decision",
    "lessons_learned": "lesson",
    "active_tasks": "task",
    "entities": "entity",
    "reasoning_chains": "reasoning",
    "agreements_reached": "agreed",
    "disagreements_resolved": "resolved",
}
_BLOCKED = r"(?i)^\W*(?:(?:still|currently) )?(?:blocked|blocker)\b|\b(?:is|are|am) blocked (?:on|by)\b"


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def structured_of(record: Record) -> dict[str, object]:
    """The fields of a record as JSON; what is empty is left out."""
    fields = record.to_dict()
    return {**MARK, **{name: _filled(fields[name]) for name in _KEPT if fields[name]}}


def _filled(value: object) -> object:
    """The value without the empty fields of its parts."""
    if not isinstance(value, list):
        return value
    return [_pruned(one) for one in cast("list[object]", value)]


def _pruned(part: object) -> object:
    if not isinstance(part, dict):
        return part
    return {name: value for name, value in cast("dict[str, object]", part).items() if value}


def content_of(record: Record) -> str:
    """The record as people read it."""
    head = [record.context, f"## {HEADINGS['goal']}\n\n{record.goal}" if record.goal else ""]
    head.append(f"{IN_PHASE}{record.phase}" if record.phase else "")
    sections = [_section(name, items) for name in _KINDS if (items := getattr(record, name))]
    return "\n\n".join(part for part in (*head, *sections) if part)


def _section(name: str, items: Sequence[object]) -> str:
    lines = "\n".join("- " + _line(one).replace("\n", "\n  ") for one in items)
    return f"## {HEADINGS[name]}\n\n{lines}"


def _line(item: object) -> str:
    """One item of a list, in words."""
    if isinstance(item, Decision):
        why = f"\n{WHY}{item.rationale}" if item.rationale else ""
        return f"{item.decision}{why}" + "".join(f"\n{INSTEAD}{other}" for other in item.alternatives)
    if isinstance(item, Task):
        how = ", ".join(word for word in (item.status.replace("_", " "), item.priority) if word)
        return f"{item.task} ({how})"
    if isinstance(item, Entity):
        kind = f" ({item.type})" if item.type else ""
        return f"{item.name}{kind}" + (f": {item.notes}" if item.notes else "")
    return str(item)


def title_of(record: Record) -> str:
    """One line that names the record: how its context begins, else its goal, else its first decision or lesson."""
    choices: list[str] = [record.context, record.goal]
    choices += [part for name in _KINDS for part in map(_line, getattr(record, name))]
    line = next((text for text in choices if text), "").partition("\n")[0]
    sentence = re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0]
    if len(sentence) <= _TITLE:
        return sentence
    return sentence[: _TITLE - 1].rpartition(" ")[0].rstrip(",;:–- ") + "…"


def tags_of(record: Record) -> tuple[str, ...]:
    """The tags that a record has by itself: what it is, its phase, and that something blocks it."""
    phase = (PHASE + record.phase,) if record.phase else ()
    blocked = (BLOCKER,) if any(re.search(_BLOCKED, text) for text in (record.context, record.goal)) else ()
    return (TAG, *phase, *blocked)


def findable(record: Record) -> list[str]:
    """What shall be found by itself: each decision and each lesson, unless it is all that the record says."""
    items = [*map(_line, record.decisions), *record.lessons_learned]
    said = sum(1 for _ in items_of(record))
    return items if said > 1 else []


def items_of(record: Record) -> Iterator[tuple[str, str]]:
    """What a record consists of, item by item: the kind of each and what it says."""
    yield from ((name, text) for name in ("context", "goal") if (text := getattr(record, name)))
    for name, kind in _KINDS.items():
        yield from ((kind, _line(item)) for item in getattr(record, name))


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def record_from(memory: Memory) -> Record:
    """The record that a memory is; any other memory as one, to be read only."""
    told = _told(memory) if is_record(memory.structured) else None
    return (told or _seen(memory))._replace(
        files=list(memory.files),
        project=memory.project,
        id=memory.id,
        created_at=memory.created_at,
        updated_at=memory.updated_at,
    )


def _told(memory: Memory) -> Record | None:
    """The record from its fields; what a newer version added to them is passed over."""
    try:
        return record_of(dict(_known(memory.structured)))
    except (InvalidInput, AttributeError):  # not written by us: its text still says what it says
        return None


def _known(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if name in PARTS and isinstance(value, list):
            parts = cast("list[Mapping[str, object]]", value)
            yield name, [_only(part, PARTS[name]._fields) for part in parts]
        elif name in TEXTS or name in LISTS:
            yield name, value


def _only(part: Mapping[str, object], names: Sequence[str]) -> Mapping[str, object]:
    return {name: value for name, value in part.items() if name in names}


def _seen(memory: Memory) -> Record:
    """An ordinary memory as a record: its text is the context, and a decision is one decision."""
    decisions: list[Decision] = []
    if memory.type == MemoryType.DECISION:
        typed = memory.structured
        why, others = typed.get("rationale") or typed.get("why"), typed.get("alternatives")
        rest = memory.content.strip() if memory.summary else memory.content.strip().partition("\n")[2].strip()
        others = [str(one) for one in cast("list[object]", others)] if isinstance(others, list) else ()
        decisions.append(Decision(memory.title, str(why) if why else rest, others))
    return Record(context=memory.content, decisions=decisions)
