"""Vectors as values: unit length, packed as halves for keeping and as bytes for scanning; standard library only."""

from __future__ import annotations

from array import array
from math import sqrt
from operator import mul
from struct import pack, unpack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Vector = array[float]
else:
    Vector = array  # array.array cannot be subscripted before Python 3.12

_ROUNDING = 1.5 * 2.0**52
LONGEST = 127  # the largest value of one signed byte, used on both sides of zero


def unit(values: Iterable[float]) -> Vector:
    """The values scaled to length one; values that are all zero have no direction and stay zero."""
    numbers = list(values)
    length = sqrt(sum(map(mul, numbers, numbers)))
    if not length:
        return array("f", numbers)
    scale = 1.0 / length
    return array("f", [number * scale for number in numbers])


def is_blank(vector: Vector) -> bool:
    """Whether the vector has no direction, as that of a text without a word."""
    return not any(vector)


def cosine(left: Vector, right: Vector) -> float:
    """The cosine of two vectors of length one; 0 where one has no direction."""
    return sum(map(mul, left, right))


def to_half(vector: Vector) -> bytes:
    """The vector as little-endian 16-bit floats, the form in which it is kept."""
    return pack(f"<{len(vector)}e", *vector)


def from_half(data: bytes) -> Vector:
    """The vector that `to_half` packed."""
    return array("f", unpack(f"<{len(data) // 2}e", data))


def to_int8(vector: Vector) -> bytes:
    """The vector as signed bytes, its largest value at 127; the scale is dropped, since a cosine needs none."""
    largest = max(map(abs, vector), default=0.0)
    if not largest:
        return bytes(len(vector))
    scale = LONGEST / largest
    # Whole numbers end up in the lowest bytes of the sums, rounded as `round` does and four times as fast.
    return pack(f"<{len(vector)}d", *[number * scale + _ROUNDING for number in vector])[::8]
