"""Dense retrieval: an exact scan of the int8 codes finds the nearest passages, float16 truth says how near they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from contextfs.domain.vector import Vector, cosine, from_half, is_blank, to_half, to_int8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.embedding.provider import EmbeddingProvider
    from contextfs.store.view import View, Visible

PASSAGES = 100
_PASSAGES_OF_ONE = 64
"""Passages of one memory whose mean stands for the whole of it."""


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
    cosines = _cosines([to_half(vector)], passages)
    found: dict[int, float] = {}
    place = 0
    for row in rows:
        count = len(halves.get(row, ()))
        part = cosines[place : place + count]
        place += count
        if count:
            found[row] = part[0] if count == 1 else (max(part) + _whole(part, halves[row])) / 2
    return found


def _whole(cosines: Sequence[float], halves: Sequence[bytes]) -> float:
    """Cosine to the mean of unit vectors: the sum of the cosines over the length of the sum of the vectors."""
    among = halves[:_PASSAGES_OF_ONE]
    length = sum(_cosines(among, among)) ** 0.5
    return sum(cosines[: len(among)]) / length if length else 0.0


def _cosines(left: Sequence[bytes], right: Sequence[bytes]) -> Sequence[float]:
    """The cosine of each vector on the left to each on the right, row by row; a blank one has none."""
    size = len(right[0]) // 2
    try:
        import simsimd
    except ImportError:
        numbers = [from_half(one) for one in right]
        return [cosine(from_half(one), other) for one in left for other in numbers]
    first = memoryview(b"".join(left)).cast("H", (len(left), size))
    second = memoryview(b"".join(right)).cast("H", (len(right), size))
    distances = cast("Any", simsimd).cdist(first, second, metric="cosine", dtype="float16")
    return [1.0 - distance for distance in memoryview(distances).cast("B").cast("d").tolist()]
