"""Transcript: what an importer reads out of somebody else's file, as one flat stream that is never held whole.

A stream is `Heading, Turn, Turn, ..., Heading, Turn, ...`: each turn belongs to the last heading before it, and
`Unread` may stand anywhere. Names in it are those of the source; the loader makes ids, namespaces and times of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA


class Heading(NamedTuple):
    """One conversation of the source; the same key at every import is the same session."""

    key: str
    tool: str
    title: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    directory: str = ""
    """Where the assistant worked, which says to which repository it belongs."""
    repo: str = ""
    branch: str = ""
    summary: str = ""
    metadata: Mapping[str, object] = NO_METADATA


class Turn(NamedTuple):
    """One message of the conversation named by the last heading; a key that was imported before is not new."""

    key: str
    role: str
    content: str
    at: datetime | None = None
    metadata: Mapping[str, object] = NO_METADATA


class Unread(NamedTuple):
    """Something of the source that no rule knows; counted and reported, never fatal."""

    kind: str
    where: str


class Place(NamedTuple):
    """How far a transcript that grows has been read."""

    offset: int = 0
    """Bytes."""
    line: int = 0
    state: Mapping[str, object] = NO_METADATA
    """What its reader has to know to go on."""


Transcript = Iterable[Heading | Turn | Unread]
