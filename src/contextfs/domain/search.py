"""What is asked of search and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA, Memory

ANY_BRANCH = "any"
"""The branch that one asks for to have memories of all branches and working trees alike."""
NO_PARTS: Mapping[str, float] = NO_METADATA


class Scope(NamedTuple):
    """The namespaces that one query may see; None is every namespace."""

    namespaces: tuple[str, ...] | None = None


class Filters(NamedTuple):
    """Conditions that a memory must meet; they are applied inside each retriever, before ranking."""

    types: Sequence[str] = ()
    tags: Sequence[str] = ()
    """All of them."""
    project: str = ""
    source_repo: str = ""
    source_tool: str = ""
    since: datetime | None = None
    until: datetime | None = None
    metadata: Mapping[str, object] = NO_METADATA
    """Typed equality; a dotted or nested key reaches inside."""
    statuses: Sequence[str] = ("active", "deprecated")
    author: str = ""
    branch: str = ""
    session_id: str = ""
    at: datetime | None = None
    """The moment at which nothing may have expired; None is now."""

    @property
    def selective(self) -> bool:
        """Whether anything but the default status is asked for."""
        plain = {"statuses", *(("branch",) if self.branch == ANY_BRANCH else ())}
        named = any(value for name, value in zip(self._fields, self, strict=True) if name not in plain)
        return named or tuple(self.statuses) != NO_FILTERS.statuses


NO_FILTERS = Filters()


def shown(memory: Memory, scope: Scope) -> bool:
    """Whether a search without filters would show it: it is in scope, and neither archived nor expired."""
    inside = scope.namespaces is None or memory.namespace in scope.namespaces
    expired = memory.expires_at is not None and memory.expires_at <= datetime.now(UTC)
    return inside and memory.status in NO_FILTERS.statuses and not expired


class SearchQuery(NamedTuple):
    """One search; an empty text lists by recency."""

    text: str = ""
    filters: Filters = NO_FILTERS
    scope: Scope = Scope()
    limit: int = 10
    offset: int = 0
    min_relevance: float | None = None
    """None cuts at the calibrated threshold, 0 keeps everything."""
    as_of: datetime | None = None
    """Search the memories as they stood at this time."""
    graph: bool | None = None
    """Whether memories that share a rarely named thing with the best results are brought in as well; None decides by
    the question."""


class Why(NamedTuple):
    """How the relevance of one result came about."""

    parts: Mapping[str, float] = NO_PARTS
    """Name of the part -> its value, in the order they are applied."""
    terms: Sequence[str] = ()
    """The words of the query that the memory holds, as they stand in the query."""
    notes: Sequence[str] = ()
    """What else changed its place: deprecated, superseded, exact title, folded copies."""


class SearchResult(NamedTuple):
    """One memory with how relevant it is to the query, from 0 to 1, and why."""

    memory: Memory
    relevance: float
    why: Why = Why()
    folded: Sequence[str] = ()
    """Ids of near-identical memories that stand behind this one."""
    marks: Sequence[str] = ()
    """What is to be known before believing it: an unmerged branch, code that changed since."""

    @property
    def score(self) -> float:
        """The same as `relevance`."""
        return self.relevance


class Answer(NamedTuple):
    """The results of one search and what a surface should say beside them."""

    results: Sequence[SearchResult]
    nearest: Sequence[SearchResult] = ()
    """What came closest when nothing was relevant enough."""
    elsewhere: int = 0
    """How many memories of other namespaces would have answered, when these did not."""
    provider: str = ""
    """Name of the embedding provider that took part; empty when words alone did."""
    waiting: int = 0
    """Memories in scope that still wait for a vector of the provider that should answer."""
    apart: int = 0
    """Memories that would have answered but are about unfinished work in another working tree."""
