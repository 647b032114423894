"""What can be read from a memory's changes: its revisions, an earlier state, and how to take a change back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.change import DEFINING, Change, Patch, causal_order, descendants, fold
from contextfs.domain.clock import Timestamp, clock_micros
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import difference, memory_of
from contextfs.domain.session import Session
from contextfs.domain.session_state import session_of
from contextfs.errors import StoreCorrupt

UNDO = "undo"
UNDOES = "undoes"
"""The field in which an undo names the batch that it took back."""
_FOLLOWS = ("updated_at", UNDOES)
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
    """The memory as it stood after this change; None when it was deleted or erased, or is none."""
    session: Session | None = None
    """The session as it stood, where the change is one of a session."""
    kind: str = "memory"
    """What was changed: a memory, a session, what was decided about a name, the answer to a candidate."""


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
    sessions: Sequence[Session] = ()
    """The sessions as they stand now."""
    entities: Sequence[str] = ()
    """What was decided about names and is taken back, each as the name and the spellings that had come to mean it."""
    candidates: Sequence[str] = ()
    """Ids of the candidates of which the last answer is taken back."""


class Erased(NamedTuple):
    """The receipt of an erasure."""

    id: str
    changes: int
    """Entries of the change log whose text was removed."""
    found: Sequence[str]
    """Places where the text was still found afterwards; empty means it is gone."""
    backups: Sequence[str]
    """Backups in the data directory that may still hold it."""
    linked: Sequence[str] = ()
    """Ids of the memories of an erased session: they stay, and may repeat its words."""


def revisions(changes: Iterable[Change]) -> list[Revision]:
    """The history of one memory, oldest first."""
    ordered = causal_order(changes)
    return [_revision(ordered, number) for number in range(1, len(ordered) + 1)]


def revision_of(changes: Iterable[Change], change_id: str) -> Revision:
    """One entry of a memory's history."""
    ordered = causal_order(changes)
    number = next((n for n, change in enumerate(ordered, 1) if change.id == change_id), 0)
    if not number:
        raise StoreCorrupt(f"Change {change_id[:8]} is in the log and not among those of its memory.")
    return _revision(ordered, number)


def _revision(ordered: Sequence[Change], number: int) -> Revision:
    change, before, state = ordered[number - 1], fold(ordered[: number - 1]), fold(ordered[:number])
    return Revision(
        number,
        change.id,
        change.subject,
        change.verb,
        Timestamp.from_micros(clock_micros(change.clock)),
        change.author,
        change.device,
        _told(change.patch or {}, before.fields),
        change.patch is None,
        memory_of(change.subject, state),
        session_of(change.subject, state),
        change.kind,
    )


def _told(patch: Patch, before: Patch) -> Patch:
    """The patch without what every edit says beside its own: that the memory is not deleted."""
    if "deleted" in patch and bool(patch["deleted"]) == bool(before.get("deleted")):
        return {name: value for name, value in patch.items() if name != "deleted"}
    return patch


def restore_patch(changes: Iterable[Change], upto: int) -> dict[str, object]:
    """The patch that makes the memory what it was after its first `upto` changes."""
    ordered = causal_order(changes)
    now, then = _present(fold(ordered).fields), _present(fold(ordered[:upto]).fields)
    patch = {name: value for name, value in difference(now, then).items() if name not in _FOLLOWS}
    return {**patch, "deleted": None} if "deleted" in now else patch


def _present(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in fields.items()
        if value is not None and (name, value) != ("deleted", False)
    }


def undo_patch(changes: Iterable[Change], batch: str) -> tuple[dict[str, object], list[str]]:
    """The patch that takes back what `batch` did to one memory, and the fields that changed since and stay."""
    ordered = causal_order(changes)
    ours = [change for change in ordered if change.batch == batch]
    heirs = descendants(ordered, [change.id for change in ours])
    before = _present(fold(c for c in ordered if c.batch != batch and c.id not in heirs).fields)
    void = _taken_back(ordered)
    later = {
        name
        for change in ordered
        if change.id in heirs and change.batch not in void and change.batch != batch
        for name in _told(change.patch or {}, {})
    }
    touched = {name for change in ours for name in _told(change.patch or {}, before)} - set(_FOLLOWS)
    defining = DEFINING.get(ordered[0].kind, "content")
    if defining in touched and defining not in before:  # the batch made this: all of it goes, or nothing
        return ({}, sorted(touched & later)) if touched & later else ({"deleted": True}, [])
    return {name: before.get(name) for name in sorted(touched - later)}, sorted(touched & later)


def _taken_back(changes: Sequence[Change]) -> set[str]:
    """The batches that were undone and the undoings themselves: together they did nothing."""
    void: set[str] = set()
    for change in changes:
        if change.verb == UNDO and change.patch:
            void.update((change.batch, str(change.patch.get(UNDOES, ""))))
    return void
