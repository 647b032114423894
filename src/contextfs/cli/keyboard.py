"""Single keys from a terminal, none of them lost: what is typed ahead waits, and an editor gets its terminal back."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click

LEAVE = "\x04"
"""What Control-D says, and an input that has ended."""
_ARROWS = {"[A": "k", "[B": "j", "OA": "k", "OB": "j"}


class Keyboard:
    """A terminal whose keys arrive one by one while it is listened to."""

    def __init__(self) -> None:
        self._before: Any = None

    @contextmanager
    def listening(self) -> Generator[None]:
        """Have keys arrive without a return behind them, and unseen; afterwards the terminal is as it was."""
        self._single()
        try:
            yield
        finally:
            self._restore()

    @contextmanager
    def lent(self) -> Generator[None]:
        """The terminal as it was, for another program to use meanwhile."""
        self._restore()
        try:
            yield
        finally:
            self._single()

    def press(self) -> str:
        """The next key; arrows up and down are k and j, an end of input is Control-D."""
        if self._before is None:
            return click.getchar()
        byte = os.read(sys.stdin.fileno(), 1)
        if byte == b"\x1b":
            return self._escaped()
        return byte.decode("latin-1") or LEAVE

    def _escaped(self) -> str:
        """What follows an escape; it is alone when nothing is there at once."""
        from select import select  # only where somebody uses an arrow

        ready, _, _ = select([sys.stdin.fileno()], [], [], 0.05)
        return _ARROWS.get(os.read(sys.stdin.fileno(), 8).decode("latin-1"), "") if ready else ""

    def _single(self) -> None:
        try:
            import termios
            import tty
        except ImportError:  # not on Windows, where click reads keys in another way
            return
        number = sys.stdin.fileno()
        self._before = termios.tcgetattr(number)
        tty.setcbreak(number, termios.TCSADRAIN)

    def _restore(self) -> None:
        if self._before is None:
            return
        import termios

        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)
        self._before = None
