"""Where the functions and classes of a source file begin and end, told by the shape of its lines (pure).

It needs no parser: a line that defines something opens a block, and the block ends before the next line that is not
indented deeper, closing brackets aside. That holds for every language whose people indent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.text import lines_of

MOST_LINES = 50_000
"""Lines that are looked at; a longer file was made by a machine."""

_NAME = r"[A-Za-z_$][\w$]*"
_KEYWORDS = (
    "def|class|function\\*?|func|fn|fun|sub|interface|struct|enum|trait|impl|type|module|namespace|object|record|protocol"
    "|macro_rules!|defmodule|defp?|CREATE (?:OR REPLACE )?(?:TABLE|VIEW|FUNCTION|PROCEDURE|TRIGGER)"
)
_BEFORE = r"(?:[A-Za-z_]+(?:\([^)]*\))?\s+){0,5}?"
_KEYWORD = re.compile(
    rf"^(\s*){_BEFORE}(?:{_KEYWORDS})\s+(?:\([^)]*\)\s*)?(?:self\.|(?:{_NAME}::)+)?({_NAME})", re.IGNORECASE
)
_IMPL = re.compile(rf"^(\s*)(?:unsafe\s+)?impl(?:\s*<[^{{]*?>)?\s+(?:[^{{]+?\s+for\s+)?(?:\w+::)*({_NAME})")
"""The methods that Rust gives to a type: they belong to the type, not to the trait."""
_ASSIGNED = re.compile(
    rf"^(\s*)(?:export\s+)?(?:const|let|var|static)?\s*({_NAME})\s*[:=]\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>|{_NAME}\s*=>)"
)
_CALLED = re.compile(rf"^(\s*)(?:[A-Za-z_][\w<>,*&:\[\]?]*[\s*&]+)+(?:{_NAME}::)*~?({_NAME})\s*\([^;]*$")
_METHOD = re.compile(rf"^(\s+)(?:async\s+|static\s+|get\s+|set\s+|\*)*({_NAME})\s*\([^;]*\)\s*\{{\s*$")
_SHELL = re.compile(r"^(\s*)([A-Za-z_][\w-]*)\s*\(\)\s*\{")
_BELOW_ITS_TYPE = re.compile(rf"^()({_NAME})\s*\([^;{{}}]*$")
_TYPE_ALONE = re.compile(r"^[A-Za-z_][\w\s*]*$")
_NO_NAMES = frozenset(
    """
    if for while switch return else elif catch match with new await throw raise yield do try case assert import from
    """.split()  # noqa: SIM905 - a list literal would be twenty quoted words
)
_COMMENT = ("#", "//", "*", "/*", "--", ";", '"""', "'''")


class Definition(NamedTuple):
    """One function, class or the like: its name and its first and last line, counted from 1."""

    name: str
    start: int
    end: int


def definitions(text: str, only: str = "") -> list[Definition]:
    """The definitions of a source text in the order of their first lines; `only` looks for one name, much faster."""
    lines = lines_of(text)[:MOST_LINES]
    found: list[Definition] = []
    for number, line in enumerate(lines):
        if only not in line:
            continue
        named = _defined(line)
        if named:
            indent, name = named
            found.append(Definition(name, number + 1, _last_line(lines, number, indent)))
        elif number and (name := _below_its_type(lines, number)):
            found.append(Definition(name, number, _last_line(lines, number, 0)))
    return found


def _below_its_type(lines: Sequence[str], number: int) -> str:
    """The name of a C function whose type stands on the line before, and its brace on one of the next."""
    match = _BELOW_ITS_TYPE.match(lines[number])
    if not match or match[2] in _NO_NAMES or not _TYPE_ALONE.match(lines[number - 1]):
        return ""
    return match[2] if any(line.startswith("{") for line in lines[number + 1 : number + 6]) else ""


def _defined(line: str) -> tuple[int, str] | None:
    if not line.strip() or line.lstrip().startswith(_COMMENT) or len(line) > 400:
        return None
    for pattern in (_IMPL, _KEYWORD, _ASSIGNED, _METHOD, _SHELL, _CALLED):
        match = pattern.match(line)
        if match and match[2].lower() not in _NO_NAMES and line.split(None, 1)[0] not in _NO_NAMES:
            return len(match[1].expandtabs()), match[2]
    return None


def _last_line(lines: Sequence[str], first: int, indent: int) -> int:
    """The end of the block that a line opens: the last line that is indented deeper, or closes it."""
    last = first
    for number in range(first + 1, len(lines)):
        stripped = lines[number].strip()
        if not stripped:
            continue
        deep = len(lines[number].expandtabs()) - len(lines[number].expandtabs().lstrip())
        if deep <= indent:
            opening = stripped[0] == "{" or (stripped[0] in ")]" and stripped[-1] in ":{>(")
            if not opening:  # neither a brace on a line of its own nor the end of a long signature
                closing = deep == indent and (stripped[0] in "})]" or stripped == "end")
                return number + 1 if closing else last + 1
        last = number
    return last + 1


def find(text: str, symbol: str) -> Definition | None:
    """The definition that a name means; `Class.method` and `Class::method` are looked for inside the class.

    Where a method stands outside of its class, as in Go and C++, its line names the class.
    """
    parts = [part.rstrip("!?=") for part in re.split(r"\.|::|#", symbol) if part.rstrip("!?=")]
    if not parts:
        return None
    known, lines = definitions(text, parts[0] if len(parts) == 1 else ""), lines_of(text)
    named = (one for one in known if one.name == parts[-1])
    return next((one for one in named if _inside(one, parts[:-1], known, lines)), None)


def _inside(one: Definition, names: Sequence[str], known: Sequence[Definition], lines: Sequence[str]) -> bool:
    around = [other for other in known if other.start < one.start and one.end <= other.end]
    own = {other.name for other in around}
    before = [lines[each.start - 1].partition(each.name)[0] for each in (one, *around)]
    return all(name in own or any(_is_owner(name, each) for each in before) for name in names)


def _is_owner(name: str, before: str) -> bool:
    """Whether what stands before the name of a method names its class: `void Server::`, `func (s *Server) `."""
    escaped = re.escape(name)
    return (
        re.search(rf"\b{escaped}(?:<[^>]*>)?(?:::|\.)|\([^()]*\b{escaped}(?:\[.*\])?\s*\)\s*$", before)
        is not None
    )


def around(text: str, start: int, end: int) -> list[Definition]:
    """The definitions that these lines belong to, the innermost first, then those that begin among them."""
    known = definitions(text)
    outer = [one for one in known if one.start <= start and end <= one.end]
    outer.sort(key=lambda one: one.end - one.start)
    return [*outer, *(one for one in known if start < one.start <= end)]


def qualified(one: Definition, known: Sequence[Definition]) -> str:
    """The name with those around it: `TokenManager.refresh`."""
    outer = [other.name for other in known if other.start < one.start and one.end <= other.end]
    return ".".join((*outer, one.name))


def names(text: str) -> Iterator[str]:
    """What a file defines, each name once."""
    yield from dict.fromkeys(one.name for one in definitions(text))
