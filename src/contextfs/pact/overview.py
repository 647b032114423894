"""Across records: the decisions that were made, and what is known of each entity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.entity import key_of
from contextfs.domain.record import Record, called
from contextfs.domain.record_memory import title_of


class Decided(NamedTuple):
    """One decision with the record that it stands in."""

    decision: str
    rationale: str
    alternatives: list[str]
    about: str
    """What that record is about, in a line."""
    id: str
    created_at: datetime | None


class Note(NamedTuple):
    """What one record says about an entity."""

    text: str
    id: str
    at: datetime | None


class Known(NamedTuple):
    """What all records together say about one entity."""

    name: str
    type: str
    notes: list[Note]
    """Each different one, the oldest first."""
    ids: list[str]
    """The records that name it, the newest first."""


def decisions_of(records: Iterable[Record]) -> list[Decided]:
    """The decisions of records, in their order."""
    return [
        Decided(*decision, title_of(record), record.id, record.created_at)
        for record in records
        for decision in record.decisions
    ]


def entities_of(records: Iterable[Record]) -> list[Known]:
    """The entities of records given the newest first, the most often named first, however each spells the name."""
    found: dict[str, Known] = {}
    for record in records:
        for entity in record.entities:
            known = found.setdefault(called(entity), Known(entity.name, "", [], []))
            known.ids.append(record.id)
            if entity.notes and entity.notes not in {note.text for note in known.notes}:
                known.notes.insert(0, Note(entity.notes, record.id, record.updated_at))
            if entity.type and not known.type:
                found[called(entity)] = known._replace(type=entity.type)
    return sorted(found.values(), key=lambda known: -len(known.ids))


def named(found: Iterable[Known], name: str) -> list[Known]:
    """Those with this in their name: the one that is called so first, then those whose name begins so."""
    wanted = key_of(name)
    if not wanted:
        return list(found) if not name.strip() else []
    keys = [(key_of(known.name), known) for known in found]
    return [known for key, known in sorted(keys, key=lambda one: _distance(one[0], wanted)) if wanted in key]


def _distance(key: str, wanted: str) -> tuple[bool, bool]:
    return key != wanted, not key.startswith(wanted)
