"""Why: the lines of a file with the commits that wrote them and the decisions behind them at their side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.citation import citations
from contextfs.domain.lineage import Behind, BlamedLine, Commit, Explanation
from contextfs.web.asked import Asked, Page, Place, View, inside

PLACE = Place("/why", "Why", "why", "w")
_LINES = 1200
"""Lines that are shown of one file; of a longer one a part is asked for."""
_MEMORIES = 30
_DEFINED = re.compile(
    r"^\s*(?:export\s+|pub\s+|async\s+|static\s+)*(?:def|class|func|fn|function|interface|type)\s+(\w{4,})"
)
_WORD = re.compile(r"[A-Za-z_]\w{3,}")
_LANGUAGES = {
    "py": "python", "js": "javascript", "ts": "typescript", "tsx": "typescript", "jsx": "javascript", "rs": "rust",
    "go": "go", "java": "java", "rb": "ruby", "c": "c", "h": "c", "cc": "cpp", "cpp": "cpp", "cs": "csharp",
    "php": "php", "sh": "bash", "sql": "sql", "html": "xml", "xml": "xml", "css": "css", "json": "json",
    "toml": "ini", "ini": "ini", "yaml": "yaml", "yml": "yaml", "md": "markdown", "kt": "kotlin", "swift": "swift",
}  # fmt: skip


class Block(NamedTuple):
    """Lines that follow each other and have one commit, with the memories that belong beside the first of them."""

    start: int
    end: int
    commit: Commit | None
    hash: str
    numbers: str
    text: str
    memories: Sequence[Behind]


def why(asked: Asked) -> Page:
    """The page of a place; without one, the question."""
    place = asked.word("place")
    if not place:
        return Page("why/ask.html", {"place": ""}, "Why")
    found = asked.ctx.why(inside(place), _MEMORIES)
    shown = found.lines[:_LINES]
    beside = {number: list[Behind]() for number in {_anchor(one, found, shown) for one in found.memories}}
    for one in found.memories:
        beside[_anchor(one, found, shown)].append(one)
    values = {
        "place": place,
        "found": found,
        "blocks": _blocks(shown, found, beside),
        "general": beside.get(0, []),
        "left_out": len(found.lines) - len(shown),
        "language": _LANGUAGES.get(found.place.path.rpartition(".")[2].lower(), "plaintext"),
    }
    return Page("why/page.html", values, f"Why {found.place}")


def _anchor(behind: Behind, found: Explanation, lines: Sequence[BlamedLine]) -> int:
    """The line beside which a memory belongs: one that it cites, or the definition of what it names; 0 is none."""
    numbers = {line.number for line in lines}
    cited = [one for one in citations(behind.memory) if found.place.path.endswith(one.path)]
    for one in cited:
        if one.start in numbers:
            return one.start
    defined = _definitions(lines)
    named = [one.symbol.rpartition(".")[2] for one in cited if one.symbol]
    words = [*named, *_WORD.findall(behind.memory.content)]
    return next((defined[word] for word in words if word in defined), 0)


def _definitions(lines: Sequence[BlamedLine]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        match = _DEFINED.match(line.text)
        if match:
            found.setdefault(match[1], line.number)
    return found


def _blocks(
    lines: Sequence[BlamedLine], found: Explanation, beside: Mapping[int, Sequence[Behind]]
) -> list[Block]:
    commits = {one.commit.hash: one.commit for one in found.commits}
    groups: list[list[BlamedLine]] = []
    for line in lines:
        if not groups or line.number in beside or line.commit != groups[-1][-1].commit:
            groups.append([])
        groups[-1].append(line)
    return [
        Block(
            group[0].number,
            group[-1].number,
            commits.get(group[0].commit),
            group[0].commit,
            "\n".join(str(line.number) for line in group),
            "\n".join(line.text for line in group),
            beside.get(group[0].number, ()),
        )
        for group in groups
    ]


ROUTES = (View("GET", "/why", why),)
