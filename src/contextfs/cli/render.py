"""The only printer: results on stdout, remarks on stderr, colours only where somebody sees them.

Text for people passes through `visible`, since a memory may hold anything: an escape sequence in it must not
reach the terminal as one. JSON says the same by its own escapes.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TextIO

import click

STYLES: dict[str, dict[str, object]] = {
    "relevance": {"fg": "green"},
    "type": {"fg": "cyan"},
    "repo": {"fg": "magenta"},
    "id": {"fg": "yellow"},
    "dim": {"dim": True},
    "strong": {"bold": True},
    "match": {"bold": True, "fg": "red"},
    "added": {"fg": "green"},
    "removed": {"fg": "red"},
    "warning": {"fg": "yellow"},
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def coloured(stream: TextIO | None = None) -> bool:
    """Whether what is printed there may hold colours."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal(stream or sys.stdout) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sits at the other end of the stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # a closed stream
        return False


def paint(text: str, style: str) -> str:
    """The text in one of the styles, where colours are seen."""
    return click.style(text, **STYLES[style]) if coloured() else text  # type: ignore[arg-type]


def visible(text: str) -> str:
    """The text with control characters written out, so that they cannot steer the terminal."""
    text = text.replace("\r\n", "\n")
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\xa0" else "\ufffd", text)


class OutputLost(Exception):
    """A result that could not be written, after the work was done."""

    def __init__(self, done: str, reason: OSError) -> None:
        super().__init__(done)
        self.done = done
        """What was changed, in a line; empty where nothing was."""
        self.reason = reason


def say(text: str = "") -> None:
    """Print a result."""
    _write(text, color=coloured())


def raw(text: str) -> None:
    """Print a text exactly as it is, unless a terminal would take it for commands."""
    _write(visible(text) if is_terminal(sys.stdout) else text, nl=is_terminal(sys.stdout), color=True)


def _write(text: str, *, color: bool, nl: bool = True) -> None:
    try:
        click.echo(text, nl=nl, color=color)
    except OSError as error:
        raise OutputLost("", error) from error


def remark(text: str) -> None:
    """Print what is not the result but good to know."""
    click.echo(text, err=True, color=coloured(sys.stderr))


def show(
    form: str,
    *,
    text: Callable[[], str],
    document: Callable[[], object],
    rows: Callable[[], Iterable[object]] | None = None,
) -> None:
    """Print a value in the form that was asked for: text, one JSON document, or JSON Lines."""
    if form == "text":
        say(text())
    elif form == "jsonl" and rows is not None:
        for row in rows():
            say(_json(row, None))
    else:
        say(_json(document(), 2))


def did(
    form: str,
    *,
    text: Callable[[], str],
    document: Callable[[], object],
    rows: Callable[[], Iterable[object]] | None = None,
    line: int = 0,
) -> None:
    """Print what was changed, like `show`; output that fails then does not leave open whether it was.

    `line` is the line of the text that says what was done.
    """
    try:
        show(form, text=text, document=document, rows=rows)
    except OutputLost as lost:
        lost.done = click.unstyle(text().split("\n")[line]).rstrip(".")
        raise


def _json(value: object, indent: int | None) -> str:
    import json  # costs most of a bare interpreter, and only this form needs it

    return json.dumps(value, ensure_ascii=False, indent=indent)


@contextmanager
def progress(label: str) -> Generator[Callable[[int, int], None]]:
    """A bar on stderr while something long is done; nothing where no one watches."""
    if not is_terminal(sys.stderr):
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

        def update(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield update
