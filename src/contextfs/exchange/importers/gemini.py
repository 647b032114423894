"""Gemini CLI chats: `~/.gemini/tmp/<project>/chats/session-<time>-<id>.jsonl`, or one JSON object in older versions.

A message is written again, under the same id, when something is added to it; the last one holds. So the lines are
read twice: the first time only to see which of them is the last of its message.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.importers.blocks import blocks_of, list_of, object_of, text_in, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import spoken
from contextfs.exchange.json_lines import Line, records
from contextfs.exchange.json_stream import pieces
from contextfs.exchange.source import Head, Source

TOOL = "gemini"
_SILENT = frozenset(("info", "error", "warning", "system", "about", "stats", "quit", "compression"))
_FAILED = frozenset(("error", "cancelled"))
_PATCHES = frozenset(("$set", "$rewindTo", "$unset", "$push"))


def sniff(head: Head) -> bool:
    """Whether it begins with the line, or has the keys, of a Gemini session."""
    keys = set(head.lines[0]) if head.lines else head.keys
    return not head.in_list and "sessionId" in keys and bool({"projectHash", "startTime"} & keys)


def places(environ: Mapping[str, str]) -> Sequence[str]:
    """The chats of Gemini CLI on this machine."""
    home = environ.get("GEMINI_CLI_HOME") or "~"
    return [
        os.path.join(home, ".gemini", "tmp", "*", "chats", f"session-*.{end}") for end in ("jsonl", "json")
    ]


def read(source: Source) -> Transcript:
    """The session of a chat."""
    reader = Reader(source)
    lines = source.head.lines
    if (source.head.text and not lines) or (source.head.one_line and lines and "messages" in lines[0]):
        yield from _object(source, reader)
        return
    last = _last_places(source)
    with source.opened() as file:
        for line in records(file):
            if isinstance(line, Unread):
                yield line
            elif last.get(word(line.record.get("id")), line.number) == line.number:
                yield from reader.read(line)


def _object(source: Source, reader: Reader) -> Transcript:
    meta: dict[str, Any] = {}
    with source.opened() as file:
        for key, value in pieces(file, ("messages",)):
            if key != "messages":
                meta[key] = value
                continue
            if not reader.headed:
                yield from reader.message(meta, "the beginning")
            yield from reader.message(object_of(value), "messages")
    if not reader.headed:
        yield from reader.message(meta, "the beginning")


def _last_places(source: Source) -> dict[str, int]:
    """On which line each message stands for the last time."""
    with source.opened() as file:
        lines = (line for line in records(file) if isinstance(line, Line))
        return {word(line.record.get("id")): line.number for line in lines if line.record.get("id")}


class Reader:
    """What was seen of a chat so far."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._calls = Calls()
        self.headed = False

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day."""
        return {"calls": self._calls.state()}

    def resume(self, state: Mapping[str, Any], heading: Heading | None) -> None:
        """Go on from such a state, with the heading that was yielded last."""
        self.headed = heading is not None
        self._calls.resume(object_of(state.get("calls")))

    def read(self, line: Line) -> Transcript:
        """What one line says."""
        yield from self.message(line.record, f"line {line.number}")

    def message(self, record: Mapping[str, Any], where: str) -> Transcript:
        """What one line, or one message of the older format, says."""
        kind = word(record.get("type"))
        if not kind and not _PATCHES & set(record):
            yield from self._head(record)
        elif kind in {"user", "gemini"}:
            if not self.headed:
                yield from self._head({})
            yield from self._turns(record, kind, where)
        elif kind and kind not in _SILENT:
            yield Unread(f"message type {kind[:60]!r}", where)

    def _head(self, record: Mapping[str, Any]) -> Iterator[Heading]:
        if not self.headed:
            self.headed = True
            yield Heading(
                word(record.get("sessionId")) or self._source.base,
                TOOL,
                word(record.get("summary")),
                past(record.get("startTime")),
                past(record.get("lastUpdated")),
                directory=_directory(self._source.path),
            )

    def _turns(self, record: Mapping[str, Any], kind: str, where: str) -> Iterator[Turn]:
        key, at = word(record.get("id")) or where, past(record.get("timestamp"))
        # What was typed, where a command or a file reference made something longer of it.
        content = record.get("displayContent") or record.get("content")
        text = "\n\n".join(text for block in blocks_of(content) if (text := text_in(block)))
        text = spoken(text) if kind == "user" else text
        if text.strip():
            yield Turn(key, "user" if kind == "user" else "assistant", text, at)
        for place, call in enumerate(list_of(record.get("toolCalls"))):
            yield from self._call(object_of(call), f"{key}/{place}", at)

    def _call(self, call: Mapping[str, Any], key: str, at: datetime | None) -> Iterator[Turn]:
        name, asked = word(call.get("name")), word(call.get("id")) or key
        at = past(call.get("timestamp")) or at
        yield from self._calls.asked(asked, name, call.get("args"), at, key=f"{key}/call")
        answers = [_answer(object_of(part)) for part in list_of(call.get("result"))]
        failed = word(call.get("status")) in _FAILED
        yield from self._calls.answered(asked, answers, at, key=f"{key}/result", failed=failed)


def _answer(part: Mapping[str, Any]) -> object:
    return object_of(part.get("functionResponse")).get("response") or part


def _directory(path: str) -> str:
    """The directory that a chat belongs to: Gemini keeps a table of the names it gave to directories."""
    project = os.path.dirname(os.path.dirname(path)) if path else ""
    try:
        with open(os.path.join(project, ".project_root"), encoding="utf-8") as file:
            return file.read(4096).strip()
    except (OSError, ValueError):
        pass
    try:
        with open(os.path.join(project, "..", "..", "projects.json"), encoding="utf-8") as file:
            table = object_of(object_of(json.load(file)).get("projects"))
    except (OSError, ValueError, RecursionError):
        return ""
    return next((root for root, slug in table.items() if slug == os.path.basename(project)), "")
