"""Onboarding: what somebody who is new should read in five days, and what nobody has written down yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.domain.memory import Memory


class Topic(NamedTuple):
    """One question of a day, and the memories that answer it."""

    name: str
    memories: Sequence[Memory]
    missing: str = ""
    """What nobody has written down; "" where something answers."""
    command: str = ""
    """What would add it."""


class Day(NamedTuple):
    """One of the five days."""

    number: int
    title: str
    topics: Sequence[Topic]


class Onboarding(NamedTuple):
    """The five days of somebody who is new."""

    name: str
    """Of the project, else of the repository or namespace."""
    days: Sequence[Day]
    text: str
    """Everything as one Markdown document."""

    @property
    def missing(self) -> list[Topic]:
        """The topics that nothing answers."""
        return [topic for day in self.days for topic in day.topics if topic.missing]
