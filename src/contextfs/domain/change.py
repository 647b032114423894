"""Change: one entry of the append-only change log, and the pure fold from changes to current state.

The fold is causal: the winner of a field is the write that no other write of that field descends from; the clock
orders only concurrent writes (docs/decisions, change log). It is order-free and idempotent, so that synchronising
two stores is the union of their changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

Patch = Mapping[str, object]
"""Field -> value. A tag, a metadata key and a file are fields of their own (``tag:auth``): concurrent edits merge."""

PURGE = "erase"
DEFINING = {
    "memory": "content",
    "session": "started_at",
    "entity": "name",
    "candidate": "answer",
    "verdict": "said",
}
"""Kind of subject -> the field that makes it exist; a kind that is not here was invented by a newer peer."""
_CONFLICTING = ("content", "deleted")


class Change(NamedTuple):
    """One write to one subject: who, when, after which other changes, and the fields it set."""

    id: str
    subject: str
    kind: str
    verb: str
    batch: str
    parents: tuple[str, ...]
    clock: int
    device: str
    author: str
    patch: Patch | None
    """None when the subject was erased: the fact of the change stays, its text does not."""


class Fold(NamedTuple):
    """What a set of changes of one subject amounts to."""

    fields: dict[str, object]
    heads: tuple[str, ...]
    """The changes that no other change descends from; the parents of the next one."""
    root: Change | None
    """The change that created the subject, for its author, device and time."""
    conflicts: dict[str, tuple[str, ...]]
    """Field -> the ids of concurrent changes that set it to different values; the first is current."""
    purged: bool

    @property
    def visible(self) -> bool:
        """Whether the subject exists now: what defines it has arrived and it is neither deleted nor erased."""
        if self.purged or self.root is None or self.fields.get("deleted"):
            return False
        return DEFINING.get(self.root.kind, "content") in self.fields


def fold(changes: Iterable[Change]) -> Fold:
    """The current state of one subject: a pure function of the set of its changes."""
    unique = {change.id: change for change in changes}
    if not unique:
        return Fold({}, (), None, {}, False)
    ordered = causal_order(unique.values())
    heads = _heads(unique)
    if any(change.verb == PURGE for change in ordered):
        return Fold({}, heads, ordered[0], {}, True)
    if len(heads) <= 1 and all(len(change.parents) <= 1 for change in ordered):
        fields: dict[str, object] = {}
        for change in ordered:
            fields.update(change.patch or {})
        return Fold(fields, heads, ordered[0], {}, False)
    return _fold_concurrent(ordered, heads)


def causal_order(changes: Iterable[Change]) -> list[Change]:
    """Each change once, parents before children; between unrelated ones the clock decides, then the id."""
    known = {change.id: change for change in changes}
    missing = {name: len(_known_parents(change, known)) for name, change in known.items()}
    children: dict[str, list[Change]] = {}
    for change in known.values():
        for parent in _known_parents(change, known):
            children.setdefault(parent, []).append(change)
    ready = [_age(change) for change in known.values() if not missing[change.id]]
    heapify(ready)
    ordered: list[Change] = []
    while ready:
        change = known.pop(heappop(ready)[1])
        ordered.append(change)
        for child in children.get(change.id, ()):
            missing[child.id] -= 1
            if not missing[child.id]:
                heappush(ready, _age(child))
    # Only a forged circle of parents leaves anything.
    return ordered + sorted(known.values(), key=_age)


def _known_parents(change: Change, known: Mapping[str, Change]) -> set[str]:
    return {parent for parent in change.parents if parent in known}


def descendants(ordered: Iterable[Change], ancestors: Iterable[str]) -> set[str]:
    """The ids of the changes that were made in knowledge of any of the `ancestors`; changes in causal order."""
    heirs: set[str] = set()
    above = set(ancestors)
    for change in ordered:
        if not above.isdisjoint(change.parents):
            heirs.add(change.id)
            above.add(change.id)
    return heirs


def _age(change: Change) -> tuple[int, str]:
    return change.clock, change.id


def _heads(changes: Mapping[str, Change]) -> tuple[str, ...]:
    seen = {parent for change in changes.values() for parent in change.parents}
    return tuple(sorted(set(changes) - seen))


def _fold_concurrent(ordered: Sequence[Change], heads: tuple[str, ...]) -> Fold:
    """The general case: per field, keep the maximal writers; the latest of them is current."""
    ancestors: dict[str, int] = {}
    bit: dict[str, int] = {}
    writers: dict[str, list[Change]] = {}
    for position, change in enumerate(ordered):
        bit[change.id] = 1 << position
        mask = 0
        for parent in change.parents:
            mask |= ancestors.get(parent, 0) | bit.get(parent, 0)
        ancestors[change.id] = mask
        for field in change.patch or {}:
            rivals = [w for w in writers.get(field, []) if not bit[w.id] & mask]
            writers[field] = [*rivals, change]
    fields: dict[str, object] = {}
    conflicts: dict[str, tuple[str, ...]] = {}
    for field, maximal in writers.items():
        maximal.sort(key=_age, reverse=True)
        values = [(change.patch or {})[field] for change in maximal]
        fields[field] = values[0]
        if field in _CONFLICTING and any(value != values[0] for value in values):
            conflicts[field] = tuple(change.id for change in maximal)
    return Fold(fields, heads, ordered[0], conflicts, False)
