"""The usage ledger: which memories were found, read, packed and injected, when, into which session, at what cost.

A note is a line of a spool (store/spool.py) until `settle` writes it into its table, so that a search stays a reader of
the store and a hook need not wait for it. The ledger is local: it stands in no change log and goes with its memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.clock import now_micros
from contextfs.errors import StoreError
from contextfs.store.database import translated
from contextfs.store.spool import Spool
from contextfs.store.sql import fetch, run

if TYPE_CHECKING:
    import apsw

    from contextfs.store.database import Database

TOO_MUCH = 8 << 20
"""Bytes that whoever adds to them writes into the store, since nobody else seems to."""
_KEPT = 180 * 86_400 * 1_000_000
"""Microseconds for which notes are kept one by one."""
_WEEK = 7 * 86_400 * 1_000_000
_GIVEN = frozenset(("packed", "injected"))
"""Kinds by which a session got the text of a memory."""
_FORGOT = "forgot"
"""The kind of a note that a session has lost what it was given: its conversation was compacted."""
_NOBODY = "-"


class Note(NamedTuple):
    """One use of one memory."""

    at: int
    kind: str
    session: str
    memory: str
    hash: str
    tokens: int


class Total(NamedTuple):
    """All uses of one kind of one memory."""

    memory: str
    kind: str
    times: int
    tokens: int
    first: int
    last: int


class Usage:
    """The ledger of one store."""

    def __init__(self, database: Database, spool: str) -> None:
        self._database = database
        self._spool = Spool(spool)

    def note(self, kind: str, session: str, used: Iterable[tuple[str, str, int]]) -> None:
        """Note uses of memories, each with the hash of its text and its tokens."""
        at = now_micros()
        self._append([Note(at, kind, session, *one) for one in used])

    def forget_given(self, session: str) -> None:
        """Note that a session does not hold any more what it was given."""
        self._append([Note(now_micros(), _FORGOT, session, "", "", 0)])

    def _append(self, notes: Sequence[Note]) -> None:
        if notes and self._spool.append([_line(one) for one in notes]) > TOO_MUCH:
            self.settle()

    def given(self, session: str) -> dict[str, str]:
        """Memory -> hash of the text that a session was given and still holds."""
        mine = [line for line in self._spool.lines() if session in line]
        waiting = [one for one in map(_note, mine) if one and one.session == session]
        with self._database.reading() as connection:
            rows = fetch(
                connection,
                "SELECT at, kind, session, memory, hash, tokens FROM usage WHERE session = ?",
                (session,),
            )
        known = [Note(row[0], row[1], row[2], row[3].hex(), row[4].hex(), row[5]) for row in rows]
        held: dict[str, str] = {}
        for one in sorted((*known, *waiting)):
            if one.kind == _FORGOT:
                held.clear()
            elif one.kind in _GIVEN:
                held[one.memory] = one.hash
        return held

    def settle(self) -> None:
        """Write what waits in the spool into the store."""
        with translated(self._spool.path):
            self._spool.drain(self._keep)

    def _settle_if_possible(self) -> None:
        """The same before a look at the ledger, which a store that cannot be written to must not prevent."""
        with contextlib.suppress(StoreError):
            self.settle()

    def _keep(self, lines: list[str]) -> None:
        notes = [one for one in map(_note, lines) if one]
        with self._database.writing() as connection:
            for one in notes:
                _put(connection, one)
            run(connection, "DELETE FROM usage WHERE at < ?", (now_micros() - _KEPT,))

    def totals(self, subjects: Collection[str] | None = None) -> list[Total]:
        """Memory by memory and kind by kind, how often and when; of all memories where none is named."""
        self._settle_if_possible()
        select = "SELECT memory, kind, times, tokens, first, last FROM usage_total"
        with self._database.reading() as connection:
            if subjects is None:
                rows = fetch(connection, select)
            else:
                rows = [
                    row
                    for name in subjects
                    for row in fetch(connection, f"{select} WHERE memory = ?", (_blob(name),))
                ]
        return [Total(row[0].hex(), *row[1:]) for row in rows]

    def weeks(self, since: int, until: int) -> list[tuple[int, str, int, int]]:
        """(beginning, kind, times, tokens) for each week counted from `since`."""
        self._settle_if_possible()
        with self._database.reading() as connection:
            rows = fetch(
                connection,
                "SELECT (at - ?1) / ?2, kind, count(*), sum(tokens) FROM usage WHERE at >= ?1 AND at < ?3"
                " AND kind <> ?4 GROUP BY 1, 2 ORDER BY 1, 2",
                (since, _WEEK, until, _FORGOT),
            )
        return [(since + week * _WEEK, kind, times, tokens) for week, kind, times, tokens in rows]


def erase(connection: apsw.Connection, subject: str) -> None:
    """Forget all uses of an erased memory, and to whom an erased session belonged."""
    for table in ("usage", "usage_total"):
        run(connection, f"DELETE FROM {table} WHERE memory = ?", (_blob(subject),))
    run(connection, "UPDATE usage SET session = '' WHERE session = ?", (subject,))


def _put(connection: apsw.Connection, one: Note) -> None:
    """Write one note, unless it stands there already or its memory was erased."""
    memory, digest = _blob(one.memory), _blob(one.hash)
    run(
        connection,
        "INSERT OR IGNORE INTO usage(memory, at, kind, session, hash, tokens) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
        " WHERE NOT EXISTS (SELECT 1 FROM purged WHERE subject = ?1)",
        (memory, one.at, one.kind, one.session, digest, one.tokens),
    )
    if memory and connection.changes():
        run(
            connection,
            "INSERT INTO usage_total(memory, kind, times, tokens, first, last) VALUES (?1, ?2, 1, ?3, ?4, ?4)"
            " ON CONFLICT(memory, kind) DO UPDATE SET times = times + 1, tokens = tokens + excluded.tokens,"
            " first = min(first, excluded.first), last = max(last, excluded.last)",
            (memory, one.kind, one.tokens, one.at),
        )


def _line(one: Note) -> str:
    return " ".join((str(one.at), *(part or _NOBODY for part in one[1:5]), str(one.tokens)))


def _note(line: str) -> Note | None:
    """The note of a line; None where somebody else has written into the spool."""
    parts = [("" if part == _NOBODY else part) for part in line.split(" ")]
    try:
        at, kind, session, memory, digest, tokens = parts
        note = Note(int(at), kind, session, memory, digest, int(tokens))
        bytes.fromhex(memory + digest)
    except ValueError:
        return None
    return note


def _blob(name: str) -> bytes:
    return bytes.fromhex(name)
