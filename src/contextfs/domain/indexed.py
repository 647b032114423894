"""What the repository index is made of: passages of files, commits, and what was found among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.search import NO_PARTS

NO_REASONS: Mapping[str, int] = {}


class Passage(NamedTuple):
    """A stretch of a file that one vector stands for."""

    kind: str
    """What it is: ``definition``, ``lines``, ``section``, ``cell``, ``statement`` or ``settings``."""
    name: str
    """What it defines, with what encloses it: ``TokenManager.refresh``; of prose the headings."""
    context: str
    """The signature of what encloses it."""
    start: int
    end: int
    """The first and last line, counted from 1."""
    text: str

    @property
    def embedded(self) -> str:
        """What its vector is made of; the path is left out, so that a file may move."""
        return f"{self.context}\n{self.text}" if self.context else self.text


class Source(NamedTuple):
    """The content of a file and how it is read: what passages belong to, whatever path it has."""

    blob: bytes
    reader: str


class FileRead(NamedTuple):
    """A tracked file that was read: its passages, or why it has none."""

    path: str
    source: Source
    verdict: str = ""
    passages: Sequence[Passage] = ()


class CommitText(NamedTuple):
    """A commit as it is searched."""

    hash: str
    author: str
    at: datetime
    subject: str
    body: str
    files: Sequence[str]


class Indexed(NamedTuple):
    """What one run of the indexer did."""

    root: str
    """The working tree; empty when only memories were embedded anew."""
    files: int = 0
    """Files of which passages are searchable now."""
    read: int = 0
    """Files that were read in this run."""
    passages: int = 0
    commits: int = 0
    skipped: Mapping[str, int] = NO_REASONS
    """Why files have no passages -> how many."""
    secrets: Sequence[str] = ()
    """Files and commits that seem to hold a secret and were left out."""
    memories: int = 0
    """Memories whose vectors were made anew."""
    unchanged: bool = False
    """Whether nothing had to be looked at: no file and no commit is new."""


class IndexStatus(NamedTuple):
    """One indexed working tree and how far its index is up to date."""

    root: str
    repository: str
    files: int
    passages: int
    commits: int
    waiting: int
    """Passages and commits without a vector of the provider in use."""
    changed: int
    """Files that changed since they were indexed and are found as they were, or not at all."""
    skipped: Mapping[str, int] = NO_REASONS
    secrets: Sequence[str] = ()
    indexed_at: datetime | None = None
    running: str = ""
    """What a run of this process is doing now, such as ``reading 120 of 900``; its error when it failed."""
    reader: str = ""
    """How code is read: ``tree-sitter`` or ``shape of lines``."""


class CodeHit(NamedTuple):
    """A passage or a commit that answers a question."""

    kind: str
    relevance: float
    title: str
    """The name of what it defines, the headings, or the subject of the commit."""
    text: str
    path: str = ""
    start: int = 0
    end: int = 0
    root: str = ""
    """The working tree that `path` is in."""
    commit: str = ""
    author: str = ""
    at: datetime | None = None
    files: Sequence[str] = ()
    terms: Sequence[str] = ()
    note: str = ""
    """What is to be known before believing it: that the file changed since."""
    parts: Mapping[str, float] = NO_PARTS

    @property
    def place(self) -> str:
        """``path:line``, or the short hash of the commit."""
        return f"{self.path}:{self.start}" if self.path else self.commit[:10]
