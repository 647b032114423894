"""Parts: the lines that a citation means in a text, and a hash that a change of the rest leaves as it is (pure).

A save notes this hash where git does not have the file as it is; looking again compares it with what stands there now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from contextfs.domain.citation import Citation
from contextfs.domain.digest import digest
from contextfs.domain.text import lines_of
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.indexing import symbols
else:  # lines are found without it
    symbols = Later("contextfs.indexing.symbols")

NEVER = "-"
"""Stands for the hash of a part that was not there."""
ELSEWHERE = "+"
"""Stands for the hash of a part that is cited under another name by now."""
_HASH = 32
_SHORTEST = 3
"""Letters and digits that lines must have to be known again elsewhere."""
_ASSIGNED = r"^(\s*)(?:#\s*define\s+%s\s|(?:[A-Za-z_][\w<>,.\[\]*&]*\s+){0,4}%s\s*(?::[^=]+)?=(?!=))"
"""A constant or the like, which is no definition that opens a block by its shape alone."""

_MARKUP = re.compile(r"<[^>]*>|\[([^\]]*)\]\([^)]*\)")
"""Tags, and links of which only the words count."""


def span(text: str, cited: Citation) -> tuple[int, int] | None:
    """The first and the last line of a part, counted from 1; None where it is not there."""
    if cited.is_heading:
        return _section(lines_of(text), cited.symbol[1:])
    if cited.symbol:
        found = symbols.find(text, cited.symbol) if last_name(cited) in text else None
        return (found.start, found.end) if found else _assigned(lines_of(text), cited.symbol)
    return (cited.start, cited.end) if cited.end <= len(lines_of(text)) else None


def part(text: str, cited: Citation) -> str:
    """The hash of a part; "" where it is not there."""
    found = span(text, cited)
    return _hash(_lines(text)[found[0] - 1 : found[1]]) if found else ""


def cannot_be(text: str, cited: Citation) -> bool:
    """Whether a text surely has no such part; told without looking for definitions."""
    if cited.start:
        return cited.end > len(lines_of(text))
    return _no_heading(text, cited.symbol[1:]) if cited.is_heading else last_name(cited) not in text


def last_name(cited: Citation) -> str:
    """The name that a symbol ends with."""
    return cited.symbol.replace("::", ".").rpartition(".")[2]


def where(text: str, size: int, wanted: str) -> tuple[int, int] | None:
    """The only place in a text where so many lines with this hash stand together."""
    lines = _lines(text)
    starts = [at for at in range(len(lines) - size + 1) if _hash(lines[at : at + size]) == wanted]
    if len(starts) != 1:
        return None
    first = starts[0]
    told = sum(letter.isalnum() for line in lines[first : first + size] for letter in line)
    return (first + 1, first + size) if told >= _SHORTEST else None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in lines_of(text)]


def _hash(lines: Sequence[str]) -> str:
    return digest("\n".join(lines))[:_HASH]


def _section(lines: Sequence[str], anchor: str) -> tuple[int, int] | None:
    """What stands below the heading with this anchor, down to the next one that is not below it."""
    start = depth = 0
    for number, line in enumerate(lines, 1):
        level = len(line) - len(line.lstrip("#"))
        if not 1 <= level <= 6 or line[level : level + 1] != " ":
            continue
        if start and level <= depth:
            return start, number - 1
        if not start and _anchor(line[level:]) == anchor:
            start, depth = number, level
    return (start, len(lines)) if start else None


def _no_heading(text: str, anchor: str) -> bool:
    """Whether no line is a heading with this anchor in whatever style, nor is the anchor set by hand."""
    first = (
        anchor.rstrip("0123456789").removesuffix("-") or anchor
    )  # the second of the same words has a number
    if any(_anchor(_MARKUP.sub(r"\1", line)) in (anchor, first) for line in lines_of(text)):
        return False
    by_hand = (f'"{anchor}"', f"'{anchor}'", f"#{anchor}}}", f"({anchor})=")
    return not any(one in text.lower() for one in by_hand)


def _anchor(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    kept = (letter for letter in heading.strip(" #").lower() if letter.isalnum() or letter in " -_")
    return "".join(kept).replace(" ", "-")


def _assigned(lines: Sequence[str], symbol: str) -> tuple[int, int] | None:
    """The lines that give a name its value."""
    name = re.escape(symbol)
    pattern = re.compile(_ASSIGNED % (name, name))
    for number, line in enumerate(lines):
        match = pattern.match(line) if symbol in line and len(line) < 400 else None
        if match and (not match[1] or symbol.isupper()):  # else it is some variable of a function
            return number + 1, _end(lines, number, len(match[1].expandtabs())) + 1
    return None


def _end(lines: Sequence[str], first: int, indent: int) -> int:
    last = first
    for number in range(first + 1, len(lines)):
        line = lines[number].expandtabs().rstrip()
        if line and len(line) - len(line.lstrip()) <= indent:
            return number if line.lstrip()[0] in "})]" else last
        last = number if line else last
    return last
