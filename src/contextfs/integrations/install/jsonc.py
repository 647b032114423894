"""JSON that people edit: members are set and taken out in the text itself, so all else stays byte for byte.

Comments and trailing commas are blanked to spaces, which leaves strict JSON with every offset as it was; the standard
library reads that, and tells where things stand. Every change is read again and compared with what was meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.errors import InvalidInput

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"?|//[^\r\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)
_INDENT = re.compile(r'^([ \t]+)["\]}]', re.MULTILINE)
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()

Path = Sequence[str]


class Part(NamedTuple):
    """One member of an object or one item of an array: where it begins, where its value begins and ends."""

    key: str
    """Empty for an item."""
    start: int
    value: int
    end: int


class Container(NamedTuple):
    """An object or an array in a text: its brackets and what stands between them."""

    start: int
    close: int
    parts: tuple[Part, ...]


class Document:
    """One JSON text, read once."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.quiet = self.strict = text
        """The text with comments blanked, and with trailing commas blanked as well."""
        self.value = self._read()

    def _read(self) -> Mapping[str, object]:
        try:
            value = _decoded(
                self.text
            )  # what is strict JSON already is read at once: such files can be large
        except ValueError:
            self.quiet = _without_comments(self.text)
            self.strict = _TRAILING.sub(lambda found: found[0] if found[0] != "," else " ", self.quiet)
            try:
                value = _decoded(self.strict)
            except ValueError as error:
                raise _broken(self.name, error) from None
        if not isinstance(value, dict):
            raise InvalidInput(
                f"{self.name} holds no JSON object.", hint="Mend the file or remove it; it was not touched."
            )
        return cast("Mapping[str, object]", value)

    @property
    def plain(self) -> bool:
        """Whether it is strict JSON as it stands."""
        return self.strict == self.text

    def root(self) -> Container:
        """The object that the whole text is."""
        return self.container(self.strict.index("{"))

    def container(self, start: int) -> Container:
        """The object or array that begins at this bracket."""
        closing = "}" if self.strict[start] == "{" else "]"
        at, parts = self._after(start + 1), list[Part]()
        while self.strict[at] != closing:
            begin, key = at, ""
            if closing == "}":
                key, at = _DECODER.raw_decode(self.strict, at)
                at = self._after(self._after(at) + 1)
            _, end = _DECODER.raw_decode(self.strict, at)
            parts.append(Part(key, begin, at, end))
            at = self._after(end)
            if self.strict[at] == ",":
                at = self._after(at + 1)
        return Container(start, at, tuple(parts))

    def find(self, path: Path) -> Part | None:
        """The member at the end of a path of keys, or None."""
        at, found = self.root(), None
        for depth, key in enumerate(path):
            found = next((part for part in reversed(at.parts) if part.key == key), None)
            if found is None or depth == len(path) - 1:
                return found
            if self.strict[found.value] != "{":
                return None
            at = self.container(found.value)
        return found

    def _after(self, at: int) -> int:
        """The next place that is no white space."""
        while self.strict[at] in _SPACE:
            at += 1
        return at


def value_at(value: object, path: Path) -> object:
    """What stands at a path of keys, or None."""
    for key in path:
        value = cast("Mapping[str, object]", value).get(key) if isinstance(value, Mapping) else None
    return value


def put(document: Document, path: Path, value: object) -> Document:
    """The text with this value at a path of keys; objects on the way are made, everything else stays."""
    there = document.find(path)
    if there is not None:
        if value_at(document.value, path) == value:
            return document
        written = _written(value, _line_indent(document.text, there.start), document.text)
        return _spliced(document, [(there.value, there.end, written)])
    return _added(document, path, value)


def _added(document: Document, path: Path, value: object) -> Document:
    known = 0
    while known < len(path) - 1 and document.find(path[: known + 1]):
        known += 1
    for key in reversed(path[known + 1 :]):
        value = {key: value}
    at = _container_at(document, path[:known], "{")
    return _spliced(
        document, _insertion(document, at, f"{json.dumps(path[known], ensure_ascii=False)}: ", value)
    )


def append(document: Document, path: Path, item: object) -> Document:
    """The text with one more item in the array at a path of keys, which is made where it is missing."""
    if document.find(path) is None:
        return put(document, path, [item])
    return _spliced(document, _insertion(document, _container_at(document, path, "["), "", item))


def put_item(document: Document, path: Path, index: int, item: object) -> Document:
    """The text with another item in the place of one of the array at a path of keys."""
    there = _container_at(document, path, "[").parts[index]
    written = _written(item, _line_indent(document.text, there.start), document.text)
    return _spliced(document, [(there.value, there.end, written)])


def take(document: Document, path: Path) -> Document:
    """The text without the member at a path of keys."""
    found = document.find(path)
    if found is None:
        return document
    inside = _container_at(document, path[:-1], "{")
    return _without(document, inside, inside.parts.index(found))


def drop(document: Document, path: Path, index: int) -> Document:
    """The text without one item of the array at a path of keys."""
    return _without(document, _container_at(document, path, "["), index)


def raw(document: Document, path: Path) -> str | None:
    """The value at a path of keys as it is written, or None."""
    found = document.find(path)
    return document.text[found.value : found.end] if found else None


def put_raw(document: Document, path: Path, written: str) -> Document:
    """The text with a value put back as it was written, where one stands now."""
    found = document.find(path)
    return _spliced(document, [(found.value, found.end, written)]) if found else document


def _container_at(document: Document, path: Path, bracket: str) -> Container:
    found = document.find(path) if path else None
    if found is None:
        return document.root()
    if document.strict[found.value] != bracket:
        what = "an object" if bracket == "{" else "a list"
        raise InvalidInput(
            f"In {document.name}, {'.'.join(path)} is not {what}.", hint="Mend the file; it was not touched."
        )
    return document.container(found.value)


def _insertion(document: Document, at: Container, prefix: str, value: object) -> list[tuple[int, int, str]]:
    """The splices that add something at the end of an object or array, in the manner of what is there."""
    text, newline = document.text, _newline(document.text)
    one_line = "\n" not in text.strip() and len(text.strip()) > len("{}")
    if not at.parts and one_line and not text[at.start + 1 : at.close].strip():
        return [(at.start + 1, at.close, prefix + json.dumps(value, ensure_ascii=False))]
    if not at.parts:
        indent = _line_indent(text, at.start)
        inner = indent + _unit(text)
        body = newline + inner + prefix + _written(value, inner, text)
        inside = text[at.start + 1 : at.close].rstrip()
        return [(at.start + 1 + len(inside), at.close, body + newline + indent)]
    last = at.parts[-1]
    stop = len(text[: at.close].rstrip())
    comma = document.quiet.find(",", last.end, at.close)
    if newline not in text[at.start : at.parts[0].start]:
        short = prefix + json.dumps(value, ensure_ascii=False)
        return [(comma + 1, comma + 1, f" {short},")] if comma >= 0 else [(last.end, last.end, f", {short}")]
    indent = _line_indent(text, last.start)
    added = newline + indent + prefix + _written(value, indent, text)
    if comma >= 0:
        return [(stop, stop, added + ",")]
    if stop == last.end:
        return [(stop, stop, "," + added)]
    return [(last.end, last.end, ","), (stop, stop, added)]


def _without(document: Document, inside: Container, index: int) -> Document:
    """The text without one part; the comma that parted it from its neighbour goes as well."""
    text, part = document.text, inside.parts[index]
    following = inside.parts[index + 1].start if index + 1 < len(inside.parts) else inside.close
    comma = document.quiet.find(",", part.end, following)
    begin = _begin(document, part.start, max(part.end, comma + 1))
    if comma >= 0:
        splices = [(begin, comma + 1, "")]
    elif index:
        before = document.quiet.index(",", inside.parts[index - 1].end, part.start)
        begin = max(begin, before + 1)
        splices = [(before, before + 1, ""), (begin, part.end, "")]
    else:
        splices = [(begin, part.end, "")]
    only = len(inside.parts) == 1 and not (
        text[inside.start + 1 : begin] + text[part.end : inside.close]
    ).strip(_SPACE + ",")
    return _spliced(document, [(inside.start + 1, inside.close, "")] if only else splices)


def _begin(document: Document, start: int, end: int) -> int:
    """Where taking a part out begins: at the white space before it, unless that ends a comment which would go on."""
    begin = len(document.text[:start].rstrip())
    if document.quiet[begin - 1] not in _SPACE or document.text[end:].lstrip(" \t")[:1] in {"\n", "\r"}:
        return begin
    notes = (found for found in _TOKEN.finditer(document.text, 0, begin) if found.end() == begin)
    return start if any(found[0].startswith("//") for found in notes) else begin


def _spliced(document: Document, splices: Sequence[tuple[int, int, str]]) -> Document:
    text = document.text
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return Document(text, document.name)


def _written(value: object, indent: str, text: str) -> str:
    written = json.dumps(value, indent=_unit(text), ensure_ascii=False)
    return written.replace("\n", _newline(text) + indent)


def _unit(text: str) -> str:
    """What the file indents by."""
    found = _INDENT.search(text)
    return found[1] if found else "  "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_indent(text: str, at: int) -> str:
    """The white space at the beginning of the line in which a place stands."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _decoded(text: str) -> object:
    return _DECODER.decode(text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text)


def _without_comments(text: str) -> str:
    def blank(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return found[0]
        return re.sub(r"[^\r\n]", " ", found[0])

    return _TOKEN.sub(blank, text)


def _broken(name: str, error: ValueError) -> InvalidInput:
    where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "?"
    what = getattr(error, "msg", str(error))
    return InvalidInput(
        f"{name} is not valid JSON: {what} at {where}.", hint="Mend the file; it was not touched."
    )
