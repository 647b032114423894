"""The spool: lines that many processes append to one file, so that a note neither waits for the store nor writes to it.

Whoever has time takes them all and writes them into the store. A line is appended by one system call, and is in the
spool or in the store at every moment: a reader looks into the files first and into the store then. A line may be handed
over twice, never not at all, so whoever keeps lines must know them again.
"""

from __future__ import annotations

import os
from collections.abc import Callable

_TAKEN = ".taken-"


class Spool:
    """One file of lines."""

    def __init__(self, path: str) -> None:
        self.path = path
        """Empty for a store in memory, whose lines are kept here."""
        self._lines: list[str] = []

    def append(self, lines: list[str]) -> int:
        """Add lines; returns how many bytes there are now. Raises OSError."""
        if not self.path:
            self._lines += lines
            return 0
        data = "".join(f"{line}\n" for line in lines).encode()
        while (size := self._appended(data)) is None:
            pass
        return size

    def _appended(self, data: bytes) -> int | None:
        """The bytes there are with these; None where somebody took the file meanwhile, perhaps without them."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        file = os.open(self.path, flags, 0o600)
        try:
            os.write(file, data)
            mine, there = os.fstat(file), os.stat(self.path)
            return mine.st_size if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino) else None
        except FileNotFoundError:
            return None
        finally:
            os.close(file)

    def lines(self) -> list[str]:
        """Every line that is not in the store yet."""
        if not self.path:
            return list(self._lines)
        return [line for path in (*self._taken(), self.path) for line in _whole_lines(path)]

    def drain(self, keep: Callable[[list[str]], None]) -> None:
        """Hand all lines to somebody who keeps them, and forget them afterwards.

        What was left by somebody who was killed meanwhile is handed over again. Raises OSError, and what `keep` raises.
        """
        if not self.path:
            keep(self._lines)
            self._lines = []
            return
        if os.path.exists(self.path):
            os.replace(self.path, f"{self.path}{_TAKEN}{os.urandom(4).hex()}")
        for path in self._taken():
            lines = _whole_lines(path)
            if lines:
                keep(lines)
            _unlink(path)

    def _taken(self) -> list[str]:
        folder, name = os.path.split(self.path)
        try:
            names = os.listdir(folder)
        except OSError:
            return []
        return sorted(os.path.join(folder, one) for one in names if one.startswith(name + _TAKEN))


def _whole_lines(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:  # nothing was noted yet, or somebody else has just written it into the store
        return []
    return data.decode("utf-8", "replace").split("\n")[:-1]


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:  # somebody else did, or will
        return
