"""Turns: the messages of a session as questions with everything that was done and said to answer them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.session import Message

_OWN = ("contextfs", "pact_")
"""How the names of our own tools begin, perhaps behind the name that the host gave to our server."""


class Turn(NamedTuple):
    """What one side said, and what the other did and said until the first spoke again."""

    start: int
    """The place of its first message among those that were given, from 0."""
    user: Message | None
    """None where messages begin in the middle of a turn."""
    answers: Sequence[Message]
    tools: Sequence[Message]

    @property
    def recalls(self) -> bool:
        """Whether memories were read in it, so that what the assistant says may be what it read."""
        return any(_is_own(str(message.metadata.get("name") or "")) for message in self.tools)


def _is_own(name: str) -> bool:
    last = name.lower().rpartition("__")[2]
    return last.startswith(_OWN) or "contextfs" in name.lower()


def turns_of(messages: Sequence[Message]) -> list[Turn]:
    """The turns that messages make; messages of the system are passed over."""
    return list(_turns(messages))


def _turns(messages: Sequence[Message]) -> Iterator[Turn]:
    start = 0
    for place, message in enumerate(messages):
        if place > start and message.role == "user":
            yield _turn(start, messages[start:place])
            start = place
    if messages:
        yield _turn(start, messages[start:])


def _turn(start: int, messages: Sequence[Message]) -> Turn:
    first = messages[0] if messages[0].role == "user" else None
    return Turn(
        start,
        first,
        [one for one in messages if one.role == "assistant"],
        [one for one in messages if one.role == "tool"],
    )
