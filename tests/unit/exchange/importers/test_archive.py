"""The lossless export, read back from files that nobody can be sure of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contextfs.domain.change import Change
from contextfs.domain.session import Message
from contextfs.domain.transcript import Unread
from contextfs.errors import UnreadableSource
from contextfs.exchange.exporters.archive import lines
from contextfs.exchange.importers.archive import Said, Touched, read
from contextfs.exchange.source import Source

CHANGE = Change(
    "a" * 32, "b" * 32, "memory", "save", "c" * 32, (), 7, "dev", "ann", {"content": "x", "tag:t": 0}
)
MESSAGE = Message("user", "hello", None, {"n": 1}, "d" * 32)


def source(*rows: object) -> Source:
    """A file of these lines between a header and what `end` says."""
    told = [{"contextfs": "export", "version": 1}, *rows]
    return Source("x", data="".join(json.dumps(row) + "\n" for row in told).encode())


def row(**other: Any) -> dict[str, Any]:
    """The line of a change, with other values in some places."""
    return {**json.loads(list(lines([CHANGE]))[1]), **other}


def test_what_is_written_is_read_back() -> None:
    """Changes, messages and nothing else."""
    gone, file = CHANGE._replace(id="e" * 32, patch=None), ("f" * 32, "src/a.py", 7)
    text = "".join(lines([CHANGE, gone], [("f" * 32, 1, MESSAGE)], [file]))
    found = list(read(Source("x", data=text.encode())))
    assert found == [CHANGE, gone, Said("f" * 32, 1, MESSAGE), Touched(*file)]


@pytest.mark.parametrize(
    "other",
    [
        {"change": "short"},
        {"change": 1},
        {"subject": "Z" * 32},
        {"parents": "a"},
        {"parents": ["a"]},
        {"clock": "7"},
        {"clock": 1 << 70},
        {"clock": True},
        {"kind": "x" * 101},
        {"device": "line\nbreak"},
        {"author": None},
        {"patch": []},
        {"patch": {"content": 1}},
        {"patch": {"content": "nul \0"}},
        {"patch": {"tag:t": "0"}},
        {"patch": {"deleted": "yes"}},
        {"patch": {"created_at": "2026"}},
        {"patch": {"supersedes": [1]}},
        {"patch": {"supersedes": ["nobody"]}},
        {"patch": {"structured": []}},
        {"patch": {"meta:x": {}}},
        {"patch": {"namespace": "../../outside"}},
        {"patch": {"type": "../../outside"}},
        {"patch": {"superseded_by": "nobody"}},
    ],
)
def test_a_line_that_is_no_change_is_left_out(other: dict[str, Any]) -> None:
    """Each field must be of the shape that the store relies on; the line is counted and the rest is read."""
    found = list(read(source(row(**other), row())))
    assert [type(one) for one in found[:2]] == [Unread, Change]


@pytest.mark.parametrize(
    "other",
    [{"role": "boss"}, {"place": -1}, {"place": True}, {"at": "now"}, {"message": "x"}, {"content": None}],
)
def test_a_line_that_is_no_message_is_left_out(other: dict[str, Any]) -> None:
    """The same for messages."""
    told = json.loads(list(lines([], [("f" * 32, 1, MESSAGE)]))[1])
    found = list(read(source({**told, **other}, told)))
    assert [type(one) for one in found[:2]] == [Unread, Said]


@pytest.mark.parametrize(
    "end",
    [
        None,
        {"contextfs": "end", "changes": 2, "messages": 0, "touched": 0},
        {"contextfs": "end", "changes": 1, "messages": 1, "touched": 0},
    ],
)
def test_a_file_without_its_end_is_said_to_be_cut(end: dict[str, Any] | None) -> None:
    """The last line counts what the file holds; without it, or with another count, that is said."""
    found = list(read(source(row(), *([end] if end else []))))
    assert found[0] == CHANGE._replace(patch={"content": "x", "tag:t": 0})
    assert isinstance(found[-1], Unread)
    assert "end of the file" in found[-1].kind


def test_a_newer_version_is_refused() -> None:
    """Nothing of it is read."""
    data = b'{"contextfs": "export", "version": 2}\n'
    with pytest.raises(UnreadableSource, match="version 2"):
        list(read(Source("x", data=data)))


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [*row(), "message", "session", "place", "role", "content", "at", "metadata", "touched"]
        ),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.text())
        | st.just({})
        | st.just("a" * 32),
    )
)
def test_any_line_is_read_or_left_out(told: dict[str, Any]) -> None:
    """Whatever stands in whatever field, it is a change, a message, or left out."""
    assert all(isinstance(one, Change | Said | Touched | Unread) for one in read(source(told)))
