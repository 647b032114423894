"""A place in the code is read as it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.lineage import Place, place_of
from contextfs.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("src/a.py", Place("src/a.py")),
        ("src/a.py:12", Place("src/a.py", 12, 12)),
        ("src/a.py:12-30", Place("src/a.py", 12, 30)),
        ("src/a.py:12:5", Place("src/a.py", 12, 12)),
        ("src/a.py::Token.refresh", Place("src/a.py", symbol="Token.refresh")),
        ("src/a.py::refresh()", Place("src/a.py", symbol="refresh")),
        ("C:\\repo\\a.py", Place("C:\\repo\\a.py")),
        ("C:/repo/a.py:7", Place("C:/repo/a.py", 7, 7)),
        ("notes: today.md", Place("notes: today.md")),
        ("a:1x", Place("a:1x")),
        ("notes:2024-plan.md", Place("notes:2024-plan.md")),
        ("a.py#L7", Place("a.py", 7, 7)),
        ("a.py#L7-L9", Place("a.py", 7, 9)),
        ("a.py#L7-9", Place("a.py", 7, 9)),
        ("lib.rs::Pool::acquire", Place("lib.rs", symbol="Pool::acquire")),
        ("a.cpp::operator::", Place("a.cpp", symbol="operator::")),
    ],
)
def test_places_are_parsed(typed: str, place: Place) -> None:
    """Path, line, range and symbol are told apart, and a colon elsewhere belongs to the name."""
    assert place_of(typed) == place


@pytest.mark.parametrize("typed", ["", "  ", "a.py:0", "a.py:9-3", "a\0b"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    """An empty path, line 0 and a range that runs backwards are refused with what is accepted."""
    with pytest.raises(InvalidInput) as caught:
        place_of(typed)
    assert "PATH:START-END" in caught.value.hint


@pytest.mark.parametrize("typed", ["a.py:7-", "a.py:7,9", "a.py:7--9"])
def test_half_a_range_is_told_how_to_be_whole(typed: str) -> None:
    """What begins like a line but is no range is named, and both ways to write one are shown."""
    with pytest.raises(InvalidInput, match="neither a line nor a range") as caught:
        place_of(typed)
    assert ":7-9" in caught.value.hint


@given(st.text())
def test_any_text_is_a_place_or_refused(typed: str) -> None:
    """Nothing that somebody types raises anything but our own error."""
    try:
        place = place_of(typed)
    except InvalidInput:
        return
    assert place.path
    assert place.start <= place.end


@given(
    st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.py", fullmatch=True),
    st.integers(1, 999),
    st.integers(0, 99),
)
def test_a_place_is_printed_as_it_is_typed(path: str, start: int, more: int) -> None:
    """Printing a place and parsing it again gives the same place."""
    place = Place(path, start, start + more)
    assert place_of(str(place)) == place
