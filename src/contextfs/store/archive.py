"""The whole store in an order that depends on nothing but its content: for exports, and for what follows changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import apsw

from contextfs.domain.change import Change
from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import NO_METADATA
from contextfs.domain.session import Message
from contextfs.store import changes, messages, touched
from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, run, value

_PAGE = 500
Spoken = tuple[str, int, Message]
"""A message behind the session it belongs to and its place there."""


class Archive:
    """Everything that one view of the store holds."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def changes(self) -> Iterator[Change]:
        """Every change by its clock, those of the same clock by their ids."""
        return changes.in_order(self._connection, _PAGE)

    def messages(self) -> Iterator[Spoken]:
        """Every message by its session and its place, those of deleted sessions as well."""
        last: tuple[bytes, int] = (b"", -1)
        while rows := fetch(
            self._connection,
            "SELECT session, place, id, role, content, at, metadata FROM message"
            " WHERE (session, place) > (?, ?) ORDER BY session, place LIMIT ?",
            (*last, _PAGE),
        ):
            last = rows[-1][0], rows[-1][1]
            yield from ((row[0].hex(), row[1], _message(row)) for row in rows)

    def touched(self) -> Iterator[tuple[str, str, int]]:
        """Every file that a session touched, with when it did last."""
        rows = fetch(self._connection, "SELECT session, path, at FROM touched ORDER BY session, path")
        return ((row[0].hex(), row[1], row[2]) for row in rows)

    def last(self) -> tuple[int, str]:
        """The number and the id of the latest change in the order of arrival; nothing of both in an empty store."""
        rows = fetch(self._connection, "SELECT seq, id FROM change ORDER BY seq DESC LIMIT 1")
        return (rows[0][0], rows[0][1].hex()) if rows else (0, "")

    def has(self, seq: int, change: str) -> bool:
        """Whether this change arrived as this number: it did not in a store that was restored since."""
        found = value(self._connection, "SELECT id FROM change WHERE seq = ?", (seq,))
        return found is not None and found.hex() == change

    def subjects_after(self, seq: int) -> list[str]:
        """The subjects with changes that arrived after this one."""
        rows = fetch(self._connection, "SELECT DISTINCT subject FROM change WHERE seq > ?", (seq,))
        return [row[0].hex() for row in rows]


def _message(row: Sequence[Any]) -> Message:
    at = None if row[5] is None else Timestamp.from_micros(row[5])
    return Message(row[3], row[4], at, json.loads(row[6]) if row[6] else NO_METADATA, row[2].hex())


def put_messages(connection: apsw.Connection, session: str, given: Sequence[tuple[int, Message]]) -> int:
    """Keep messages of a session that came with its changes; returns how many were not there.

    Where the session is deleted they stay in no index until it comes back; where it was erased they are not kept.
    """
    if changes.is_purged(connection, session):
        return 0
    in_order = sorted(given, key=lambda one: one[0])
    added = messages.append(connection, session, [messages.ready(message) for _, message in in_order])
    return _keep(connection, session, given) if added is None else added


def put_touched(connection: apsw.Connection, given: Sequence[tuple[str, str, int]]) -> None:
    """Keep the files of sessions that came with their changes; where one was erased they are not kept."""
    for session, path, at in given:
        if not changes.is_purged(connection, session):
            touched.add(connection, bytes.fromhex(session), [(path, at)])


def _keep(connection: apsw.Connection, session: str, given: Sequence[tuple[int, Message]]) -> int:
    """Add rows that nothing shows; they get others, in the namespace of their session, when it comes back.

    Places have no gaps, also where a message between two others was lost on the way.
    """
    key, added = bytes.fromhex(session), 0
    place = int(value(connection, "SELECT max(place) FROM message WHERE session = ?", (key,)) or 0) + 1
    row = int(value(connection, "SELECT max(row) FROM message") or ROWS_PER_NAMESPACE) + 1
    for _, message in sorted(given, key=lambda one: one[0]):
        ready = messages.ready(message)
        run(
            connection,
            "INSERT OR IGNORE INTO message(row, id, session, place, role, content, at, metadata)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row, ready.id, key, place, ready.role, ready.content, ready.at, ready.metadata),
        )
        new = connection.changes()
        row, place, added = row + new, place + new, added + new
        touched.add(connection, key, ((path, ready.at or 0) for path in ready.files))
    return added
