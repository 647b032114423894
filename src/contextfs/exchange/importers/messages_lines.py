"""JSONL of conversations or of messages, one a line; messages that name a session belong to that one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contextfs.domain.digest import digest
from contextfs.domain.transcript import Transcript, Unread
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.plain_messages import (
    conversation,
    heading,
    id_of,
    is_message,
    list_in,
    turn,
)
from contextfs.exchange.json_lines import records
from contextfs.exchange.source import Head, Source


def sniff(head: Head) -> bool:
    """Whether its first lines hold a conversation or a message."""
    return not head.in_list and any(is_message(line) or list_in(line) for line in head.lines)


def read(source: Source) -> Transcript:
    """The conversations of a file."""
    with source.opened() as file:
        reader = _Reader(source.base)
        for line in records(file):
            if isinstance(line, Unread):
                yield line
            else:
                yield from reader.read(line.record, f"line {line.number}")


class _Reader:
    """What was seen of a file so far."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._alone = ""
        self._last = ""
        self._counts: dict[str, int] = {}
        self._calls: dict[str, Calls] = {}
        self._seen: set[str] = set()

    def read(self, record: Mapping[str, Any], where: str) -> Transcript:
        """What one line says."""
        if list_in(record):
            yield from conversation(record, list_in(record), self._base, self._seen)
            self._last = ""
        elif is_message(record):
            yield from self._message(record)
        else:
            yield Unread("object that is no conversation and no message", where)

    def _message(self, record: Mapping[str, Any]) -> Transcript:
        key = id_of(record) or self._alone
        if not key:  # a file without ids is one conversation, known again by its name and its first line
            key = self._alone = digest(f"{self._base}\n{sorted(record.items(), key=repr)!r}")
        if key != self._last:
            self._last = key
            about = {name: value for name, value in record.items() if name not in {"name", "source", "label"}}
            yield heading(about, key)
        place = self._counts[key] = self._counts.get(key, -1) + 1
        yield from turn(record, place, self._calls.setdefault(key, Calls()))
