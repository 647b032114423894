"""Errors in words for a model."""

from __future__ import annotations

import pytest

from contextfs.errors import InvalidInput, MemoryNotFound, SecretRefused, StoreBusy
from contextfs.mcp.faults import bad_arguments, broken, explained, unknown_arguments


def test_a_missing_memory_points_to_the_tools_that_find_one() -> None:
    """The hint of the command line would send a model to a shell it may not have."""
    told = explained(MemoryNotFound("No memory has the id 'abcdef'."))
    assert told.startswith("No memory has the id 'abcdef'.")
    assert "contextfs_search" in told
    assert "contextfs list" not in told


def test_a_hint_made_for_the_case_is_kept() -> None:
    """What the error knows about this value is worth more than anything general."""
    assert explained(InvalidInput("'x' is no date.", hint="Such as 7d.")) == "'x' is no date. Such as 7d."


def test_a_hint_about_the_command_line_is_left_out() -> None:
    """A model that calls tools has no use for a command's help."""
    assert explained(InvalidInput("'x' is no date.")) == "'x' is no date."


def test_a_refused_secret_is_never_the_models_to_allow() -> None:
    """Only the person may decide that a secret is kept."""
    assert "Only the user can allow it" in explained(SecretRefused("This looks like a key."))


def test_other_hints_are_passed_on() -> None:
    """Waiting is something a model can do."""
    assert explained(StoreBusy("Locked.")) == "Locked. Try again in a moment."


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"loc": ("content",), "msg": "Field required", "type": "missing", "input": {}}, "content: required"),
        (
            {"loc": ("limit",), "msg": "Input should be less than 9", "type": "less_than", "input": 500},
            "limit: input should be less than 9, not 500",
        ),
        (
            {"loc": ("tags", 0), "msg": "Input should be a valid string", "type": "string_type", "input": 3},
            "tags.0: input should be a valid string, not 3",
        ),
    ],
)
def test_bad_arguments_are_named_with_what_was_given(problem: dict[str, object], said: str) -> None:
    """A model can mend what it is told about."""
    assert bad_arguments("contextfs_save", [problem]) == f"contextfs_save cannot use these arguments: {said}."


def test_a_long_bad_value_is_not_repeated_whole() -> None:
    """A model has paid for its ten thousand characters once already."""
    problem = {"loc": ("limit",), "msg": "Input should be a number", "type": "int", "input": "x" * 10_000}
    assert len(bad_arguments("contextfs_list", [problem])) < 200


def test_unknown_arguments_are_answered_with_the_known_ones() -> None:
    """Silently dropping an argument would lose what it was meant to say."""
    told = unknown_arguments("contextfs_recall", ["memory_id"], ["id"])
    assert told == "contextfs_recall has no argument 'memory_id'. It takes: id."


def test_our_own_fault_is_called_that() -> None:
    """A model that is told nothing starts to guess at its arguments."""
    assert "fault of contextfs" in broken("contextfs_save", "/home/me/.contextfs/logs/mcp.log")
    assert "/home/me/.contextfs/logs/mcp.log" in broken("contextfs_save", "/home/me/.contextfs/logs/mcp.log")
