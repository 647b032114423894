"""What can be read from a memory's changes: its revisions, an earlier state, and how to take a change back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp, clock_micros
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import difference, memory_of

_FOLLOWS = ("updated_at",)
"""Fields that go with any change and are never undone for themselves."""


class Revision(NamedTuple):
    """One entry of a memory's history."""

    number: int
    """1 is the first; together with the id it names the revision."""
    id: str
    memory_id: str
    verb: str
    at: Timestamp
    author: str
    device: str
    patch: Mapping[str, object]
    erased: bool
    memory: Memory | None
    """The memory as it stood after this change; None when it was deleted or erased."""


class Undone(NamedTuple):
    """What undo took back."""

    verb: str
    """The verb of the action that was undone."""
    at: Timestamp
    memories: Sequence[Memory]
    """The memories as they stand now."""
    gone: Sequence[str]
    """Ids of memories that do not exist any more, since the undone action had created them."""
    skipped: Sequence[tuple[str, str]]
    """(memory id, field) that somebody has changed since and that were left alone."""


class Erased(NamedTuple):
    """The receipt of an erasure."""

    id: str
    changes: int
    """Entries of the change log whose text was removed."""
    found: Sequence[str]
    """Places where the text was still found afterwards; empty means it is gone."""
    backups: Sequence[str]
    """Backups in the data directory that may still hold it."""


def revisions(changes: Sequence[Change]) -> list[Revision]:
    """The history of one memory, oldest first; `changes` in causal order."""
    found: list[Revision] = []
    for number, change in enumerate(changes, 1):
        state = fold(changes[:number])
        found.append(
            Revision(
                number,
                change.id,
                change.subject,
                change.verb,
                Timestamp.from_micros(clock_micros(change.clock)),
                change.author,
                change.device,
                change.patch or {},
                change.patch is None,
                memory_of(change.subject, state),
            )
        )
    return found


def restore_patch(changes: Sequence[Change], upto: int) -> dict[str, object]:
    """The patch that makes the memory what it was after its first `upto` changes."""
    now, then = fold(changes).fields, fold(changes[:upto]).fields
    then = {**{name: value for name, value in then.items() if value is not None}, "deleted": None}
    patch = difference({name: value for name, value in now.items() if value is not None}, then)
    return {name: value for name, value in patch.items() if name not in _FOLLOWS}


def undo_patch(changes: Sequence[Change], batch: str) -> tuple[dict[str, object], list[str]]:
    """The patch that takes back what `batch` did to one memory, and the fields that changed since and stay."""
    ours = [change for change in changes if change.batch == batch]
    before = fold([change for change in changes if change.batch != batch and _precedes(change, ours)]).fields
    touched = {name for change in ours for name in change.patch or {}}
    later = {
        name
        for change in changes
        if change.batch != batch and not _precedes(change, ours)
        for name in change.patch or {}
    }
    patch: dict[str, object] = {name: before.get(name) for name in touched - later if name not in _FOLLOWS}
    if not before and "content" in patch:
        patch = {"deleted": True}
    return patch, sorted(touched & later - set(_FOLLOWS))


def _precedes(change: Change, ours: Sequence[Change]) -> bool:
    return bool(ours) and (change.clock, change.id) < (ours[0].clock, ours[0].id)
