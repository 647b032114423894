"""Messages as turns: what was asked, and all that answered it."""

from __future__ import annotations

from contextfs.domain.session import Message
from contextfs.hygiene.turns import Turn, turns_of


def said(*roles: str) -> list[Message]:
    """Messages of these roles."""
    return [Message(role, f"{role} {place}", id=f"{place:032x}") for place, role in enumerate(roles)]


def shape(turn: Turn) -> tuple[int, bool, int, int]:
    """Where a turn begins, whether somebody asked, and how many answers and tool calls there were."""
    return turn.start, turn.user is not None, len(turn.answers), len(turn.tools)


def test_a_turn_is_a_question_with_all_its_answers() -> None:
    """A new turn begins with each message of the user; the system says nothing."""
    messages = said("user", "assistant", "tool", "tool", "assistant", "user", "system", "assistant")
    assert [shape(one) for one in turns_of(messages)] == [(0, True, 2, 2), (5, True, 1, 0)]


def test_messages_may_begin_in_the_middle() -> None:
    """What comes before the first question is a turn that nobody asked for."""
    assert [shape(one) for one in turns_of(said("assistant", "tool", "user"))] == [
        (0, False, 1, 1),
        (2, True, 0, 0),
    ]


def test_no_messages_make_no_turns() -> None:
    """Of nothing there is nothing."""
    assert turns_of([]) == []
