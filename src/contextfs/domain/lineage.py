"""Lineage: from a place in the code to the commits that wrote it and the memories that explain it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.memory import Memory
from contextfs.domain.session import Session
from contextfs.errors import InvalidInput

_FORMS = "Accepted are PATH, PATH:LINE, PATH:START-END and PATH::symbol."
_RANGE = re.compile(r"(.+)#L([0-9]+)(?:-L?([0-9]+))?", re.DOTALL)
"""The lines of a file as the page of a forge links them: `token.py#L7-L9`."""


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


def _nowhere(_: str) -> bool:
    return False


def place_of(given: str, exists: Callable[[str], bool] = _nowhere) -> Place:
    """Parse what somebody typed; raises InvalidInput.

    A file whose own name has a colon is meant where `exists` says that it is there, or where the rest is no line and
    no symbol.
    """
    text = given.strip()
    if not text or "\0" in text or "\n" in text:
        raise InvalidInput(f"{given!r} names no file.", hint=_FORMS)
    if exists(text):
        return Place(text)
    path, marked, lines = text.rpartition(":")
    if marked and lines[:1].isdigit() and exists(path):
        return _with_lines(given, path, lines, exists)
    linked = _RANGE.fullmatch(text)
    if linked:
        return _with_lines(given, linked[1], "-".join(filter(None, linked.groups()[1:])), exists)
    owner, symbol = _with_symbol(text, exists)
    if owner and symbol and "/" not in symbol:
        return Place(owner, symbol=symbol.removesuffix("()"))
    return _with_lines(given, path, lines, exists) if path and lines[:1].isdigit() else Place(text)


def _with_symbol(text: str, exists: Callable[[str], bool]) -> tuple[str, str]:
    """The file and the symbol, which may have `::` of its own: the shortest path that is there, else the shortest."""
    parts = text.split("::")
    cuts = [("::".join(parts[:cut]), "::".join(parts[cut:])) for cut in range(1, len(parts))]
    named = [pair for pair in cuts if pair[0] and pair[1].strip(":")]
    return next((pair for pair in named if exists(pair[0])), named[0] if named else ("", ""))


def _with_lines(given: str, path: str, lines: str, exists: Callable[[str], bool]) -> Place:
    """`12`, `12-30`, and the `12:5` of a compiler's message, whose column says nothing to us."""
    if path.rpartition(":")[2].isdigit() and lines.isdigit() and not exists(path):
        path, _, lines = path.rpartition(":")
    first, dash, last = lines.partition("-")
    if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
        if lines.strip("0123456789,-+:"):
            return Place(f"{path}:{lines}")
        raise InvalidInput(
            f"{lines!r} is neither a line nor a range of lines of {path!r}.",
            hint="Write one line as :7, several as :7-9, and where the end is open, the last line.",
        )
    start, end = int(first[:9]), int(last[:9] if dash else first[:9])
    if not 1 <= start <= end:
        raise InvalidInput(
            f"{given!r}: lines are counted from 1, and the last is not before the first.", hint=_FORMS
        )
    return Place(path, start, end)
