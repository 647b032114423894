"""The YAML block of a Markdown file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contextfs.errors import UnreadableSource
from contextfs.exchange.front_matter import split, write

_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(
    fields=st.dictionaries(_TEXT.filter(bool), _JSON, max_size=4), body=st.text(st.characters(codec="utf-8"))
)
def test_what_is_written_is_read_back(fields: dict[str, Any], body: str) -> None:
    """Any fields and any text come back as they were, with their types."""
    page = split(write(fields, body))
    assert repr(dict(page.fields)) == repr(fields)
    assert page.body == body


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "1e5", "0123", "2026-01-01", "~", "null", "1:30", "a: b", "- x", "#h", "'q", "=", "<<", "0x1f",
     "1_000", ".inf", "---", "...", "\x85", "\u2028", "\ufeffx", " x ", "a\nb\n", ""],
)  # fmt: skip
def test_a_text_stays_a_text(text: str) -> None:
    """Words in which one version of YAML or the other sees something else are quoted."""
    assert split(write({"field": text, "list": [text]}, "")).fields == {"field": text, "list": [text]}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no", "no"),
        ("2026-01-01", "2026-01-01"),
        ("0123", "0123"),
        ("12:30:45", "12:30:45"),
        ("true", True),
        ("42", 42),
        ("1.5e3", 1500.0),
        ("~", None),
        ("[a, b]", ["a", "b"]),
        ("'42'", "42"),
    ],
)
def test_what_a_person_types(said: str, meant: object) -> None:
    """Unquoted words mean what YAML 1.2 says: dates and `no` are texts."""
    assert split(f"---\nfield: {said}\n---\n").fields == {"field": meant}


def test_a_field_has_a_line() -> None:
    """However short the block is, each field stands on a line of its own, in the order given."""
    assert write({"b": 1, "a": ["x", "y"]}, "text\n") == "---\nb: 1\na: [x, y]\n---\ntext\n"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("no block", "no block"),
        ("--- not a fence\n", "--- not a fence\n"),
        ("---\nnever closed\n", "---\nnever closed\n"),
        ("---\n---\nempty block", "empty block"),
        ("---\r\na: 1\r\n---\r\nconverted\r\n", "converted\r\n"),
        ("---\na: 1\n...\nthe other mark", "the other mark"),
        ("---\na: 1\n---", ""),
        ("", ""),
    ],
)
def test_where_the_text_begins(text: str, body: str) -> None:
    """After the second mark; a file without a whole block is all text."""
    assert split(text).body == body


@pytest.mark.parametrize(
    "block",
    [
        "{a: [",
        "- a list",
        "just a text",
        "a: *missing",
        "a: &x [1]\nb: *x",
        "a: !!python/object/apply:os.system [ls]",
        "[" * 5000,
    ],
)
def test_a_broken_block_is_refused(block: str) -> None:
    """What is no mapping of plain values, or refers to its own parts, is our own error."""
    with pytest.raises(UnreadableSource):
        split(f"---\n{block}\n---\ntext")


@settings(max_examples=200, deadline=None)
@given(block=st.text(max_size=80))
def test_any_block_raises_only_our_own_error(block: str) -> None:
    """Whatever stands between the marks."""
    try:
        found = split(f"---\n{block}\n---\ntext")
    except UnreadableSource:
        return
    assert isinstance(found.body, str)
