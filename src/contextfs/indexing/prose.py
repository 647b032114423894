"""Prose as passages: Markdown and its kin by headings, anything else by paragraphs (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contextfs.domain.indexed import Passage
from contextfs.domain.text import lines_of
from contextfs.indexing.windows import says_something, text_of, trimmed, windows

_HEADING = re.compile(r"^(#{1,6}|={1,6}|\*{1,6}(?= ))\s+(.+?)\s*[#=]*\s*$")
_RULE = re.compile(r"^([=\-~^\"'*+#`])\1{2,}\s*$")


def by_headings(text: str) -> list[Passage]:
    """The sections of a text, each under the headings that lead to it."""
    lines = lines_of(text)
    found: list[Passage] = []
    path: list[tuple[int, str]] = []
    start = 1
    for number, level, title in [*_headings(lines), (len(lines) + 1, 0, "")]:
        found += _section(lines, start, number - 1, [name for _, name in path])
        path = [one for one in path if one[0] < level]
        path.append((level, title))
        start = number
    return found


def _headings(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Line, level and title of each heading, those inside fenced code left out."""
    fenced = False
    rules: list[str] = []
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced:
            continue
        marked = _HEADING.match(line)
        below = _RULE.match(lines[number]) if number < len(lines) else None
        if marked:
            yield number, len(marked[1]), marked[2]
        elif (
            below
            and line.strip()
            and not _RULE.match(line)
            and len(lines[number].strip()) >= len(line.strip())
        ):
            if below[1] not in rules:  # in reStructuredText the first rule met is the highest
                rules.append(below[1])
            yield number, 1 + rules.index(below[1]), line.strip()


def _section(lines: Sequence[str], first: int, last: int, titles: Sequence[str]) -> Iterator[Passage]:
    name = " > ".join(titles)
    first, last = trimmed(lines, first, last)
    for place, (start, end) in enumerate(windows(lines, first, last)):
        text = text_of(lines, start, end)
        if says_something(text):
            above = titles if place else titles[:-1]
            yield Passage("section", name, " > ".join(above), start, end, text)


def by_lines(text: str) -> list[Passage]:
    """Anything else: stretches of lines, cut at empty ones."""
    lines = lines_of(text)
    first, last = trimmed(lines, 1, len(lines))
    found = [
        Passage("lines", "", "", start, end, text_of(lines, start, end))
        for start, end in windows(lines, first, last)
    ]
    return [one for one in found if says_something(one.text)]
