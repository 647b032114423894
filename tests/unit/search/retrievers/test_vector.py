"""Nearness of a whole memory and of its passages."""

from __future__ import annotations

from math import sqrt

import pytest

from contextfs.domain.vector import cosine, from_half, to_half, unit
from contextfs.search.retrievers import vector


class OneMemory:
    """The part of a view that says which vectors a memory has."""

    def __init__(self, *vectors: list[float]) -> None:
        self.vectors = [to_half(unit(one)) for one in vectors]

    def halves(self, identity: str, rows: list[int]) -> dict[int, list[bytes]]:
        return {row: self.vectors for row in rows if row == 7}


class Named:
    identity = "x"


def near(asked: list[float], *passages: list[float]) -> dict[int, float]:
    return vector.exact(OneMemory(*passages), Named(), unit(asked), [7, 8])  # type: ignore[arg-type]


def test_one_passage_is_the_whole_memory() -> None:
    """The cosine of its only vector; a memory without vectors is not named."""
    assert near([1, 0], [1, 1]) == {7: pytest.approx(1 / sqrt(2), abs=1e-3)}


def test_several_passages_are_the_best_and_the_whole() -> None:
    """The mean of the nearest passage's cosine and of that of the mean vector."""
    passages = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]
    units = [from_half(to_half(unit(one))) for one in passages]
    whole = unit([sum(column) for column in zip(*units, strict=True)])
    expected = (1.0 + cosine(whole, unit([1, 0, 0]))) / 2
    assert near([1, 0, 0], *passages) == {7: pytest.approx(expected, abs=1e-3)}


def test_it_is_the_same_without_simd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SimSIMD has no wheel, plain Python gives the same numbers."""
    fast = near([3, 1, 2], [1, 2, 3], [0, 1, 0])
    monkeypatch.setitem(__import__("sys").modules, "simsimd", None)
    assert near([3, 1, 2], [1, 2, 3], [0, 1, 0]) == pytest.approx(fast, abs=1e-3)
