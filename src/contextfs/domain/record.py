"""A PACT record: what a phase of work decided, learnt and left open, in typed fields.

Whoever gives one may mix plain mappings, plain texts and the objects that a record returns; `record_of` makes all of
it the same, or says which value at which path it cannot take. Every list of a record is a real list, so that
`record.entities + [{...}]` works, and an absent text is "".
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from contextfs.domain.given import line_of, text_of
from contextfs.domain.text import split_identifier
from contextfs.errors import InvalidInput

PHASES = ("prepare", "architect", "code", "test")
STATUSES = ("pending", "in_progress", "completed")
PRIORITIES = ("low", "medium", "high")


class Task(NamedTuple):
    """Something to do, with how far it is."""

    task: str
    status: str = "pending"
    """One of pending, in_progress, completed."""
    priority: str = ""
    """One of low, medium, high, or nothing."""


class _Decision(NamedTuple):
    decision: str
    rationale: str
    alternatives: list[str]


class Decision(_Decision):
    """A choice, why it was made, and what else was considered."""

    __slots__ = ()

    def __new__(cls, decision: str, rationale: str = "", alternatives: Iterable[str] = ()) -> Decision:
        """Each decision has a list of its own."""
        return super().__new__(cls, decision, rationale, list(alternatives))


class Entity(NamedTuple):
    """A named thing that the work was about."""

    name: str
    type: str = ""
    """Any word: component, service, class, table, file."""
    notes: str = ""


Part = Task | Decision | Entity
TEXTS = ("context", "goal", "phase")
LISTS = ("lessons_learned", "reasoning_chains", "agreements_reached", "disagreements_resolved", "files")
PARTS: Mapping[str, type[Task | Decision | Entity]] = {
    "active_tasks": Task,
    "decisions": Decision,
    "entities": Entity,
}
GIVEN = ("id", "created_at", "updated_at", "matched", "relevance")
"""What the store says about a record; in what a caller gives it is passed over."""


class _Record(NamedTuple):
    context: str
    goal: str
    active_tasks: list[Task]
    lessons_learned: list[str]
    decisions: list[Decision]
    entities: list[Entity]
    files: list[str]
    reasoning_chains: list[str]
    agreements_reached: list[str]
    disagreements_resolved: list[str]
    phase: str
    project: str
    id: str
    created_at: datetime | None
    updated_at: datetime | None
    matched: list[str]
    relevance: float


class Record(_Record):
    """What a phase of work decided, learnt and left open; of what came from a search also how well it answers."""

    __slots__ = ()

    def __new__(
        cls,
        context: str = "",
        goal: str = "",
        active_tasks: Iterable[Task] = (),
        lessons_learned: Iterable[str] = (),
        decisions: Iterable[Decision] = (),
        entities: Iterable[Entity] = (),
        files: Iterable[str] = (),
        reasoning_chains: Iterable[str] = (),
        agreements_reached: Iterable[str] = (),
        disagreements_resolved: Iterable[str] = (),
        phase: str = "",
        project: str = "",
        id: str = "",
        created_at: datetime | None = None,
        updated_at: datetime | None = None,
        matched: Iterable[str] = (),
        relevance: float = 0.0,
    ) -> Record:
        """Each record has lists of its own."""
        told = (list(active_tasks), list(lessons_learned), list(decisions), list(entities), list(files))
        more = (list(reasoning_chains), list(agreements_reached), list(disagreements_resolved))
        where = (phase, project, id, created_at, updated_at)
        return super().__new__(cls, context, goal, *told, *more, *where, list(matched), relevance)

    def __hash__(self) -> int:
        """By id and context, since lists cannot be hashed."""
        return hash((self.id, self.context))

    @property
    def short_id(self) -> str:
        """The first eight characters of the id, as it is shown."""
        return self.id[:8]

    def to_dict(self) -> dict[str, object]:
        """The record as JSON can say it: its id first, times in ISO 8601; what search adds only where there is any."""
        fields = {name: _plain(value) for name, value in self._asdict().items()}
        if not self.relevance:
            del fields["matched"], fields["relevance"]
        return {"id": self.id, **fields}


FIELDS = (*TEXTS, *LISTS, *PARTS, "project")
"""What may be given."""
CONTENT = tuple(name for name in FIELDS if name not in {"phase", "project", "files"})
"""What a record must have at least one of."""


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Task | Decision | Entity):
        return value._asdict()
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    return value


def record_of(given: Record | Mapping[str, object]) -> Record:
    """The record that somebody means; raises InvalidInput that names the field or the path to the value."""
    fields = fields_of(given)
    record = Record(
        **{name: _made(name, value) for name, value in fields.items()}  # type: ignore[arg-type]
    )
    if not any(getattr(record, name) for name in CONTENT):
        raise InvalidInput(
            "There is nothing in the record.", hint="Give at least a context, a decision or a lesson."
        )
    return record


def fields_of(given: object) -> dict[str, object]:
    """The fields that are given, checked: texts stay texts, lists lists, parts the mappings of what they name."""
    if isinstance(given, Record):
        given = {name: value for name, value in given._asdict().items() if value}
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"A record is a mapping of its fields, not {type(given).__name__}.",
            hint='Give at least {"context": "…"}.',
        )
    fields = cast("Mapping[object, object]", given)
    _refuse_unknown("A record", fields, (*FIELDS, *GIVEN), shown=FIELDS)
    return {
        str(name): _checked(str(name), value)
        for name, value in fields.items()
        if value is not None and name not in GIVEN
    }


def _checked(name: str, value: object) -> object:
    if name in PARTS:
        return [_part(PARTS[name], path, one) for path, one in _items(name, value)]
    if name == "files":
        return unrepeated(_text(path, path_as_text(one)) for path, one in _items(name, value))
    if name in LISTS:
        return unrepeated(_text(path, one) for path, one in _items(name, value))
    if name == "project":
        return line_of(name, value)
    return _choice(name, value, PHASES) if name == "phase" else _text(name, value)


def path_as_text(path: object) -> object:
    """A path object as the text that it stands for; anything else as it is."""
    return cast("os.PathLike[str]", path).__fspath__() if isinstance(path, os.PathLike) else path


def _made(name: str, value: object) -> object:
    if name not in PARTS:
        return value
    made: dict[str, Part] = {}
    for fields in cast("list[dict[str, Any]]", value):
        part = PARTS[name](**fields)
        known = made.setdefault(_same(part), part)
        if isinstance(part, Entity) and isinstance(known, Entity) and known != part:
            made[_same(part)] = _together(known, part)
    return list(made.values())


def _same(part: Part) -> str:
    """By what a part is known for one that is given already: all of it, or the name of an entity."""
    return called(part) if isinstance(part, Entity) else repr(part)


def _together(known: Entity, more: Entity) -> Entity:
    """One entity of two that are called the same: the first name, and what either says of it."""
    notes = unrepeated((*known.notes.split("\n"), *more.notes.split("\n")))
    return Entity(known.name, known.type or more.type, "\n".join(notes))


def called(part: Part) -> str:
    """The name by which a part of a record is known; `InvoiceExporter` and `invoice exporter` are one entity.

    Files and what else has a mark in its name are taken as they are written: two folders may hold an `index.ts`.
    """
    name = spelled(part[0])
    if isinstance(part, Entity) and not set(name) & set("/\\.+#:@"):
        return "".join(split_identifier(part.name)) or name
    return name


def unrepeated(texts: Iterable[str]) -> list[str]:
    """The texts that say something, each once, whatever its case and spaces."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(spelled(text), text)
    return list(found.values())


def spelled(name: str) -> str:
    """The one spelling by which two texts are taken for the same."""
    return " ".join(name.casefold().split())


_SINGLE: tuple[type, ...] = (str, bytes, Mapping, Task, Decision, Entity)
"""Sequences, or what looks like one, that stand for one thing."""


def _items(path: str, value: object) -> list[tuple[str, object]]:
    """The items of a list, each with its path; a text is refused, since its letters would be the items."""
    if isinstance(value, _SINGLE) or not isinstance(value, Sequence):
        raise InvalidInput(f"{path} must be a list, not {type(value).__name__}.", hint="Write it as [ … ].")
    items = enumerate(cast("Sequence[object]", value))
    return [(f"{path}[{place}]", one) for place, one in items if one is not None]


def _text(path: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidInput(
            f"{path} must be a text, not {type(value).__name__}.", hint=f"It is {value!r:.80}."
        )
    return text_of(path, value).strip()


def _part(kind: type[Task | Decision | Entity], path: str, value: object) -> dict[str, Any]:
    """What is given of a task, a decision or an entity; a plain text is its name."""
    first, names = kind._fields[0], kind._fields
    if isinstance(value, str):
        value = {first: value}
    elif isinstance(value, Task | Decision | Entity):
        if not isinstance(value, kind):
            raise InvalidInput(
                f"{path} must be a {first}, not {type(value).__name__}.",
                hint=f"Its fields are: {', '.join(names)}",
            )
        value = value._asdict()
    if not isinstance(value, Mapping):
        raise InvalidInput(
            f"{path} must be a mapping or a text, not {type(value).__name__}.",
            hint=f"Its fields are: {', '.join(names)}",
        )
    fields = cast("Mapping[object, object]", value)
    _refuse_unknown(path, fields, names, shown=names)
    told = {str(name): _of_part(path, str(name), one) for name, one in fields.items() if one is not None}
    if not told.get(first):
        raise InvalidInput(f"{path} has no {first}.", hint=f"Its fields are: {', '.join(names)}")
    return told


def _of_part(path: str, name: str, value: object) -> object:
    path = f"{path}.{name}"
    if name == "alternatives":
        return unrepeated(_text(inner, one) for inner, one in _items(path, value))
    if name == "status":
        return _choice(path, value, STATUSES) or STATUSES[0]
    return _choice(path, value, PRIORITIES) if name == "priority" else _text(path, value)


def _choice(path: str, value: object, accepted: Sequence[str]) -> str:
    """One of a few words, in any case and with spaces or hyphens for underscores, or nothing."""
    text = _text(path, value)
    word = text.lower().replace(" ", "_").replace("-", "_")
    if word and word not in accepted:
        raise InvalidInput(f"{path} is {text!r}.", hint=f"Use one of: {', '.join(accepted)}")
    return word


def _refuse_unknown(
    what: str, fields: Mapping[object, object], known: Sequence[str], *, shown: Sequence[str]
) -> None:
    unknown = [name for name in fields if name not in known]
    if not unknown:
        return
    from difflib import get_close_matches  # a slow import that only a typing error needs

    near = get_close_matches(str(unknown[0]), shown, 1, 0.5)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    raise InvalidInput(f"{what} has no field {unknown[0]!r}.{meant}", hint=f"It has: {', '.join(shown)}")
