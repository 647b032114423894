"""What the store and its surroundings look like, as values that a surface prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA, Memory
from contextfs.domain.session import Session


class Listing(NamedTuple):
    """Memories in order of time, and how many there are beyond these."""

    memories: Sequence[Memory]
    total: int
    """How many in scope meet the filters."""
    elsewhere: int
    """How many more meet them in other namespaces."""
    marks: Mapping[str, Sequence[str]] = NO_METADATA
    """Id -> what is to be known before believing the memory: an unmerged branch."""


class NamespaceInfo(NamedTuple):
    """One namespace and what it holds."""

    name: str
    memories: int
    repos: Sequence[str]
    """Source repositories of its memories."""
    current: bool
    sessions: int = 0


class Links(NamedTuple):
    """The memories and things that one memory is connected with."""

    mentions: Sequence[tuple[str, str]]
    """(kind, name) of the files, symbols and links its text names."""
    memories: Sequence[Memory]
    """Memories that it refers to."""
    referred_by: Sequence[Memory]
    deleted: Sequence[str] = ()
    """Ids of memories that it replaced, or that replaced it, and that are not there any more."""
    sessions: Sequence[Session] = ()
    """The session in which it was saved, and those that its text names by their label."""


class ProviderInfo(NamedTuple):
    """One embedding provider of the chain."""

    name: str
    identity: str
    available: bool
    active: bool
    vectors: int
    """Memories that have a vector of it."""
    sentence: str


class Status(NamedTuple):
    """Everything `contextfs status` shows."""

    version: str
    namespace: str
    namespace_source: str
    repo: str
    branch: str
    commit: str
    project: str
    source_tool: str
    author: str
    data_dir: str
    store_bytes: int
    memories: Mapping[str, Mapping[str, int]]
    """namespace -> memory type -> count."""
    provider: str
    waiting: int
    """Memories in this namespace without a vector of the active provider."""
    versions: Mapping[str, str]
    sessions: Mapping[str, int] = NO_METADATA
    """namespace -> count."""
    notes: Sequence[str] = ()
    """What else is worth knowing, such as keys of .contextfs.toml that mean nothing."""
