"""Incoming: what an importer of memories yields; names in it are those of the source, and nothing is stored yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.domain.memory import Draft


class Incoming(NamedTuple):
    """One memory of the source; the same key at every import is the same memory."""

    key: str
    draft: Draft
    """What the source says; a field left None is not known there."""
    directory: str = ""
    """Where its repository lay, which says in which namespace it belongs."""
    remote: str = ""
    """The address of its repository, which says the same and holds on every machine."""
    fallback: str = ""
    """The namespace it had there, where neither of these tells."""
    file: str = ""
    """The file it was read from, which it cites when that lies in a repository."""
    supersedes: Sequence[str] = ()
    """Keys of what it replaces."""
    session: tuple[str, str] | None = None
    """Tool and key of the conversation it came from, where the source holds that too."""
    links: Sequence[tuple[str, str]] = ()
    """(relation, key of the other); kept under the metadata key ``links``."""
    automatic: bool = False
    """Whether another program made it by itself out of a repository; left out unless somebody asks for it."""
    where: str = ""
    """How a person finds it in the source: a file, a heading, an id."""


class LeftOut(NamedTuple):
    """Something of the source that is not taken in, and why; counted and told."""

    reason: str
    where: str
