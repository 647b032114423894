"""The forward pass of a small BERT in NumPy, over weights that stay where they are: mapped, in the model's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from contextfs.embedding.tensors import EPSILON, HEADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from contextfs.embedding.tensors import Tensors

    Floats = NDArray[np.float32]

GELU_ROWS = 64  # rows of the widest layer that fit into a core's cache together


class Linear(NamedTuple):
    """A matrix and what is added after it."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """The matrix applied to each row."""
        y = x @ self.weight.T
        y += self.bias
        return y


class Norm(NamedTuple):
    """A layer normalisation."""

    scale: Floats
    shift: Floats

    def __call__(self, x: Floats) -> Floats:
        """Each row brought to mean zero and variance one, in place, then scaled and shifted."""
        x -= x.mean(axis=-1, keepdims=True)
        x /= np.sqrt(
            np.einsum("...i,...i->...", x, x)[..., None] / np.float32(x.shape[-1]) + np.float32(EPSILON)
        )
        x *= self.scale
        x += self.shift
        return x


class Layer(NamedTuple):
    """One transformer layer."""

    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attended_norm: Norm
    wide: Linear
    narrow: Linear
    narrow_norm: Norm


class Bert:
    """Token ids to one vector per text: embeddings, layers, the mean over the text's tokens."""

    def __init__(self, tensors: Tensors) -> None:
        self._words = _read(tensors, "embeddings.word_embeddings.weight")
        # Every token is of the first type, since there is never a second text.
        kind = _read(tensors, "embeddings.token_type_embeddings.weight")[0]
        self._places = _read(tensors, "embeddings.position_embeddings.weight") + kind
        self._norm = _norm(tensors, "embeddings.LayerNorm")
        self._layers = [_layer(tensors, number) for number in range(tensors.layers)]
        self.dimensions = int(self._words.shape[1])

    def embed(self, batch: Sequence[Sequence[int]]) -> Floats:
        """The mean vectors at length one, one row per list of ids."""
        filled = Filled(batch)
        mask = None if filled.present.all() else filled.mask
        x = self._norm(self._words[filled.ids] + self._places[: filled.ids.shape[1]])
        for layer in self._layers:
            x = _run(layer, x, mask)
        x *= filled.present[..., None]
        return filled.mean(x.sum(axis=1))


class Filled:
    """Lists of ids as one table: shorter ones are filled up, and what is filling is known."""

    def __init__(self, batch: Sequence[Sequence[int]]) -> None:
        lengths = np.array([len(ids) for ids in batch])
        self.ids = np.zeros((len(batch), int(lengths.max())), np.int64)
        for row, tokens in zip(self.ids, batch, strict=True):
            row[: len(tokens)] = tokens
        self.present = np.arange(self.ids.shape[1]) < lengths[:, None]

    @property
    def mask(self) -> Floats:
        """What to add to the scores of each token: nothing, or so little that filling is not seen."""
        return np.where(self.present, np.float32(0), np.float32(-1e9))[:, None, None, :]

    def mean(self, sums: Floats) -> Floats:
        """Sums over the tokens as vectors of length one; only the direction counts, so the sum will do."""
        sums /= np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
        return sums


def _run(layer: Layer, x: Floats, mask: Floats | None) -> Floats:
    y = layer.attended(_attend(layer, x, mask))
    y += x
    x = layer.attended_norm(y)
    y = layer.narrow(_gelu(layer.wide(x)))
    y += x
    return layer.narrow_norm(y)


def _attend(layer: Layer, x: Floats, mask: Floats | None) -> Floats:
    texts, tokens, width = x.shape
    query, key, value = (
        part(x).reshape(texts, tokens, HEADS, width // HEADS).transpose(0, 2, 1, 3)
        for part in (layer.query, layer.key, layer.value)
    )
    scores = query @ key.transpose(0, 1, 3, 2)
    scores *= np.float32((width // HEADS) ** -0.5)
    if mask is not None:
        scores += mask
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return (scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width).astype(np.float32, copy=False)


def _gelu(x: Floats) -> Floats:
    """The exact unit in place: x times the normal distribution, a few rows at a time so that they stay in the cache."""
    rows = x.reshape(-1, x.shape[-1])
    for start in range(0, len(rows), GELU_ROWS):
        part = rows[start : start + GELU_ROWS]
        part *= _normal_distribution(part)
    return x


def _normal_distribution(x: Floats) -> Floats:
    """Abramowitz and Stegun 7.1.26, whose error of 1.5e-7 is that of a 32-bit float."""
    t = np.abs(x)
    t *= np.float32(0.3275911 * 0.5**0.5)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(factor)
        tail *= t
    tail *= np.exp(x * x * np.float32(-0.5))
    tail *= np.float32(0.5)
    return np.where(x < 0, tail, np.float32(1) - tail)


def _read(tensors: Tensors, name: str) -> Floats:
    return np.frombuffer(tensors.flat(name), np.float32).reshape(tensors.shape(name))


def _layer(tensors: Tensors, number: int) -> Layer:
    prefix = f"encoder.layer.{number}."
    return Layer(
        _linear(tensors, prefix + "attention.self.query"),
        _linear(tensors, prefix + "attention.self.key"),
        _linear(tensors, prefix + "attention.self.value"),
        _linear(tensors, prefix + "attention.output.dense"),
        _norm(tensors, prefix + "attention.output.LayerNorm"),
        _linear(tensors, prefix + "intermediate.dense"),
        _linear(tensors, prefix + "output.dense"),
        _norm(tensors, prefix + "output.LayerNorm"),
    )


def _linear(tensors: Tensors, name: str) -> Linear:
    return Linear(_read(tensors, name + ".weight"), _read(tensors, name + ".bias"))


def _norm(tensors: Tensors, name: str) -> Norm:
    return Norm(_read(tensors, name + ".weight"), _read(tensors, name + ".bias"))
