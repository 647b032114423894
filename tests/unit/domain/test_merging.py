"""Two edits that began at the same revision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.merging import merge, merged_text

_LINES = "\n".join(f"line {number}" for number in range(8))
_STATE = st.dictionaries(
    st.sampled_from(["content", "type", "tag:a", "tag:b", "meta:x"]),
    st.sampled_from(["1", "2"]) | st.integers(0, 2),
)


def test_each_side_gets_its_fields() -> None:
    """What one side changed and the other did not is taken over, additions and removals alike."""
    base = {"content": "x", "type": "fact", "tag:a": 0}
    merged = merge(base, {**base, "owner": "ann"}, {"content": "y", "type": "fact", "summary": "s"})
    assert merged == ({"content": "y", "summary": "s", "tag:a": None}, ())


def test_what_both_say_is_no_conflict() -> None:
    """The same change on both sides is made already."""
    assert merge({"type": "fact"}, {"type": "code"}, {"type": "code"}) == ({}, ())


def test_what_both_changed_is_named() -> None:
    """Nothing is overwritten unasked; `force` takes theirs."""
    sides = {"content": "a"}, {"content": "b"}, {"content": "c"}
    assert merge(*sides) == ({}, ("content",))
    assert merge(*sides, force=True) == ({"content": "c"}, ())


def test_places_of_tags_do_not_matter() -> None:
    """Tags that moved because another one came or went are the same tags."""
    assert merge({"tag:a": 0, "tag:b": 1}, {"tag:b": 0}, {"tag:x": 0, "tag:a": 1, "tag:b": 2}) == (
        {"tag:x": 0},
        (),
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        (("line 1", "ONE"), ("line 6", "SIX"), ("ONE", "SIX")),
        (("line 0\n", ""), ("line 7", "line 7\nline 8"), ("line 1", "line 8")),
        (("line 3", "THREE"), ("line 3", "THREE"), ("THREE",)),
    ],
)
def test_lines_apart_are_merged(
    ours: tuple[str, str], theirs: tuple[str, str], both: tuple[str, ...]
) -> None:
    """Edits of different places of one text are both kept."""
    merged = merged_text(_LINES, _LINES.replace(*ours), _LINES.replace(*theirs))
    assert merged is not None
    assert all(words in merged for words in both)


@pytest.mark.parametrize("theirs", [("line 3", "trois"), ("line 4", "quatre"), ("line 3\n", "")])
def test_lines_that_touch_are_not(theirs: tuple[str, str]) -> None:
    """Edits of the same line, or of neighbours, need somebody who reads them."""
    assert merged_text(_LINES, _LINES.replace("line 3", "three"), _LINES.replace(*theirs)) is None


@given(_STATE, _STATE, _STATE)
def test_without_conflict_nothing_is_lost(
    base: dict[str, object], ours: dict[str, object], theirs: dict[str, object]
) -> None:
    """What one side alone changed stands in the result; what neither changed is as it was."""
    merged = merge(base, ours, theirs)
    result = {name: value for name, value in {**ours, **merged.patch}.items() if value is not None}
    for name in base.keys() | ours.keys() | theirs.keys():
        if name in merged.conflicts or name.startswith("tag:"):
            continue
        if repr(ours.get(name)) == repr(base.get(name)):
            assert repr(result.get(name)) == repr(theirs.get(name))
        elif repr(theirs.get(name)) == repr(base.get(name)):
            assert repr(result.get(name)) == repr(ours.get(name))


@given(st.text(), st.text())
def test_one_edit_alone_stands(base: str, edited: str) -> None:
    """A text that only one side changed is that side's, byte for byte."""
    assert merged_text(base, base, edited) == edited
    assert merged_text(base, edited, base) == edited
