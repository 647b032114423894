"""What other programs wrote, made clean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.given import mapping_of, text_of
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.tags import normalise_all
from contextfs.exchange import cleaning

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_ANY)
def test_everything_can_be_kept(value: Any) -> None:
    """Whatever stood there: texts, lines, tags, mappings and times are such as the store takes."""
    assert text_of("text", cleaning.text(value)) == cleaning.text(value)
    assert "\n" not in cleaning.line(value)
    assert normalise_all(cleaning.tags(value)) == cleaning.tags(value)
    assert mapping_of("metadata", cleaning.mapping(value)) == cleaning.mapping(value)
    mapping_of("metadata", {"value": cleaning.plain(value)})
    assert cleaning.kind(value) in set(MemoryType)
    assert all(cleaning.lines(value))
    moment = cleaning.moment(value)
    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2026-01-02T03:04:05+00:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02 03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        (1767323045, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (1767323045000, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("yesterday", None),
        (True, None),
        (10**30, None),
        ("0001-01-01", None),
    ],
)
def test_times(value: object, meant: datetime | None) -> None:
    """ISO 8601, seconds and milliseconds; one without a zone is UTC, and what is none is none."""
    assert cleaning.moment(value) == meant


@pytest.mark.parametrize(
    ("word", "kind", "kept"),
    [
        ("Decision", "decision", {}),
        ("bugfix", "error", {"original_type": "bugfix"}),
        ("todo", "fact", {"original_type": "todo"}),
        ("", "fact", {}),
        (None, "fact", {}),
    ],
)
def test_types(word: object, kind: str, kept: dict[str, object]) -> None:
    """Another program's word becomes our nearest type, and is kept where it is not ours."""
    assert (cleaning.kind(word), cleaning.foreign_kind(word)) == (kind, kept)


def test_lists_in_columns() -> None:
    """A list, a list written as JSON, a plain text and nothing."""
    assert cleaning.lines(["a", "", None, 1]) == ["a", "1"]
    assert cleaning.lines('["a", "b"]') == ["a", "b"]
    assert cleaning.lines("only one") == ["only one"]
    assert cleaning.lines(None) == []
    assert cleaning.tags("a, b c", ["d"]) == ("a", "b-c", "d")


def test_links_are_grouped() -> None:
    """Relation to names, each name once; nothing where there are none."""
    pairs = [("uses", "A"), ("uses", "B"), ("uses", "A"), ("", "C")]
    assert cleaning.linked(pairs) == {"links": {"uses": ["A", "B"]}}
    assert cleaning.linked([]) == {}
