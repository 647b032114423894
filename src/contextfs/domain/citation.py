"""Citations: the places in the code that a memory names, read from its files and its text (pure).

Word by word with plain string methods, since it runs on every save. What is found only claims to be a place; whether
there is or was such a file is for others to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory

FIELD = "cited:"
"""Prefix of the fields of the change log that hold the blob id a cited file had when the memory was saved."""
ALL_LOOKED_AT = FIELD
"""The field that tells that each place a memory names was looked for at its save: what has no blob was no file."""
MOST = 20
"""Places looked at of one memory."""
_OPENING, _CLOSING = "\"'`([{<*", "\"'`)]}>*.,;!?:"
_FOREIGN = frozenset("<>|*\"'`(){}$,;=@\\?")


class Citation(NamedTuple):
    """A file, some of its lines or one of its symbols, as a memory names it."""

    path: str
    start: int = 0
    end: int = 0
    symbol: str = ""

    def __str__(self) -> str:
        """As one types it."""
        if self.symbol:
            return f"{self.path}::{self.symbol}"
        if not self.start:
            return self.path
        return f"{self.path}:{self.start}" + (f"-{self.end}" if self.end != self.start else "")


def citations(memory: Memory) -> list[Citation]:
    """The places that a memory names, its files first; a file is left out where a part of it is named."""
    given = [Citation(path) for path in memory.files if not _is_outside(path)]
    found = dict.fromkeys([*given, *_named(f"{memory.summary} {memory.content}")])
    parts = {one.path for one in found if one.start or one.symbol}
    return [one for one in found if one.start or one.symbol or one.path not in parts][:MOST]


def paths(memory: Memory) -> list[str]:
    """The files that a memory names, each once."""
    return list(dict.fromkeys(one.path for one in citations(memory)))


def _named(text: str) -> Iterator[Citation]:
    for raw in text.split():
        if "." in raw or "/" in raw:
            word = raw.lstrip(_OPENING).rstrip(_CLOSING)
            if 3 <= len(word) <= 260 and "://" not in word:
                yield from _cited(word)


def _cited(word: str) -> Iterator[Citation]:
    path, marked, symbol = word.partition("::")
    if marked:
        start = end = 0
        symbol = symbol.removesuffix("()").removesuffix("(")
        if not symbol.replace(".", "").replace("::", "").isidentifier():
            return
    else:
        path, lines = _apart(word)
        start, end = _lines(lines)
        if lines and not start:
            return
    path = path.removeprefix("./")
    if _is_path(path):
        yield Citation(path, start, end, symbol)


def _apart(word: str) -> tuple[str, str]:
    """`a.py:10-20`, `a.py:12:5` and `a.py#L10-L20` as the path and the lines."""
    path, marked, rest = word.partition("#L")
    if marked:
        return path, rest.replace("L", "")
    path, _, rest = word.partition(":")
    return path, rest if "-" in rest else rest.partition(":")[0]


def _lines(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal() and len(first) < 8 and len(last) < 8):
        return 0, 0
    start, end = int(first), int(last)
    return (start, end) if 1 <= start <= end else (0, 0)


def _is_outside(path: str) -> bool:
    """Whether a path leads out of the repository; nothing there is anybody's citation, and nothing there is read."""
    return path.startswith(("/", "~")) or path[1:2] == ":" or ".." in path.split("/")


def _is_path(path: str) -> bool:
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2]
    if not name or _FOREIGN & set(path) or _is_outside(path):
        return False
    return ending.isalnum() and not ending.isdigit() if "." in name else "/" in path
