"""What callers give is kept as it is or refused by name."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.given import line_of, listed, mapping_of, number, text_of, whole_number, without_part
from contextfs.errors import InvalidInput

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab\n é漢"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", min_size=1), JSON, max_size=4))
def test_json_values_are_kept_as_they_are(value: dict[str, object]) -> None:
    """A mapping of JSON values comes back equal, with its types."""
    kept = mapping_of("metadata", value)
    assert json.dumps(dict(kept)) == json.dumps(value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1, {"b": math.inf}]}, "metadata['a'][1]['b']"),
        ({"a": {"b": {1, 2}}}, "metadata['a']['b']"),
        ({"a": "\0"}, "metadata['a']"),
        ({"": 1}, "metadata"),
        ({"a": {2: 1}}, "metadata['a']"),
        ("text", "metadata"),
    ],
)
def test_what_json_cannot_keep_is_named_by_its_path(value: object, path: str) -> None:
    """The message leads to the value inside the mapping."""
    with pytest.raises(InvalidInput) as refused:
        mapping_of("metadata", value)
    assert path in refused.value.message


def test_a_tuple_is_kept_as_a_list() -> None:
    """JSON has no tuples."""
    assert mapping_of("metadata", {"a": (1, ("b",))}) == {"a": [1, ["b"]]}


@given(st.text())
def test_a_text_can_be_stored_or_is_refused(text: str) -> None:
    """Whatever passes can be encoded and holds no NUL."""
    try:
        kept = text_of("content", text)
    except InvalidInput:
        assert "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
    else:
        assert kept == text and b"\0" not in kept.encode()


def test_a_line_is_one_line() -> None:
    """Space around it goes; a second line and too much length are refused."""
    assert line_of("project", "  my project ") == "my project"
    for wrong in ("a\nb", "a\rb", "x" * 401, 5, None):
        with pytest.raises(InvalidInput):
            line_of("project", wrong)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b,,c ,", ("a", "b", "c")),
        (["a", "b,c"], ("a", "b,c")),
        ("", ()),
        ((), ()),
        (frozenset("a"), ("a",)),
    ],
)
def test_names_come_as_a_list_or_as_one_text(value: object, expected: tuple[str, ...]) -> None:
    """Commas separate in a text, and not in the members of a list."""
    assert listed("tags", value) == expected


@pytest.mark.parametrize("value", [5, None, [None], ["a", 1], {"a": 1}])
def test_names_that_are_none_are_refused(value: object) -> None:
    """A number, a mapping or a list of other things is no list of names."""
    with pytest.raises(InvalidInput):
        listed("tags", value)


@pytest.mark.parametrize("value", [0, 11, -1, True, 1.0, "5", None, math.nan])
def test_a_number_outside_its_bounds_is_refused(value: object) -> None:
    """Whole numbers are whole, numbers are numbers, and both lie within their bounds."""
    with pytest.raises(InvalidInput, match="between 1 and 10"):
        whole_number("limit", value, 1, 10)
    if value != 1.0 or value is True:
        with pytest.raises(InvalidInput, match="between 1 and 10"):
            number("age", value, 1, 10)


def test_a_number_within_its_bounds_is_kept() -> None:
    """Both bounds belong to it."""
    assert [whole_number("limit", value, 1, 10) for value in (1, 10)] == [1, 10]
    assert [number("age", value, 1, 10) for value in (1, 2.5, 10)] == [1, 2.5, 10]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("a/b.py:6-9", "a/b.py"),
        ("a/b.py:12:5", "a/b.py"),
        ("b.py#L6-L9", "b.py"),
        ("b.py::Sender.send", "b.py"),
        ("b.md#the-loop", "b.md"),
        ("Makefile:3", "Makefile"),
        ("localhost:8080", "localhost:8080"),
        ("std::vector", "std::vector"),
        ("c#.txt", "c#.txt"),
        ("b.py::", "b.py::"),
    ],
)
def test_the_part_that_was_named_with_a_path(written: str, path: str) -> None:
    """Lines, symbols and headings behind a path are taken off; other names stay as they are."""
    assert without_part(written) == path
