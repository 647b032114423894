"""The table of tools and what a model pays for it."""

from __future__ import annotations

import inspect
import re

import pytest

from contextfs.mcp.rows import ToolRow
from contextfs.mcp.tools import TOOLS, contextfs_save

WRITES = {f"contextfs_{verb}" for verb in ("save", "update", "delete")}
WRITES |= {
    f"contextfs_{verb}"
    for verb in ("message", "update_session", "delete_session", "import_conversation", "index")
}


def test_the_tools_of_the_guide_that_concern_memories_are_there() -> None:
    """The names that the guide gives."""
    names = {row.name for row in TOOLS}
    assert {f"contextfs_{verb}" for verb in ("save", "search", "recall", "list", "update", "delete")} <= names


def test_the_tools_of_the_guide_that_concern_sessions_are_there() -> None:
    """The names that the guide gives."""
    names = {row.name for row in TOOLS}
    told = ("sessions", "load_session", "message", "update_session", "delete_session")
    assert {f"contextfs_{verb}" for verb in told} <= names


def test_what_sessions_tell_is_not_told_twice() -> None:
    """The tools of sessions write into the session themselves or show one; their calls are no messages."""
    assert all(row.logged != ("session" in row.name or "message" in row.name) for row in TOOLS)


def test_hosts_are_told_which_tools_write() -> None:
    """A host asks before it lets a model write, and need not ask before it reads."""
    assert {row.name for row in TOOLS if row.writes} == WRITES
    assert all(row.writes for row in TOOLS if row.destroys)


def test_the_three_everyday_tools_are_always_loaded() -> None:
    """A tool that must be searched for first is not called before implementing."""
    assert {row.name for row in TOOLS if row.always} == {
        "contextfs_save",
        "contextfs_search",
        "contextfs_recall",
    }


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.name)
def test_a_tool_is_described_by_its_docstring(row: ToolRow) -> None:
    """One place says what a tool is for; a model reads it as it stands."""
    described = inspect.getdoc(row.function)
    assert described
    assert len(described) < 200
    assert row.search_hint


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.name)
def test_a_memory_is_named_by_id(row: ToolRow) -> None:
    """One name for one thing in every tool."""
    assert not [
        name for name in inspect.signature(row.function).parameters if re.fullmatch(r"memory_?id", name)
    ]


def test_the_types_explain_themselves_where_one_is_chosen() -> None:
    """The table of memory types reaches the model through the save tool."""
    shown = str(inspect.signature(contextfs_save, eval_str=True).parameters["type"].annotation)
    assert "decision: Choices with rationale" in shown
