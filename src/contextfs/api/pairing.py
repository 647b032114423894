"""Pairs: what repeats and what contradicts, found among the newest memories and all that lie near them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from time import monotonic
from typing import NamedTuple

from contextfs.api.engine import Engine, now
from contextfs.api.verdicts import Said
from contextfs.capture.duplicates import SHARED_WORDS, overlap, same_claims
from contextfs.domain.given import whole_number
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, Scope
from contextfs.domain.sketch import sketch_of
from contextfs.domain.tending import Pair, Pairs
from contextfs.domain.vector import Vector, cosine, from_half, to_int8
from contextfs.hygiene.opposites import opposite, swapped
from contextfs.hygiene.statements import spelled
from contextfs.store.view import View, Visible

Progress = Callable[[int, int], None]
Judge = Callable[[Memory, Memory, float], Pair | None]
"""(older, newer, cosine) -> how they belong together."""

DUPLICATE, CONTRADICTION = "duplicate", "contradiction"
_NEAR = 8
"""Nearest memories by vectors that each is compared with."""
_SHARING, _SKETCHED = 64, 6
"""Memories that one long word brings in, and how many of those that share most of them are compared."""
_CLOSE = 0.55
"""Cosine from which two memories are about the same thing."""
_SAME_MEANING, _SAME_WORDS = 0.86, 0.35
"""A cosine from which fewer shared words are enough for a near-duplicate."""


def duplicates(
    engine: Engine, scope: Scope, most: int, progress: Progress | None = None, *, patience: float = inf
) -> Pairs:
    """The memories that say nearly the same, the surest first; stops comparing after `patience` seconds."""
    return _pairs(engine, scope, most, patience, (DUPLICATE, _same), progress)


def contradictions(
    engine: Engine, scope: Scope, most: int, progress: Progress | None = None, *, patience: float = inf
) -> Pairs:
    """The memories that say the opposite of each other, the surest first; stops after `patience` seconds."""
    return _pairs(engine, scope, most, patience, (CONTRADICTION, _opposed), progress)


def _same(older: Memory, newer: Memory, near: float) -> Pair | None:
    if not same_claims(spelled(older.content), spelled(newer.content)):
        return None
    shared = overlap(older.content, newer.content)
    if shared < SHARED_WORDS and (near < _SAME_MEANING or shared < _SAME_WORDS):
        return None
    if swapped(older.content, newer.content) or opposite(older.content, newer.content):
        return None
    return Pair(older, newer, "duplicate", round(max(shared, near), 3), why="they say nearly the same")


def _opposed(older: Memory, newer: Memory, _near: float) -> Pair | None:
    if not _OF_A_MOMENT.isdisjoint((str(older.type), str(newer.type))):
        return None
    found = opposite(older.content, newer.content)
    if found is None:
        return None
    return Pair(older, newer, found.kind, round(found.likeness, 3), (found.older, found.newer), found.why)


_OF_A_MOMENT = frozenset((MemoryType.EPISODIC.value, MemoryType.CODE.value))
"""Types that speak of one moment, or are no statement: two of them cannot contradict each other."""


def _pairs(
    engine: Engine,
    scope: Scope,
    most: int,
    patience: float,
    asked: tuple[str, Judge],
    progress: Progress | None,
) -> Pairs:
    limit = whole_number("most", most, 1, 10**9)
    filters = Filters(statuses=("active",))
    until = monotonic() + patience
    with engine.store.reading() as view:
        memories = [one for one in view.select(filters, scope, limit) if not one.superseded_by]
        near, looked = _Near(engine, view), 0
        found: dict[frozenset[str], Pair] = {}
        for memory in memories:
            if looked and monotonic() > until:
                break
            found |= _pairs_of(memory, near, asked[1], found)
            looked += 1
            if progress:
                progress(looked, len(memories))
        total = view.count(filters, scope)
        said = Said(view)
        left = [one for key, one in found.items() if not said.of(asked[0], tuple(key))]
    left.sort(key=lambda one: (-one.likeness, one.newer.id))
    return Pairs(left, total if looked == len(memories) < limit else looked, total)


def _pairs_of(
    memory: Memory, near: _Near, judge: Judge, known: Mapping[frozenset[str], Pair]
) -> dict[frozenset[str], Pair]:
    found: dict[frozenset[str], Pair] = {}
    for other, cosine_ in near.of(memory):
        key = frozenset((memory.id, other.id))
        if key not in known and (pair := judge(*_by_age(memory, other), cosine_)):
            found[key] = pair
    return found


def _by_age(one: Memory, other: Memory) -> tuple[Memory, Memory]:
    first, second = sorted((one, other), key=lambda memory: (memory.created_at or now(), memory.id))
    return first, second


class _Close(NamedTuple):
    memory: Memory
    cosine: float


class _Near:
    """What lies near a memory in its own namespace, by its long words and by its vector."""

    def __init__(self, engine: Engine, view: View) -> None:
        self._view = view
        provider = engine.embedder.provider
        self._identity = provider.identity if provider else ""
        self._visible: dict[str, Visible] = {}
        self._rows: dict[int, Memory | None] = {}
        self._vectors: dict[int, Vector | None] = {}

    def of(self, memory: Memory) -> Iterator[_Close]:
        """The memories near this one that hold now, each once, with the cosine of the two."""
        rows = self._by_words(memory)
        own = next((row for row in rows if self._memory(row) and self._is(row, memory)), None)
        own = self._view.row_of(memory.id) if own is None else own
        vector = self._vector(own)
        close = dict(self._by_vector(memory, vector, own))
        for row in dict.fromkeys((*close, *rows)):
            other = self._memory(row)
            if row == own or other is None or not _holds(other) or other.namespace != memory.namespace:
                continue
            yield _Close(other, close.get(row, 0.0) or self._cosine(vector, row))

    def _is(self, row: int, memory: Memory) -> bool:
        other = self._memory(row)
        return other is not None and other.id == memory.id

    def _by_words(self, memory: Memory) -> list[int]:
        sketch = sketch_of(memory.content)
        counts: dict[int, int] = {}
        for row in self._view.sharing(memory.namespace, sketch, _SHARING):
            counts[row] = counts.get(row, 0) + 1
        rows = sorted((row for row in counts if counts[row] > 1), key=lambda row: -counts[row])
        return rows[: _SKETCHED + 1]

    def _by_vector(self, memory: Memory, vector: Vector | None, own: int) -> Iterable[tuple[int, float]]:
        if vector is None:
            return ()
        visible = self._visible.get(memory.namespace)
        if visible is None:
            visible = self._view.visible(
                Filters(statuses=("active", "deprecated")), Scope((memory.namespace,))
            )
            self._visible[memory.namespace] = visible
        scanned = self._view.scan(self._identity, to_int8(vector), visible, _NEAR + 1)
        return ((one.row, one.cosine) for one in scanned if one.cosine >= _CLOSE and one.row != own)

    def _memory(self, row: int) -> Memory | None:
        if row not in self._rows:
            self._rows.update({row: None, **self._view.memories([row])})
        return self._rows[row]

    def _vector(self, row: int) -> Vector | None:
        if row not in self._vectors:
            halves = self._view.halves(self._identity, [row]).get(row) if self._identity else None
            self._vectors[row] = from_half(halves[0]) if halves else None
        return self._vectors[row]

    def _cosine(self, vector: Vector | None, row: int) -> float:
        other = self._vector(row)
        return cosine(vector, other) if vector is not None and other is not None else 0.0


def _holds(memory: Memory) -> bool:
    """Whether a memory is still meant to be true."""
    expired = memory.expires_at is not None and memory.expires_at <= now()
    return memory.status == "active" and not memory.superseded_by and not expired
