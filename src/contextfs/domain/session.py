"""Session: a conversation with its messages; the journey whose destinations are memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA


class Message(NamedTuple):
    """One turn of a conversation."""

    role: str
    content: str
    at: datetime | None = None
    metadata: Mapping[str, object] = NO_METADATA


class Session(NamedTuple):
    """One conversation; absent texts are ``""``, absent times None."""

    id: str = ""
    tool: str = ""
    label: str = ""
    messages: Sequence[Message] = ()
    summary: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    namespace: str = ""
    source_repo: str = ""
    branch: str = ""
    metadata: Mapping[str, object] = NO_METADATA
