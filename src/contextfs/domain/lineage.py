"""Lineage: from a place in the code to the commits that wrote it and the memories that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import Memory
from contextfs.domain.session import Session
from contextfs.errors import InvalidInput

_FORMS = "Accepted are PATH, PATH:LINE, PATH:START-END and PATH::symbol."


class Place(NamedTuple):
    """A place in the code: a path, and perhaps some of its lines or one of its symbols."""

    path: str
    """Relative to the top of the repository where there is one, with ``/``."""
    start: int = 0
    """First line, counted from 1; 0 is the whole file."""
    end: int = 0
    symbol: str = ""

    def __str__(self) -> str:
        """As one types it."""
        if self.symbol:
            return f"{self.path}::{self.symbol}"
        if not self.start:
            return self.path
        return f"{self.path}:{self.start}" + (f"-{self.end}" if self.end != self.start else "")


class BlamedLine(NamedTuple):
    """One line as it stands in the working tree, and the commit that wrote it."""

    number: int
    commit: str
    """"" for what is not committed yet."""
    path: str
    """The name that the file had then."""
    text: str


class Commit(NamedTuple):
    """One commit, as far as it explains code."""

    hash: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    subject: str
    body: str = ""
    files: int = 0
    """How many files it touched; a commit that touches hundreds says little about any of them."""

    @property
    def short(self) -> str:
        """The hash as it is shown."""
        return self.hash[:8]


class Behind(NamedTuple):
    """One memory behind a place, with what connects the two."""

    memory: Memory
    weight: float
    """From 0 to 1: how surely it is about this place, all connections together."""
    because: Sequence[str]
    """The connections in words, the strongest first."""
    marks: Sequence[str] = ()
    """What is to be known before believing it: an unmerged branch, code that changed since."""


class Wrote(NamedTuple):
    """One commit and how many of the lines that were asked about it wrote; 0 for an earlier version of them."""

    commit: Commit
    lines: int


class Explanation(NamedTuple):
    """Why a place in the code is as it is."""

    place: Place
    lines: Sequence[BlamedLine]
    commits: Sequence[Wrote]
    memories: Sequence[Behind]
    sessions: Sequence[Session] = ()
    notes: Sequence[str] = ()
    """What one should know about the answer: uncommitted lines, earlier names, a shallow history."""


def place_of(given: str) -> Place:
    """Parse what somebody typed; raises InvalidInput.

    A file whose own name has a colon is meant only where the rest is no line and no symbol.
    """
    text = given.strip()
    path, marked, symbol = text.rpartition("::")
    if marked and path and symbol and "/" not in symbol:
        return Place(path, symbol=symbol.removesuffix("()"))
    path, marked, lines = text.rpartition(":")
    if marked and path and lines[:1].isdigit():
        return _with_lines(given, path, lines)
    if not text or "\0" in text or "\n" in text:
        raise InvalidInput(f"{given!r} names no file.", hint=_FORMS)
    return Place(text)


def _with_lines(given: str, path: str, lines: str) -> Place:
    """`12`, `12-30`, and the `12:5` of a compiler's message, whose column says nothing to us."""
    if path.rpartition(":")[2].isdigit() and lines.isdigit():
        path, _, lines = path.rpartition(":")
    first, dash, last = lines.partition("-")
    if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
        return Place(f"{path}:{lines}")
    start, end = int(first[:9]), int(last[:9] if dash else first[:9])
    if not 1 <= start <= end:
        raise InvalidInput(
            f"{given!r}: lines are counted from 1, and the last is not before the first.", hint=_FORMS
        )
    return Place(path, start, end)
