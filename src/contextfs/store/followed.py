"""How far the transcripts that hosts still write have been read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from contextfs.domain.clock import now_micros
from contextfs.domain.transcript import Place
from contextfs.store.sql import fetch, run

if TYPE_CHECKING:
    import apsw

    from contextfs.store.database import Database

_KEPT = 400 * 86_400 * 1_000_000
"""Microseconds after which a transcript counts as finished; were it read again, nothing in it would be new."""


class Followed:
    """The transcripts of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, path: str) -> Place:
        """The place in a transcript; its beginning where it was never read."""
        with self._database.reading() as connection:
            found = fetch(connection, "SELECT place, line, state FROM followed WHERE path = ?", (path,))
        return Place(found[0][0], found[0][1], json.loads(found[0][2])) if found else Place()

    def put(self, path: str, session: str, place: Place) -> None:
        """Note how far a transcript has been read, and which session it became."""
        now, state = now_micros(), json.dumps(place.state, ensure_ascii=False)
        with self._database.writing() as connection:
            run(
                connection,
                "INSERT OR REPLACE INTO followed(path, session, place, line, state, at) VALUES (?, ?, ?, ?, ?, ?)",
                (path, bytes.fromhex(session), place.offset, place.line, state, now),
            )
            run(connection, "DELETE FROM followed WHERE at < ?", (now - _KEPT,))


def erase(connection: apsw.Connection, session: bytes) -> None:
    """Forget the transcript of an erased session."""
    run(connection, "DELETE FROM followed WHERE session = ?", (session,))
