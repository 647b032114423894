"""Dense retrieval: an exact scan of the int8 codes finds the nearest passages, float16 truth says how near they are."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from contextfs.domain.vector import Vector, from_half, is_blank, to_half, to_int8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.embedding.provider import EmbeddingProvider
    from contextfs.store.view import View, Visible

PASSAGES = 200


class Near(NamedTuple):
    """The passages nearest to the question."""

    vector: Vector
    cosines: dict[int, float]
    """Row -> the cosine of its nearest passage."""
    floor: float
    """No passage that was not found is nearer than this."""


def retrieve(view: View, provider: EmbeddingProvider, text: str, visible: Visible) -> Near | None:
    """The memories nearest in meaning; None where the question has no meaning to this provider."""
    vector = provider.embed_query(text)
    if is_blank(vector):
        return None
    found = view.scan(provider.identity, to_int8(vector), visible, PASSAGES)
    cosines: dict[int, float] = {}
    for one in found:  # the best first
        cosines.setdefault(one.row, one.cosine)
    return Near(vector, cosines, found[-1].cosine if len(found) == PASSAGES else 0.0)


def exact(view: View, provider: EmbeddingProvider, vector: Vector, rows: Sequence[int]) -> dict[int, float]:
    """Row -> nearness: the mean of the cosines of the whole memory and of its nearest passage."""
    halves = view.halves(provider.identity, rows)
    passages = [half for row in rows for half in halves.get(row, ())]
    if not passages:
        return {}
    cosines = _cosines(to_half(vector), passages)
    found: dict[int, float] = {}
    place = 0
    for row in rows:
        count = len(halves.get(row, ()))
        part = cosines[place : place + count]
        place += count
        if count == 1:
            found[row] = part[0]
        elif count:
            found[row] = (max(part) + _whole(part, halves[row])) / 2
    return found


def _whole(cosines: Sequence[float], halves: Sequence[bytes]) -> float:
    """Cosine of the mean of unit vectors: the mean of the cosines over the length of the mean vector."""
    total = array("f", bytes(2 * len(halves[0])))
    for half in halves:
        total = array("f", map(float.__add__, total, from_half(half)))
    length = sum(number * number for number in total) ** 0.5
    return sum(cosines) / length if length else 0.0


def _cosines(half: bytes, halves: Sequence[bytes]) -> Sequence[float]:
    size = len(half) // 2
    try:
        import simsimd
    except ImportError:
        query = from_half(half)
        return [sum(a * b for a, b in zip(query, from_half(one), strict=True)) for one in halves]
    left = memoryview(half).cast("H", (1, size))
    right = memoryview(b"".join(halves)).cast("H", (len(halves), size))
    distances = cast("Any", simsimd).cdist(left, right, metric="cosine", dtype="float16")
    return [1.0 - distance for distance in memoryview(distances).cast("B").cast("d").tolist()]
