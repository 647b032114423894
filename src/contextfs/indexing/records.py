"""Files with a form of their own: settings by sections, SQL by statements, notebooks by cells (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from contextfs.domain.indexed import Passage
from contextfs.domain.text import lines_of
from contextfs.indexing.prose import by_headings, by_lines
from contextfs.indexing.windows import says_something, text_of, trimmed, windows

_SETTINGS = 900
"""Characters up to which neighbouring settings share a passage."""
_SECTION = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"^([\w.$/-]+|\"[^\"]+\")\s*[:=]")
_JSON_KEY = re.compile(r'^(\s+)"([^"]+)"\s*:')
_STATEMENT = re.compile(
    r"^\s*(?:create|alter|drop|insert|update|delete|select|with|grant|revoke|comment|merge|begin|do|truncate|pragma)\b"
    r"(?:\s+(?:or\s+replace|temp(?:orary)?|unique|virtual|materialized|external))*"
    r"(?:\s+(?:table|view|function|procedure|trigger|index|schema|type|into|policy|extension|sequence|from|on))*"
    r"(?:\s+if\s+(?:not\s+)?exists)?\s+([\w.\"`\[\]]+)?",
    re.IGNORECASE,
)

Opens = Callable[[str], "str | None"]


def settings(text: str) -> list[Passage]:
    """Sections of TOML and INI, top-level keys of YAML and JSON; small neighbours together."""
    if text.lstrip().startswith("{"):
        return _blocks(text, "settings", _json_keys(text))
    sectioned = any(_SECTION.match(line) for line in lines_of(text))
    return _blocks(text, "settings", _section if sectioned else _key)


def _json_keys(text: str) -> Opens:
    """What opens a block: a key that is indented like the first one."""
    first = next((match[1] for line in lines_of(text) if (match := _JSON_KEY.match(line))), "")

    def key(line: str) -> str | None:
        match = _JSON_KEY.match(line)
        return match[2] if match and match[1] == first else None

    return key


def _section(line: str) -> str | None:
    match = _SECTION.match(line)
    return match[1].strip("\"'[] ") if match else None


def _key(line: str) -> str | None:
    match = _KEY.match(line)
    return match[1].strip('"') if match else None


def _blocks(text: str, kind: str, opens: Opens) -> list[Passage]:
    lines = lines_of(text)
    starts = [(number, name) for number, line in enumerate(lines, 1) if (name := opens(line)) is not None]
    if not starts:
        return by_lines(text)
    ends = [number - 1 for number, _ in starts[1:]] + [len(lines)]
    blocks = [(start, end, [name]) for (start, name), end in zip(starts, ends, strict=True)]
    if starts[0][0] > 1:
        blocks.insert(0, (1, starts[0][0] - 1, []))
    return [
        one
        for start, end, names in _together(lines, blocks)
        for one in _passages(lines, start, end, names, kind)
    ]


def _together(
    lines: Sequence[str], blocks: Sequence[tuple[int, int, list[str]]]
) -> Iterator[tuple[int, int, list[str]]]:
    """Neighbouring blocks that together are small enough."""
    first, last, names = blocks[0]
    for start, end, more in blocks[1:]:
        if len(text_of(lines, first, end)) <= _SETTINGS:
            last, names = end, [*names, *more]
        else:
            yield first, last, names
            first, last, names = start, end, more
    yield first, last, names


def _passages(
    lines: Sequence[str], first: int, last: int, names: Sequence[str], kind: str
) -> Iterator[Passage]:
    first, last = trimmed(lines, first, last)
    name = ", ".join(dict.fromkeys(one for one in names if one))[:120]
    for place, (start, end) in enumerate(windows(lines, first, last)):
        text = text_of(lines, start, end)
        if says_something(text):
            yield Passage(kind, name, lines[first - 1].strip()[:120] if place else "", start, end, text)


def sql(text: str) -> list[Passage]:
    """The statements of a script; small neighbours together."""
    lines = lines_of(text)
    ended = True
    opened: list[str | None] = []
    for line in lines:
        match = _STATEMENT.match(line) if ended else None
        opened.append((match[1] or "").strip('"`[]') if match else None)
        stripped = line.strip()
        if stripped and not stripped.startswith("--"):
            ended = stripped.endswith(";")
    places = iter(opened)
    return _blocks(text, "statement", lambda _line: next(places))


def notebook(text: str) -> list[Passage]:
    """The cells of a notebook; a place is the line of the file where the cell's first line stands."""
    try:
        document = json.loads(text)
        cells = [(str(cell.get("cell_type", "")), _source(cell)) for cell in document["cells"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return by_lines(text)
    found: list[Passage] = []
    place, number = 0, 1
    for kind, source in cells:
        first = json.dumps(source.split("\n")[0], ensure_ascii=False)[1:-1]
        at = text.find(first, place) if first else -1
        if at >= 0:
            number += text.count("\n", place, at)
            place = at
        found += _cell(kind, source, number)
    return found


def _source(cell: Any) -> str:
    source = cell.get("source", "")
    return "".join(cast("list[str]", source)) if isinstance(source, list) else str(source)


def _cell(kind: str, source: str, number: int) -> list[Passage]:
    inner = by_headings(source) if kind == "markdown" else by_lines(source)
    return [
        one._replace(kind="cell", start=number + one.start - 1, end=number + one.end - 1) for one in inner
    ]
