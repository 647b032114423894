"""The lossless export: one JSON object a line, all that ever happened in an order that depends on nothing else.

A header, every change by its clock, every message by its session and place, every file that a session touched, and a
last line that counts them, so that a file that was cut off is known for one. Vectors and indexes are left out: they are
made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from contextfs.domain.change import Change
from contextfs.domain.clock import to_micros
from contextfs.domain.session import Message

VERSION = 1
KEY = "contextfs"
Spoken = tuple[str, int, Message]
"""A message behind the session it belongs to and its place there."""
Touched = tuple[str, str, int]
"""A session, a file that it touched, and when it did last, in microseconds since 1970."""


def lines(
    changes: Iterable[Change], messages: Iterable[Spoken] = (), touched: Iterable[Touched] = ()
) -> Iterator[str]:
    """The lines of an export, each with its line break; a message comes with its session and its place."""
    yield _json({KEY: "export", "version": VERSION})
    counted = [0, 0, 0]
    for change in changes:
        counted[0] += 1
        yield _json(_change(change))
    for session, place, message in messages:
        counted[1] += 1
        yield _json(_message(session, place, message))
    for session, path, at in touched:
        counted[2] += 1
        yield _json({"touched": path, "session": session, "at": at})
    yield _json({KEY: "end", "changes": counted[0], "messages": counted[1], "touched": counted[2]})


def _change(change: Change) -> dict[str, Any]:
    return {
        "change": change.id,
        "subject": change.subject,
        "kind": change.kind,
        "verb": change.verb,
        "batch": change.batch,
        "parents": list(change.parents),
        "clock": change.clock,
        "device": change.device,
        "author": change.author,
        "patch": change.patch if change.patch is None else dict(change.patch),
    }


def _message(session: str, place: int, message: Message) -> dict[str, Any]:
    return {
        "message": message.id,
        "session": session,
        "place": place,
        "role": message.role,
        "content": message.content,
        "at": None if message.at is None else to_micros(message.at),
        "metadata": dict(message.metadata),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
