"""Change: one entry of the append-only change log, and the pure fold from changes to current state.

The fold is causal: the winner of a field is the write that no other write of that field descends from; the clock
orders only concurrent writes (docs/decisions, change log). It is order-free and idempotent, so that synchronising
two stores is the union of their changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Patch = Mapping[str, object]
"""Field -> value. A tag, a metadata key and a file are fields of their own (``tag:auth``): concurrent edits merge."""

PURGE = "erase"
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
        """Whether the subject exists now: its content has arrived and it is neither deleted nor erased."""
        return not self.purged and "content" in self.fields and not self.fields.get("deleted")


def fold(changes: Iterable[Change]) -> Fold:
    """The current state of one subject: a pure function of the set of its changes."""
    unique = {change.id: change for change in changes}
    ordered = _causal_order(unique)
    heads = _heads(unique)
    if any(change.verb == PURGE for change in ordered):
        return Fold({}, heads, ordered[0], {}, True)
    if len(heads) <= 1 and all(len(change.parents) <= 1 for change in ordered):
        fields: dict[str, object] = {}
        for change in ordered:
            fields.update(change.patch or {})
        return Fold(fields, heads, ordered[0] if ordered else None, {}, False)
    return _fold_concurrent(ordered, heads)


def _causal_order(changes: Mapping[str, Change]) -> list[Change]:
    """Parents before children; between unrelated changes the clock decides, then the id."""
    ranked = sorted(changes.values(), key=lambda change: (change.clock, change.id))
    done: set[str] = set()
    ordered: list[Change] = []
    stack: list[Change] = []
    for start in ranked:
        stack.append(start)
        while stack:
            change = stack[-1]
            waiting = [p for p in change.parents if p in changes and p not in done]
            if change.id in done:
                stack.pop()
            elif waiting:
                stack.extend(changes[p] for p in reversed(waiting))
            else:
                stack.pop()
                done.add(change.id)
                ordered.append(change)
    return ordered


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
        maximal.sort(key=lambda change: (change.clock, change.id), reverse=True)
        values = [(change.patch or {})[field] for change in maximal]
        fields[field] = values[0]
        if field in _CONFLICTING and any(value != values[0] for value in values):
            conflicts[field] = tuple(change.id for change in maximal)
    return Fold(fields, heads, ordered[0], conflicts, False)
