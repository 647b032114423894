"""Vectors as values: scaling, packing and the loss that each packing may have."""

from __future__ import annotations

from array import array
from math import isclose, sqrt

from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.vector import cosine, from_half, is_blank, to_half, to_int8, unit

numbers = st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=64)


@given(numbers)
def test_unit_has_length_one_or_is_blank(values: list[float]) -> None:
    """Scaled values have length one, unless there was nothing to scale."""
    vector = unit(values)
    length = sqrt(cosine(vector, vector))
    assert (
        is_blank(vector) if all(value * value == 0 for value in values) else isclose(length, 1, abs_tol=1e-5)
    )


@given(numbers)
def test_half_keeps_direction(values: list[float]) -> None:
    """A vector packed as halves comes back with a cosine of one."""
    vector = unit(values)
    again = from_half(to_half(vector))
    assert len(to_half(vector)) == 2 * len(vector)
    assert is_blank(vector) or cosine(unit(again), vector) > 0.99999


def test_half_is_little_endian() -> None:
    """The packed form does not depend on the machine."""
    assert to_half(array("f", [1.0, -2.0])) == b"\x00\x3c\x00\xc0"


@given(numbers)
def test_int8_keeps_direction(values: list[float]) -> None:
    """Signed bytes keep the direction within the error of one rounding step."""
    vector = unit(values)
    codes = array("b", to_int8(vector))
    assert len(codes) == len(vector)
    assert is_blank(vector) or cosine(unit(codes), vector) > 0.999


def test_int8_uses_the_whole_range_on_both_sides() -> None:
    """The largest value becomes 127 whatever its sign; a blank vector stays blank."""
    assert list(array("b", to_int8(array("f", [0.1, -0.5, 0.25])))) == [25, -127, 64]
    assert to_int8(array("f", [0.0, 0.0])) == b"\x00\x00"


def test_packing_an_empty_vector_gives_nothing() -> None:
    """No numbers are no bytes, and back."""
    assert to_half(array("f")) == to_int8(array("f")) == b""
    assert list(from_half(b"")) == []
