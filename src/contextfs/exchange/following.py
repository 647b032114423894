"""Following: a transcript that grows is read on from where the last reading ended, whole line by whole line.

What is read piece by piece comes under the same keys as what an import reads at once, so that both agree.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from contextfs.domain.memory import NO_METADATA
from contextfs.domain.transcript import Heading, Place, Transcript, Turn, Unread
from contextfs.exchange.importers.blocks import object_of, word
from contextfs.exchange.json_lines import LONGEST, Line, records
from contextfs.exchange.source import Source

FORMATS = {
    name: f"contextfs.exchange.importers.{name.replace('-', '_')}"
    for name in ("claude-code", "codex", "gemini", "copilot")
}
"""Formats that are written line by line while a conversation goes on -> the module that reads them."""


class LineReader(Protocol):
    """What an importer of such a format has seen of a transcript so far."""

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day; of what JSON can hold."""
        ...

    def resume(self, state: Mapping[str, Any], heading: Heading | None) -> None:
        """Go on from such a state, with the heading that was yielded last."""
        ...

    def read(self, line: Line) -> Transcript:
        """What one line says."""
        ...


class Following:
    """One transcript that is read on."""

    def __init__(self, source: Source, format_name: str, place: Place) -> None:
        self._source = source
        self._reader: LineReader = import_module(FORMATS[format_name]).Reader(source)
        self.place = place if place.offset <= source.size else Place()
        """Where reading has come to; a file that was written anew is read from its beginning."""
        self._heading = _heading(self.place.state)
        if self.place.state:
            self._reader.resume(object_of(self.place.state.get("reader")), self._heading)

    def piece(self, most: int) -> list[Heading | Turn | Unread]:
        """What the next whole lines say, the heading that they belong to first; nothing when there are none yet."""
        data = self._next(most)
        if not data:
            return []
        lines = [one for one in records(io.BytesIO(data), self.place.line) if isinstance(one, Line)]
        found: list[Heading | Turn | Unread] = [self._heading] if self._heading else []
        for line in _lasting(lines):
            for one in self._reader.read(line):
                if isinstance(one, Heading):
                    self._heading = one
                found.append(one)
        state = {"reader": self._reader.state(), "heading": _plain(self._heading)}
        self.place = Place(self.place.offset + len(data), self.place.line + data.count(b"\n"), state)
        return found

    def _next(self, most: int) -> bytes:
        with open(self._source.path, "rb") as file:
            file.seek(self.place.offset)
            data = file.read(most)
            end = data.rfind(b"\n") + 1
            if not end and len(data) == most:  # one line that is longer
                data += file.readline(LONGEST)
                end = len(data) if data.endswith(b"\n") else 0
        return data[:end]


def _lasting(lines: list[Line]) -> Iterator[Line]:
    """The lines without those whose message is written again further down, as Gemini CLI does it."""
    last = {word(line.record.get("id")): line.number for line in lines if _is_rewritten(line.record)}
    for line in lines:
        if not _is_rewritten(line.record) or last[word(line.record.get("id"))] == line.number:
            yield line


def _is_rewritten(record: Mapping[str, Any]) -> bool:
    return record.get("type") in {"user", "gemini"} and bool(record.get("id"))


def _plain(heading: Heading | None) -> dict[str, object]:
    """A heading as JSON can hold it."""
    if heading is None:
        return {}
    given = {**heading._asdict(), "metadata": dict(heading.metadata)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in given.items()
        if value
    }


def _heading(state: Mapping[str, Any]) -> Heading | None:
    given = object_of(state.get("heading"))
    if not given:
        return None
    times = {
        name: datetime.fromisoformat(given[name]) for name in ("started_at", "ended_at") if given.get(name)
    }
    known = {name: value for name, value in given.items() if name in Heading._fields}
    return Heading(**cast("dict[str, Any]", {"metadata": NO_METADATA, **known, **times}))


def is_followed(format_name: str, path: str) -> bool:
    """Whether a transcript is one that can be read on."""
    return format_name in FORMATS and path.endswith(".jsonl") and os.path.isfile(path)
