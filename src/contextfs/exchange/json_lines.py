"""JSON Lines as tools leave them: lines that are torn, empty or foreign are told of, and never stop the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, NamedTuple, cast

from contextfs.domain.transcript import Unread

BOM = "\ufeff"
LONGEST = 1 << 26
"""Bytes of a line; a longer one is no line of a transcript."""
_DIGITS = 400


class Line(NamedTuple):
    """One line that holds a JSON object."""

    number: int
    record: Mapping[str, Any]


def parsed(text: str) -> object:
    """The value of a JSON text; None, which no caller asks for, where it is not JSON."""
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _whole(digits: str) -> int | None:
    """A whole number, but not one that only an attacker writes."""
    return int(digits) if len(digits) <= _DIGITS else None


DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_constant=lambda _: None)
"""Reads what other tools take for JSON: raw control characters in texts, NaN (which becomes null)."""


def records(file: IO[bytes], number: int = 0) -> Iterator[Line | Unread]:
    """The objects of a file, line by line, behind so many lines; what is none is Unread."""
    while line := file.readline(LONGEST):
        number += 1
        where = f"line {number}"
        if len(line) == LONGEST and not line.endswith(b"\n"):
            _skip_line(file)
            yield Unread("line longer than 64 MB", where)
            continue
        text = line.decode("utf-8", "replace").strip(BOM + "\0 \t\r\n")
        if text:
            yield _line(text, number, whole=line.endswith(b"\n"))


def _line(text: str, number: int, *, whole: bool) -> Line | Unread:
    value = parsed(text)
    if isinstance(value, dict):
        return Line(number, cast("Mapping[str, Any]", value))
    if value is not None:
        return Unread("line that is no JSON object", f"line {number}")
    # What is being written at this moment is read next time.
    return Unread("damaged line" if whole else "unfinished last line", f"line {number}")


def _skip_line(file: IO[bytes]) -> None:
    while (part := file.readline(1 << 20)) and not part.endswith(b"\n"):
        pass
