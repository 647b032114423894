"""The texts of records that people read, made from values; nothing here prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from contextfs.cli import blocks
from contextfs.cli.render import paint, visible
from contextfs.domain.dates import ago
from contextfs.domain.record_memory import content_of, title_of

if TYPE_CHECKING:
    from contextfs.domain.record import Record
    from contextfs.domain.record_tasks import Standing
    from contextfs.pact.overview import Decided, Known
    from contextfs.pact.surface import Recorded

_MARKS = {"completed": "x", "in_progress": "~", "pending": " "}
_WIDTH = 100


def saved(value: Recorded) -> str:
    """What saving a record did, and what would make it better."""
    done = "Saved" if value.created else "Already there:"
    advice = [paint(f"Advice: {visible(line)}", "dim") for line in value.advice]
    return "\n".join([f"{done} {name(value.record)}", *advice])


def name(record: Record) -> str:
    """The record in one short phrase."""
    return f"{paint(record.short_id, 'id')} {blocks.short(title_of(record))}"


def results(records: Sequence[Record], nothing: str) -> str:
    """Records one below the other, each with the parts that answered."""
    return "\n\n".join(map(result, records)) if records else nothing


def result(record: Record) -> str:
    """One record: how well it answers, what it is about, what of it answered."""
    head = [paint(f"[{record.relevance:.2f}]", "relevance")] if record.relevance else []
    head += [paint(f"[{record.phase}]", "type")] if record.phase else []
    shown, hidden = blocks.cut(record.context or content_of(record), full=False)
    lines = [" ".join(head)] if head else []
    lines += [f"  {line}" for line in visible(shown).split("\n")]
    lines += [paint(f"  {hidden.partition(':')[0]}", "dim")] if hidden else []
    lines += [f"  → {blocks.short(part, _WIDTH)}" for part in record.matched]
    lines += [f"  Files: {visible(', '.join(record.files))}"] if record.files else []
    return "\n".join([*lines, f"  ID: {paint(record.short_id, 'id')} · {_age(record.created_at)}"])


def whole(record: Record) -> str:
    """Everything that a record says."""
    times = (record.created_at, record.updated_at)
    known = {
        "ID": record.id,
        "Project": record.project,
        "Files": ", ".join(record.files),
        "Saved": _age(times[0]),
        "Changed": _age(times[1]) if times[0] != times[1] else "",
    }
    told = blocks.facts({label: visible(value) for label, value in known.items()})
    return f"{visible(content_of(record))}\n\n{told}"


def rows(records: Sequence[Record], total: int) -> str:
    """Records one line each."""
    if not records:
        return "No records yet: contextfs pact save - < record.json"
    cells = [
        (paint(one.short_id, "id"), one.phase, _age(one.created_at), blocks.short(title_of(one)))
        for one in records
    ]
    return f"{blocks.table(cells)}\n{paint(f'{len(records)} of {total}', 'dim')}"


def decisions(found: Sequence[Decided]) -> str:
    """Decisions with their reasons, as a log."""
    return "\n\n".join(map(_decision, found)) if found else "No decisions found."


def _decision(one: Decided) -> str:
    lines = [visible(one.decision)]
    lines += [f"  Why: {visible(one.rationale)}"] if one.rationale else []
    lines += [f"  Instead of: {visible(other)}" for other in one.alternatives]
    about = f"  {paint(one.id[:8], 'id')} · {_age(one.created_at)}"
    return "\n".join([*lines, about + (f" · {blocks.short(one.about)}" if one.about != one.decision else "")])


def entities(found: Sequence[Known]) -> str:
    """Entities with what is known of them."""
    return "\n".join(map(_entity, found)) if found else "No entities found."


def _entity(one: Known) -> str:
    kind = f" ({one.type})" if one.type else ""
    count = f"{len(one.ids)} records" if len(one.ids) > 1 else one.ids[0][:8]
    lines = [f"{visible(one.name + kind)} {paint(count, 'dim')}"]
    return "\n".join([*lines, *(f"  - {visible(note.text)}, {_age(note.at)}" for note in one.notes)])


def tasks(found: Sequence[Standing]) -> str:
    """Tasks as a list to tick off."""
    if not found:
        return "No tasks found."
    cells = [
        (f"[{_MARKS.get(one.status, ' ')}]", one.priority, paint(one.id[:8], "id"), visible(one.task))
        for one in found
    ]
    return blocks.table(cells)


def _age(moment: datetime | None) -> str:
    return ago(moment, blocks.now()) if moment else ""
