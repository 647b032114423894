"""What a client sends, made readable before the SDK parses it: a request that cannot be parsed gets no answer."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import BinaryIO

_ESCAPES = re.compile(
    rb"(?i)(\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\(?!ud[89a-f]).)|\\ud[89a-f][0-9a-f]{2}"
)
"""A whole character or any other escape, which are kept, or half a character; an escaped backslash is no half."""
_UNKNOWN = rb"\ufffd"


def mended(line: bytes) -> bytes:
    """The line with every lone surrogate, half of a cut emoji, replaced by the mark of an unknown character."""
    if b"\\ud" not in line and b"\\uD" not in line:
        return line
    return _ESCAPES.sub(lambda found: found[1] or _UNKNOWN, line)


class MendedLines(io.BufferedIOBase):
    """A binary stream whose lines are mended before anybody reads them."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def read1(self, size: int = -1, /) -> bytes:
        """What there is of the next line; nothing at the end."""
        if not self._rest:
            self._rest = mended(self._lines.readline())
        cut = size if size > 0 else len(self._rest)
        part, self._rest = self._rest[:cut], self._rest[cut:]
        return part


class _Input(io.TextIOBase):
    """Standard input for the protocol alone: whoever wants to read text finds none."""

    def __init__(self, wire: MendedLines) -> None:
        self.buffer = wire


def guard_stdin() -> None:
    """From now on the SDK reads mended lines, and nobody else, no child process either, reads what the client sends."""
    wire = open(os.dup(0), "rb", closefd=False)  # noqa: SIM115 - it stays open as long as the process
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = _Input(MendedLines(wire))  # pyright: ignore[reportAttributeAccessIssue]
