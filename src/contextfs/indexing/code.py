"""Source code as passages: functions, classes and what stands between them (pure).

A definition with its comments and decorators is one passage. One that is too large for that is taken apart: a class
into its head and its methods, a long function into stretches; each part carries the signatures around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.indexed import Passage
from contextfs.domain.text import lines_of
from contextfs.indexing.symbols import Definition
from contextfs.indexing.windows import MOST, says_something, text_of, trimmed, windows

WHOLE = 1200
"""Characters up to which something with definitions inside is kept in one piece."""
_ABOVE = ("@", "#", "//", "/*", "*", "--", ";;", "///", '"""', "%%")
_SIGNATURE = 160


class _Node(NamedTuple):
    one: Definition
    inner: list[_Node]


class _Around(NamedTuple):
    """What encloses a passage."""

    names: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    def within(self, name: str, signature: str) -> _Around:
        return _Around((*self.names, name), (*self.signatures, signature))

    @property
    def name(self) -> str:
        return ".".join(self.names)

    @property
    def context(self) -> str:
        return "\n".join(self.signatures)


def passages(text: str, definitions: Sequence[Definition]) -> list[Passage]:
    """The passages of a source text in which these definitions stand."""
    lines = lines_of(text)
    known = sorted(
        (one for one in definitions if one.end <= len(lines)), key=lambda one: (one.start, -one.end)
    )
    return list(_run(lines, 1, len(lines), _nested(known), _Around()))


def _nested(known: Sequence[Definition]) -> list[_Node]:
    """The definitions as a tree; one or two lines are no block of their own."""
    roots: list[_Node] = []
    open_: list[_Node] = []
    for one in known:
        while open_ and open_[-1].one.end < one.end:
            open_.pop()
        if open_ and open_[-1].one.start == one.start:
            continue
        if one.end - one.start < 2:
            continue
        node = _Node(one, [])
        (open_[-1].inner if open_ else roots).append(node)
        open_.append(node)
    return roots


def _run(
    lines: Sequence[str], first: int, last: int, nodes: Sequence[_Node], around: _Around
) -> Iterator[Passage]:
    """A run of lines with the definitions in it."""
    place = first
    for node in nodes:
        if node.one.start < place:
            continue
        start = _with_comments(lines, place, node.one.start)
        yield from _between(lines, place, start - 1, around)
        yield from _definition(lines, start, node, around)
        place = node.one.end + 1
    yield from _between(lines, place, last, around)


def _definition(lines: Sequence[str], start: int, node: _Node, around: _Around) -> Iterator[Passage]:
    one = node.one
    inside = around.within(one.name, lines[one.start - 1].strip()[:_SIGNATURE])
    size = len(text_of(lines, start, one.end))
    if size <= (WHOLE if node.inner else MOST):
        yield _passage("definition", lines, start, one.end, inside.name, around.context)
    elif node.inner:
        head = _with_comments(lines, one.start + 1, node.inner[0].one.start) - 1
        yield from _stretches(lines, start, head, inside.name, around.context)
        yield from _run(lines, head + 1, one.end, node.inner, inside)
    else:
        yield from _stretches(lines, start, one.end, inside.name, around.context, inside.context)


def _stretches(
    lines: Sequence[str], first: int, last: int, name: str, context: str, later: str = ""
) -> Iterator[Passage]:
    """Something long in several passages; those after the first say what they are part of."""
    for place, (start, end) in enumerate(windows(lines, first, last)):
        yield _passage("definition", lines, start, end, name, later if place and later else context)


def _between(lines: Sequence[str], first: int, last: int, around: _Around) -> Iterator[Passage]:
    first, last = trimmed(lines, first, last)
    for start, end in windows(lines, first, last):
        found = _passage("lines", lines, start, end, around.name, around.context)
        if says_something(found.text):
            yield found


def _passage(kind: str, lines: Sequence[str], start: int, end: int, name: str, context: str) -> Passage:
    start, end = trimmed(lines, start, end)
    return Passage(kind, name, context, start, end, text_of(lines, start, end))


def _with_comments(lines: Sequence[str], earliest: int, start: int) -> int:
    """The line where the comments and decorators directly above a definition begin."""
    while start > earliest and lines[start - 2].strip().startswith(_ABOVE):
        start -= 1
    return start
