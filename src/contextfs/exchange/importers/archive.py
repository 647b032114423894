"""contextfs: the lossless export, read back: every change and every message under its own id.

Nothing in it is believed: a line that does not hold what it must is counted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from contextfs.domain.change import Change
from contextfs.domain.clock import ID_LENGTH, Timestamp
from contextfs.domain.given import line_of, mapping_of, text_of
from contextfs.domain.namespaces import namespace_name
from contextfs.domain.session import ROLES, Message
from contextfs.domain.transcript import Unread
from contextfs.errors import InvalidInput, UnreadableSource
from contextfs.exchange.exporters.archive import KEY, VERSION
from contextfs.exchange.json_lines import Line, records

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_HEX = frozenset("0123456789abcdef")
_WORD = 100
_TYPE = re.compile(r"[\w-]{1,60}")
"""A type that a newer version invented is a word as well: it names a folder."""
_LATEST = 1 << 62
_ENDS = ["export", "end"]
_OF_CHANGE = frozenset(("change", "subject", "batch", "parents", "clock"))
_OF_MESSAGE = frozenset(("message", "session", "place", "role", "content", "at", "metadata"))


class Said(NamedTuple):
    """A message with the session it belongs to and its place there."""

    session: str
    place: int
    message: Message


class Touched(NamedTuple):
    """A file that a session touched, and when it did last, in microseconds since 1970."""

    session: str
    path: str
    at: int


def sniff(head: Head) -> bool:
    """Whether any of its first lines is one of an export; one that was sorted is no conversation either."""
    return any(
        line.get(KEY) in _ENDS or line.keys() >= _OF_CHANGE or line.keys() >= _OF_MESSAGE
        for line in head.lines
    )


def read(source: Source) -> Iterator[Change | Said | Touched | Unread]:
    """Its changes, its messages and the files of its sessions, in their order."""
    if not source.head.lines or source.head.lines[0].get(KEY) != "export":
        raise UnreadableSource(
            f"{source.name} holds lines of a contextfs export, but not its header as the first.",
            hint="Export again, or put its lines back in their order: the counts of all of them stand last.",
        )
    counted, ended = [0, 0, 0], False
    with source.opened() as file:
        for line in records(file):
            if isinstance(line, Unread):
                yield line
            elif KEY in line.record:
                ended = _checked(line.record, counted)
            else:
                found = _read(line)
                counted[0] += isinstance(found, Change)
                counted[1] += isinstance(found, Said)
                counted[2] += isinstance(found, Touched)
                yield found
    if not ended:
        yield Unread("the end of the file is missing or counts more than was read", source.name)


def _read(line: Line) -> Change | Said | Touched | Unread:
    if "change" in line.record:
        return _change(line)
    return _touched(line) if "touched" in line.record else _said(line)


def _touched(line: Line) -> Touched | Unread:
    try:
        return Touched(
            _id(line.record["session"]), line_of("path", line.record["touched"]), _clock(line.record["at"])
        )
    except (KeyError, ValueError, InvalidInput):
        return Unread("line that is no touched file", f"line {line.number}")


def _checked(record: Mapping[str, Any], counted: list[int]) -> bool:
    """Look at the first or the last line; returns whether it is a last line that counts what was read."""
    version = record.get("version", VERSION)
    if not isinstance(version, int) or version > VERSION:
        raise UnreadableSource(
            f"The export has version {version!r}; this contextfs reads up to {VERSION}.",
            hint="Upgrade contextfs.",
        )
    told = [record.get(name) for name in ("changes", "messages", "touched")]
    return record.get(KEY) == "end" and told == counted


def _change(line: Line) -> Change | Unread:
    told = line.record
    try:
        return Change(
            id=_id(told["change"]),
            subject=_id(told["subject"]),
            kind=_word(told["kind"]),
            verb=_word(told["verb"]),
            batch=_id(told["batch"]),
            parents=tuple(_id(one) for one in _list(told["parents"])),
            clock=_clock(told["clock"]),
            device=_word(told["device"]),
            author=text_of("author", told["author"]),
            patch=None if told["patch"] is None else _patch(told["patch"]),
        )
    except (KeyError, ValueError, InvalidInput):
        return Unread("line that is no change", f"line {line.number}")


def _said(line: Line) -> Said | Unread:
    told = line.record
    try:
        at, place = told["at"], told["place"]
        if told["role"] not in ROLES or not isinstance(place, int) or isinstance(place, bool) or place < 0:
            raise ValueError(place)
        message = Message(
            told["role"],
            text_of("content", told["content"]),
            None if at is None else Timestamp.from_micros(_clock(at)),
            mapping_of("metadata", told["metadata"]),
            _id(told["message"]),
        )
        return Said(_id(told["session"]), place, message)
    except (KeyError, ValueError, OverflowError, InvalidInput):
        return Unread("line that is neither a change nor a message", f"line {line.number}")


def _patch(value: object) -> Mapping[str, object]:
    """The fields of a change, each of the shape that its name promises."""
    patch = dict(mapping_of("patch", value))
    if not all(_fits(name, one) for name, one in patch.items()):
        raise ValueError(value)
    return patch


def _fits(name: str, value: object) -> bool:
    kind = name.partition(":")[0]
    if value is None or name == "deleted":
        return value is None or isinstance(value, bool)
    if kind in {"tag", "file", "key"} or name.endswith("_at"):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LATEST
    if kind == "meta":
        return isinstance(value, list) and len(cast("list[object]", value)) <= 1
    if name == "supersedes":
        return isinstance(value, list) and all(_is_id(one) for one in cast("list[object]", value))
    if name == "superseded_by":
        return value == "" or _is_id(value)
    if name == "namespace":
        return isinstance(value, str) and namespace_name(value) == value
    if name == "type":
        return isinstance(value, str) and _TYPE.fullmatch(value) is not None
    if name == "structured":
        return isinstance(value, dict)
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == ID_LENGTH and set(value) <= _HEX


def _id(value: object) -> str:
    if _is_id(value):
        return cast("str", value)
    raise ValueError(value)


def _word(value: object) -> str:
    if isinstance(value, str) and len(value) <= _WORD and value.isprintable():
        return value
    raise ValueError(value)


def _clock(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LATEST:
        return value
    raise ValueError(value)


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return cast("list[object]", value)
    raise ValueError(value)
