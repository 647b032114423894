"""One table of a TOML file, set and taken out in the text itself, so that all else stays byte for byte.

Every change is read again by the standard library and compared with what was meant; a file that writes the table in
another way than under a header of its own is refused rather than guessed at.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from contextfs.errors import InvalidInput

_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\]]*)\]")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.|$)""")

Table = Mapping[str, object]


def parsed(text: str, name: str) -> Table:
    """The values of a file; raises InvalidInput that names the place of an error."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            f"{name} is not valid TOML: {error}.", hint="Mend the file; it was not touched."
        ) from None


def with_table(text: str, name: str, path: Sequence[str], values: Table) -> str:
    """The text with these values in the table of this name; other keys of it, and everything else, stay."""
    before = parsed(text, name)
    there = _at(before, path)
    kept = cast("dict[str, object]", there) if isinstance(there, dict) else {}
    merged = {key: _merged(kept.get(key), value) for key, value in values.items()}
    if isinstance(there, dict) and all(kept.get(key) == value for key, value in merged.items()):
        return text
    after = _appended(text, path, merged) if _span(text, path) is None else _changed(text, path, merged)
    return _checked(after, name, path, before, {**kept, **merged})


def without_table(text: str, name: str, path: Sequence[str]) -> str:
    """The text without the table of this name and what stands below it."""
    before = parsed(text, name)
    if _at(before, path) is None:
        return text
    after = text
    while (span := _span(after, path)) is not None:
        lines = after.splitlines(keepends=True)
        start, end = span
        start -= start > 0 and not lines[start - 1].strip()
        after = "".join(lines[:start] + lines[end:])
    return _checked(after, name, path, before, None)


def table_text(text: str, path: Sequence[str]) -> str | None:
    """The lines of a table as they are written, or None."""
    span = _span(text, path)
    return None if span is None else "".join(text.splitlines(keepends=True)[span[0] : span[1]])


def with_text(text: str, path: Sequence[str], written: str) -> str:
    """The text with the lines of a table put back as they were, where it stands now."""
    span = _span(text, path)
    if span is None:
        return text
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: span[0]], written, *lines[span[1] :]])


def _at(values: object, path: Sequence[str]) -> object:
    for key in path:
        values = cast("Table", values).get(key) if isinstance(values, dict) else None
    return values


def _checked(after: str, name: str, path: Sequence[str], before: Table, meant: Table | None) -> str:
    """The new text, when it says what was meant and nothing else."""
    wanted = [_with(before, path, meant, prune=prune) for prune in (True, False)]
    try:
        if tomllib.loads(after.removeprefix("\ufeff").replace("\r\n", "\n")) in wanted:
            return after
    except tomllib.TOMLDecodeError:
        pass
    raise InvalidInput(
        f"In {name}, {'.'.join(path)} is written in a way that cannot be changed safely.",
        hint=f"Write it under a header of its own, [{'.'.join(path)}], or edit it by hand; it was not touched.",
    )


def _with(values: Table, path: Sequence[str], meant: Table | None, *, prune: bool) -> dict[str, object]:
    """The values with a table set or taken out; `prune` takes parents out that are empty then."""
    copy = dict(values)
    key = path[0]
    if len(path) == 1:
        copy.pop(key, None)
        return copy if meant is None else {**copy, key: dict(meant)}
    below = copy.get(key)
    inner = _with(cast("Table", below) if isinstance(below, dict) else {}, path[1:], meant, prune=prune)
    copy[key] = inner
    if prune and not inner and meant is None:
        del copy[key]
    return copy


def _appended(text: str, path: Sequence[str], values: Table) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"[{'.'.join(path)}]", *(f"{key} = {_literal(value)}" for key, value in values.items()), ""]
    between = "" if not text.strip("\ufeff") else newline if text.endswith("\n") else newline * 2
    return text + between + newline.join(lines)


def _merged(there: object, value: object) -> object:
    """A value; of a table in the table, what somebody added to it stays."""
    if isinstance(value, dict) and isinstance(there, dict):
        return {**cast("Table", there), **cast("Table", value)}
    return value  # pyright: ignore[reportUnknownVariableType]


def _changed(text: str, path: Sequence[str], values: Table) -> str:
    """The text with keys set among the lines of a table: in their own line, or table, where they have one."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for key, value in values.items():
        if isinstance(value, Mapping) and _span(text, (*path, key)) is not None:
            text = _changed(text, (*path, key), cast("Table", value))
            continue
        lines = text.splitlines(keepends=True)
        start, end = cast("tuple[int, int]", _span(text, path))
        own = range(start + 1, next((n for n, _, at in _lines(text) if at and start < n < end), end))
        found = [n for n in own if re.match(rf'\s*"?{re.escape(key)}"?\s*=', lines[n])]
        written = f"{key} = {_literal(value)}{newline}"
        lines[found[0] if found else start + 1 : found[0] + 1 if found else start + 1] = [written]
        text = "".join(lines)
    return text


def _span(text: str, path: Sequence[str]) -> tuple[int, int] | None:
    """The lines from the header of a table to the last line that says something in it or below it."""
    start, end = -1, -1
    for number, line, header in _lines(text):
        if header is not None:
            inside = header[: len(path)] == list(path)
            if start < 0 and inside:
                start, end = number, number + 1
                continue
            if start >= 0 and not inside:
                break
        if start >= 0 and line.strip() and not line.lstrip().startswith("#"):
            end = number + 1
    return None if start < 0 else (start, end)


def _lines(text: str) -> list[tuple[int, str, list[str] | None]]:
    """Each line with its number and, where it opens a table, the keys of that table."""
    found: list[tuple[int, str, list[str] | None]] = []
    inside = ""
    depth = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        header = _HEADER.match(line.removeprefix("\ufeff")) if not inside and depth == 0 else None
        found.append((number, line, _keys(header["name"]) if header else None))
        if header is None:
            inside, depth = _state(line, inside, depth)
    return found


_MARK = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#|[\[\]{}]|\\.')


def _state(line: str, inside: str, depth: int) -> tuple[str, int]:
    """Whether a text of several lines is open at the end of a line, and how many brackets."""
    at = 0
    while found := _MARK.search(line, at):
        mark, at = found[0], found.end()
        if inside:
            inside = "" if mark == inside else inside
        elif mark == "#":
            break
        elif mark in {'"""', "'''"}:
            inside = mark
        elif mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
    return inside, max(depth, 0)


def _keys(dotted: str) -> list[str]:
    keys: list[str] = []
    at = 0
    while found := _KEY.match(dotted, at):
        keys.append(found[1] or found[2] or found[3] or "")
        at = found.end()
        if not found[4]:
            break
    return keys


def _literal(value: Any) -> str:
    """A value as TOML writes it; a JSON string is a TOML string, and inline tables differ from objects by one sign."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_literal(one)}" for key, one in cast("Table", value).items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(one) for one in cast("Sequence[object]", value)) + "]"
    return json.dumps(value, ensure_ascii=False)
