"""Session: a conversation with its messages; the journey whose destinations are memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA

ROLES = ("user", "assistant", "tool", "system")


class Message(NamedTuple):
    """One turn of a conversation."""

    role: str
    content: str
    at: datetime | None = None
    metadata: Mapping[str, object] = NO_METADATA
    id: str = ""
    """32 hexadecimal characters; what comes from a transcript has the same id at every import."""


class Session(NamedTuple):
    """One conversation; absent texts are ``""``, absent times None."""

    id: str = ""
    tool: str = ""
    label: str = ""
    messages: Sequence[Message] = ()
    """Empty where only the heading was asked for, see `length`."""
    summary: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    """None while it goes on."""
    namespace: str = ""
    source_repo: str = ""
    branch: str = ""
    metadata: Mapping[str, object] = NO_METADATA
    project: str = ""
    author: str = ""
    device: str = ""
    client: str = ""
    """The process that records it, so that two clients in one repository have two sessions."""
    summarized_by: str = ""
    """What wrote the summary: ``extract``, the name of a language model, or ``person``."""
    active_at: datetime | None = None
    """When the last message came."""
    length: int = 0
    """How many messages there are."""

    @property
    def short_id(self) -> str:
        """The id as it is shown."""
        return self.id[:8]


class SessionResult(NamedTuple):
    """One session with how relevant it is to a query, from 0 to 1, and where in it."""

    session: Session
    relevance: float
    excerpt: str
    """What was said there."""
    place: int
    """The number of the message at which the excerpt begins; 0 is the label and the summary."""
    terms: Sequence[str] = ()
    """The words of the query that it holds."""
