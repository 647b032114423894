"""The prompts a person picks from a menu."""

from __future__ import annotations

import pytest

from contextfs.errors import InvalidInput
from contextfs.mcp.prompts import PROMPTS, decide, recall, wrap_up


def test_recall_names_the_call_to_make() -> None:
    """The assistant is told the exact arguments."""
    assert 'contextfs_search with query="sessions", type="decision", tags=["redis"]' in recall(
        "sessions", "decision", "redis"
    )
    assert 'contextfs_search with query="sessions".' in recall("sessions")


def test_recall_refuses_a_type_that_does_not_exist() -> None:
    """A typing error shows at once, not as an empty answer."""
    with pytest.raises(InvalidInput, match="decison"):
        recall("sessions", "decison")


def test_a_decision_is_recorded_by_the_template() -> None:
    """The template of the type, and a look for what is there already."""
    text = decide("Take Redis for sessions")
    assert "Take Redis for sessions" in text
    assert "**Alternatives Considered:**" in text
    assert "contextfs_search" in text


def test_the_end_of_a_session_is_labelled() -> None:
    """The label is the person's word for it."""
    assert 'label="auth-day-2"' in wrap_up("auth-day-2")
    assert 'save_session="current", a label that says' in wrap_up()


@pytest.mark.parametrize("row", PROMPTS, ids=lambda row: row.name)
def test_a_prompt_says_in_the_menu_what_it_does(row: object) -> None:
    """Title and description are all that a person sees."""
    assert getattr(row, "title", "")
    assert (getattr(row, "function", None).__doc__ or "").endswith(".")
