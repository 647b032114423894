"""Likeness: how much two sentences say the same, by their vectors where there are some, else by their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt

from contextfs.domain.text import query_terms
from contextfs.domain.vector import Vector, cosine

Embed = Callable[[Sequence[str]], Sequence[Vector | None]]
_UNRELATED = 0.35
"""Cosine of two sentences of one conversation that have nothing to do with each other, about."""
_STEM = 6
"""Letters by which two forms of a word are taken for one; enough to tell that two sentences repeat each other."""


class Likeness:
    """The likeness of any two of some texts, by their places."""

    def __init__(self, texts: Sequence[str], embed: Embed | None = None) -> None:
        self._words = _weighted([_terms(text) for text in texts])
        self._vectors = _trusted(texts, embed(texts)) if embed and texts else []
        self._product = _fastest()

    def between(self, one: int, other: int) -> float:
        """0 for nothing in common, 1 for the same."""
        shared = _dot(self._words[one], self._words[other])
        left, right = (self._vectors[one], self._vectors[other]) if self._vectors else (None, None)
        if left is None or right is None:
            return shared
        return max(shared, (self._product(left, right) - _UNRELATED) / (1 - _UNRELATED))

    def told(self, place: int) -> int:
        """How many words of its own a text has."""
        return len(self._words[place])


def _trusted(texts: Sequence[str], vectors: Sequence[Vector | None]) -> list[Vector | None]:
    """The vectors, but for scripts that a small model does not know, where all sentences look alike to it."""
    return [
        vector if sum(map(str.isascii, text)) * 2 > len(text) else None
        for text, vector in zip(texts, vectors, strict=True)
    ]


def _terms(text: str) -> list[str]:
    return [term.text[:_STEM] for term in query_terms(text) if term.kind != "stop"]


def _weighted(texts: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """The words of each text by how rare they are among the texts, at length one."""
    spread: dict[str, int] = {}
    for words in texts:
        for word in set(words):
            spread[word] = spread.get(word, 0) + 1
    return [_at_length_one({word: log(1 + len(texts) / spread[word]) for word in words}) for words in texts]


def _at_length_one(weights: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / length for word, weight in weights.items()}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def _fastest() -> Callable[[Vector, Vector], float]:
    try:
        from simsimd import dot  # a hundred times as fast, and some platforms have no wheel
    except ImportError:
        return cosine
    return dot  # pyright: ignore[reportReturnType] - its stubs know NumPy only, it takes any buffer
