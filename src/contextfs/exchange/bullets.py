"""The points of a Markdown text, each with the headings it stands under: what assistants are told is written so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from contextfs.domain.digest import digest

_BULLET = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<text>\S.*)$")
_HEADING = re.compile(r"^(?P<marks>#{1,6})[ \t]++(?P<text>.+)$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_TITLE = 120
# What headings of such files are called, by the memory type that their bullets are.
_KINDS = (
    ("decision", ("decision", "architecture", "adr")),
    (
        "procedural",
        ("command", "setup", "workflow", "deploy", "release", "how to", "getting started", "build", "steps"),
    ),
    ("user", ("preference", "style of work", "tone", "personal")),
    ("error", ("gotcha", "pitfall", "known issue", "troubleshoot", "caveat", "error")),
    ("code", ("pattern", "snippet", "example")),
)


class Bullet(NamedTuple):
    """One point with what is said under it."""

    text: str
    """The point with its own sub-points, without its mark."""
    headings: tuple[str, ...]
    key: str
    """What it is called by at every import: its headings and its words."""

    @property
    def title(self) -> str:
        """One line that names it: the heading and how the point begins."""
        first = re.sub(r"[*_`]", "", self.text.partition("\n")[0])
        told = f"{self.headings[-1]}: {first}" if self.headings else first
        return told if len(told) <= _TITLE else told[: _TITLE - 1].rpartition(" ")[0] + "…"

    @property
    def kind(self) -> str:
        """The memory type that its nearest telling heading speaks for."""
        for heading in reversed(self.headings):
            lower = heading.lower()
            for name, words in _KINDS:
                if any(word in lower for word in words):
                    return name
        return "fact"


class _Reading:
    """Where we are in a text: the headings above, and the point that is not at its end yet."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str]] = []
        self.point: list[str] = []
        self.indent = 0
        self.fenced = False

    def take(self, line: str) -> Bullet | None:
        """Read one line; returns the point that ends before it."""
        marks = bool(_FENCE.match(line))
        if self.fenced or marks:
            self.fenced = self.fenced != marks
            return self._continue(line)
        if heading := _HEADING.match(line):
            ended, level = self.end(), len(heading["marks"])
            above = (one for one in self.headings if one[0] < level)
            self.headings = [*above, (level, heading["text"].strip().rstrip("#").rstrip())]
            return ended
        if found := _BULLET.match(line):
            depth = len(found["indent"].expandtabs(4))
            if self.point and depth > self.indent:
                return self._continue(line)
            ended = self.end()
            self.point, self.indent = [found["text"].rstrip()], depth
            return ended
        return self._continue(line)

    def _continue(self, line: str) -> Bullet | None:
        """A line that begins nothing: part of the point, unless a paragraph follows it."""
        if not self.point:
            return None
        depth = len(line) - len(line.lstrip())
        if line.strip() and not self.point[-1] and depth <= self.indent and not self.fenced:
            return self.end()
        self.point.append(line[min(self.indent + 2, depth) :].rstrip())
        return None

    def end(self) -> Bullet | None:
        """The point as far as it was read."""
        text, self.point = "\n".join(self.point).strip(), []
        if not text:
            return None
        names = tuple(name for _, name in self.headings)
        return Bullet(text, names, digest("\0".join((*names, text)))[:16])


def _without_comments(text: str) -> str:
    """The text without what stands between `<!--` and `-->`; a comment that never ends is text."""
    parts: list[str] = []
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[place:start])
        place = end + 3
    return "".join((*parts, text[place:]))


def bullets(text: str) -> Iterator[Bullet]:
    """The top points of a text, each with its sub-points; what stands in code blocks by itself is none."""
    reading = _Reading()
    for line in _without_comments(text).replace("\r\n", "\n").split("\n"):
        if ended := reading.take(line):
            yield ended
    if last := reading.end():
        yield last
