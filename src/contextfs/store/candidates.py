"""The inbox: candidates that wait, up to where each session was read, and what people answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from contextfs.domain.candidate import CandidateMemory
from contextfs.domain.clock import Timestamp
from contextfs.domain.digest import content_hash
from contextfs.store.changes import prefix_range
from contextfs.store.filters import in_namespaces, namespace_numbers
from contextfs.store.sql import fetch, run, run_many, value

if TYPE_CHECKING:
    import apsw

    from contextfs.domain.search import Scope
    from contextfs.store.database import Database

_SELECT = (
    "SELECT candidate.id, kind, text, confidence, candidate.session, message, said_at, found_at,"
    " (SELECT name FROM namespace WHERE namespace.id = session.namespace), branch, tool, source_repo, project"
    " FROM candidate JOIN session ON session.id = candidate.session"
)
_UNANSWERED = "NOT EXISTS (SELECT 1 FROM candidate_answer WHERE candidate_answer.id = candidate.id)"


class Asked(NamedTuple):
    """Which candidates are asked for."""

    scope: Scope
    since: int
    """Found then or later, in microseconds; what is older has expired."""
    kinds: Collection[str] = ()
    limit: int = -1


class Candidates:
    """The candidates of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, asked: Asked) -> list[CandidateMemory]:
        """The candidates that nobody has answered, the latest first; those of deleted sessions are not there."""
        with self._database.reading() as connection:
            where, params = _where(connection, asked)
            rows = fetch(
                connection,
                f"{_SELECT} WHERE {where} ORDER BY found_at DESC, said_at DESC, candidate.id LIMIT ?",
                (*params, asked.limit),
            )
        return [_candidate(row) for row in rows]

    def count(self, asked: Asked) -> int:
        """How many candidates wait."""
        with self._database.reading() as connection:
            where, params = _where(connection, asked)
            joined = "candidate JOIN session ON session.id = candidate.session"
            return int(value(connection, f"SELECT count(*) FROM {joined} WHERE {where}", params))

    def beginning(self, prefix: str, since: int, limit: int) -> list[CandidateMemory]:
        """The waiting candidates, of whatever namespace, whose id begins with these hexadecimal characters."""
        with self._database.reading() as connection:
            rows = fetch(
                connection,
                f"{_SELECT} WHERE candidate.id BETWEEN ? AND ? AND found_at >= ? AND {_UNANSWERED} LIMIT ?",
                (*prefix_range(prefix), since, limit),
            )
        return [_candidate(row) for row in rows]

    def unwanted(self, hashes: Collection[bytes]) -> set[bytes]:
        """Those of these texts that somebody has rejected, in whatever session they stood."""
        with self._database.reading() as connection:
            marks = ", ".join("?" * len(hashes))
            sql = f"SELECT hash FROM candidate_answer WHERE answer = 'rejected' AND hash IN ({marks})"
            return {row[0] for row in fetch(connection, sql, tuple(hashes))}

    def answers_about(self, subject: str) -> list[str]:
        """The answered candidates that became this memory, or that stood in this session."""
        with self._database.reading() as connection:
            rows = fetch(
                connection,
                "SELECT id FROM candidate_answer WHERE memory = ?1"
                " OR id IN (SELECT id FROM candidate WHERE session = ?1)",
                (bytes.fromhex(subject),),
            )
        return [row[0].hex() for row in rows]

    def read_up_to(self, session: str) -> int:
        """The place of the last message of a session that need not be read again."""
        with self._database.reading() as connection:
            key = bytes.fromhex(session)
            return int(value(connection, "SELECT place FROM candidate_read WHERE session = ?", (key,)) or 0)

    def put(self, found: Sequence[CandidateMemory], session: str, place: int) -> int:
        """Keep those candidates that are new and how far their session was read; returns how many are new."""
        with self._database.writing() as connection:
            before = connection.total_changes()
            run_many(
                connection,
                "INSERT OR IGNORE INTO candidate(id, session, message, kind, text, hash, confidence, said_at, found_at)"
                " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
                " WHERE NOT EXISTS (SELECT 1 FROM purged WHERE subject IN (?1, ?2))",
                [_row(one) for one in found],
            )
            added = connection.total_changes() - before
            run(
                connection,
                "INSERT OR REPLACE INTO candidate_read(session, place) VALUES (?, ?)",
                (bytes.fromhex(session), place),
            )
        return added

    def expire(self, before: int) -> None:
        """Forget the candidates that were found before a moment, answered ones as well."""
        with self._database.reading() as connection:
            old = value(connection, "SELECT 1 FROM candidate WHERE found_at < ? LIMIT 1", (before,))
        if old is not None:
            with self._database.writing() as connection:
                run(connection, "DELETE FROM candidate WHERE found_at < ?", (before,))


def _where(connection: apsw.Connection, asked: Asked) -> tuple[str, tuple[Any, ...]]:
    inside = in_namespaces(namespace_numbers(connection, asked.scope))
    kinds = f" AND kind IN ({', '.join('?' * len(asked.kinds))})" if asked.kinds else ""
    return f"{inside.sql} AND found_at >= ? AND {_UNANSWERED}{kinds}", (
        *inside.params,
        asked.since,
        *asked.kinds,
    )


def _row(one: CandidateMemory) -> tuple[object, ...]:
    from contextfs.domain.clock import to_micros

    return (
        bytes.fromhex(one.id),
        bytes.fromhex(one.session_id),
        bytes.fromhex(one.message_id),
        one.kind,
        one.text,
        content_hash(one.text),
        one.confidence,
        None if one.said_at is None else to_micros(one.said_at),
        to_micros(one.found_at) if one.found_at else 0,
    )


def _candidate(row: Sequence[Any]) -> CandidateMemory:
    subject, kind, text, confidence, session, message, said, found, *where = row
    return CandidateMemory(
        subject.hex(),
        kind,
        text,
        confidence,
        session.hex(),
        message.hex(),
        None if said is None else Timestamp.from_micros(said),
        Timestamp.from_micros(found),
        None,
        *where,
    )
