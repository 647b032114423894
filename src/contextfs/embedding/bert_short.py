"""The same forward pass for a few dozen tokens without NumPy, whose import costs more than the query it would embed.

SimSIMD multiplies and adds; what it lacks, the exponential and the error function, is left to `math`. That makes a
token dearer than in NumPy, so this is for the short texts of a fresh process and for nothing else.
"""

from __future__ import annotations

from array import array
from math import erf, exp, sqrt
from typing import TYPE_CHECKING, Any, cast

import simsimd

from contextfs.domain.vector import unit
from contextfs.embedding.tensors import EPSILON, HEADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contextfs.domain.vector import Vector
    from contextfs.embedding.tensors import Tensors

    Floats = Vector | memoryview[float]  # rows one after the other: our own, or those of the mapped file

_simd = cast("Any", simsimd)  # its stubs do not know that everything takes and fills plain buffers


class ShortBert:
    """Token ids to one vector, as `Bert` gives it."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._width = self._tensors.shape("embeddings.word_embeddings.weight")[1]
        self._ones = array("f", [1.0]) * self._width

    def embed(self, ids: Sequence[int]) -> Vector:
        """The mean vector over the tokens at length one."""
        x = self._norm(self._tokens(ids), "embeddings.LayerNorm")
        for number in range(self._tensors.layers):
            x = self._layer(x, f"encoder.layer.{number}.")
        return unit(map(sum, zip(*_rows(x, self._width), strict=True)))

    def _tokens(self, ids: Sequence[int]) -> Floats:
        width, words = self._width, self._tensors.flat("embeddings.word_embeddings.weight")
        x = _joined(words[width * token : width * (token + 1)] for token in ids)
        x = _sum(x, self._tensors.flat("embeddings.position_embeddings.weight")[: len(x)])
        # Every token is of the first type, since there is never a second text.
        return _plus_row(x, self._tensors.flat("embeddings.token_type_embeddings.weight")[:width])

    def _layer(self, x: Floats, at: str) -> Floats:
        y = self._linear(self._attend(x, at + "attention.self."), at + "attention.output.dense")
        x = self._norm(_sum(y, x), at + "attention.output.LayerNorm")
        y = self._linear(_gelu(self._linear(x, at + "intermediate.dense")), at + "output.dense")
        return self._norm(_sum(y, x), at + "output.LayerNorm")

    def _linear(self, x: Floats, name: str) -> Floats:
        """A matrix applied to each row, and what is added after it."""
        weight, bias = self._tensors.flat(name + ".weight"), self._tensors.flat(name + ".bias")
        return _plus_row(_products(x, weight, len(weight) // len(bias)), bias)

    def _attend(self, x: Floats, at: str) -> Floats:
        """What each token takes from the others, one head after the other.

        The keys' bias would add the same to all scores of a token, and change no share; that of the values passes
        through every mean unchanged, so it is added at the end.
        """
        width, size, tokens = self._width, self._width // HEADS, len(x) // self._width
        query, key, value = (self._tensors.flat(f"{at}{part}.weight") for part in ("query", "key", "value"))
        bias = self._tensors.flat(at + "query.bias")
        values = _products(
            value, x, width
        )  # turned: a row for each number of a value, a column for each token
        seen = array("f")
        for first in range(0, width, size):
            head = slice(first * width, (first + size) * width)
            asked = _plus_row(_products(x, query[head], width), bias[first : first + size])
            scores = _products(asked, _products(x, key[head], width), size)
            shares = _shares(scores, tokens, size**-0.5)
            seen.frombytes(
                _products(values[first * tokens : (first + size) * tokens], shares, tokens).tobytes()
            )
        turned = _joined(seen[token::tokens] for token in range(tokens))
        return _plus_row(turned, self._tensors.flat(at + "value.bias"))

    def _norm(self, x: Floats, name: str) -> Floats:
        """Each row brought to mean zero and variance one, then scaled and shifted."""
        scale, shift = self._tensors.flat(name + ".weight"), self._tensors.flat(name + ".bias")
        return _joined(self._normal(row, scale, shift) for row in _rows(x, self._width))

    def _normal(self, row: Floats, scale: Floats, shift: Floats) -> Floats:
        centred = _sum(row, self._ones, -_simd.dot(row, self._ones) / self._width)
        deviation = sqrt(_simd.dot(centred, centred) / self._width + EPSILON)
        return _flat(_simd.fma(centred, scale, shift, alpha=1.0 / deviation, beta=1.0))


def _products(left: Floats, right: Floats, width: int) -> Floats:
    """The inner product of each row of one with each row of the other."""
    return _flat(_simd.cdist(_table(left, width), _table(right, width), metric="dot", out_dtype="float32"))


def _table(numbers: Floats, width: int) -> memoryview[float]:
    return memoryview(numbers).cast("B").cast("f", (len(numbers) // width, width))


def _rows(numbers: Floats, width: int) -> Iterable[Floats]:
    view: memoryview[float] = memoryview(numbers)
    return [view[start : start + width] for start in range(0, len(view), width)]


def _joined(parts: Iterable[Floats]) -> Floats:
    return array("f", b"".join(parts))


def _flat(found: Any) -> Floats:
    return memoryview(found).cast("B").cast("f")


def _sum(x: Floats, other: Floats, times: float = 1.0) -> Floats:
    return _flat(_simd.wsum(x, other, alpha=1.0, beta=times))


def _plus_row(x: Floats, row: Floats) -> Floats:
    """The same row added to each."""
    return _sum(x, array("f", row.tobytes() * (len(x) // len(row))))


def _gelu(x: Floats) -> Floats:
    """The exact unit: x times the normal distribution."""
    scaled = _flat(_simd.wsum(x, x, alpha=0.5**0.5, beta=0.0))
    return _flat(_simd.fma(x, array("f", list(map(erf, scaled))), x, alpha=0.5, beta=0.5))


def _shares(scores: Floats, tokens: int, scale: float) -> Floats:
    """The softmax of each row."""
    shares = array("f")
    for start in range(0, len(scores), tokens):
        row = scores[start : start + tokens].tolist()
        highest = max(row)
        powers = [exp(scale * (score - highest)) for score in row]
        total = sum(powers)
        shares.extend([power / total for power in powers])
    return shares
