"""What git told about memories and files, kept beside them: derived, small, and forgotten after a while."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from contextfs.domain.clock import now_micros
from contextfs.domain.digest import digest
from contextfs.errors import StoreError
from contextfs.store.sql import fetch, run, run_many

if TYPE_CHECKING:
    import apsw

    from contextfs.store.database import Database

_KEPT = 30 * 86400 * 1_000_000
"""Microseconds after which an answer is asked for anew; most belong to a HEAD that nobody looks at any more."""


def _key(parts: Iterable[str]) -> bytes:
    return bytes.fromhex(digest("\0".join(parts))[:32])


def forget(connection: apsw.Connection) -> None:
    """Forget all of it; something was erased that the answers may name."""
    run(connection, "DELETE FROM judged")


class Judged:
    """The answers of one store; new ones are written together, and lost without harm where that cannot be done."""

    MANY = 200
    """Answers that a process that goes on keeps to itself before it writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._new: dict[bytes, tuple[str, int]] = {}

    def get(self, *parts: str, younger_than: float = 0.0) -> str | None:
        """What is known under these words; with `younger_than`, only if it is not that many seconds old."""
        key, since = _key(parts), now_micros() - (int(younger_than * 1_000_000) or _KEPT)
        value, at = self._new.get(key, ("", 0))
        if at > since:
            return value
        with self._database.reading() as connection:
            rows = fetch(connection, "SELECT value FROM judged WHERE key = ? AND at > ?", (key, since))
        return str(rows[0][0]) if rows else None

    def put(self, value: str, *parts: str) -> None:
        """Note an answer, to be written by `keep`."""
        self._new[_key(parts)] = value, now_micros()

    def keep(self, least: int = 1) -> None:
        """Write the new answers if there are so many, and drop those that are old.

        A write makes every process read its vectors again, so who goes on searching writes many answers at once.
        """
        if len(self._new) < least:
            return
        new, self._new = self._new, {}
        rows = [(key, value, at) for key, (value, at) in new.items()]
        with contextlib.suppress(StoreError), self._database.writing() as connection:
            run(connection, "DELETE FROM judged WHERE at < ?", (now_micros() - _KEPT,))
            run_many(connection, "INSERT OR REPLACE INTO judged(key, value, at) VALUES (?, ?, ?)", rows)
