"""The files that sessions touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import apsw

from contextfs.store.sql import fetch, run, run_many


def add(connection: apsw.Connection, session: bytes, touched: Iterable[tuple[str, int]]) -> None:
    """Note paths that a session touched, each with when; a path keeps the latest time."""
    run_many(
        connection,
        "INSERT INTO touched(session, path, at) VALUES (?, ?, ?)"
        " ON CONFLICT(session, path) DO UPDATE SET at = max(at, excluded.at)",
        [(session, path, at) for path, at in touched],
    )


def of_session(connection: apsw.Connection, session: str) -> list[str]:
    """The paths that a session touched, the latest first."""
    rows = fetch(
        connection,
        "SELECT path FROM touched WHERE session = ? ORDER BY at DESC, path",
        (bytes.fromhex(session),),
    )
    return [row[0] for row in rows]


def sessions_touching(
    connection: apsw.Connection, paths: Collection[str], limit: int
) -> list[tuple[str, str]]:
    """(session id, path) of the sessions there are that touched any of these paths, the latest first."""
    marks = ", ".join("?" * len(paths))
    rows = fetch(
        connection,
        f"SELECT session, path FROM touched WHERE path IN ({marks})"
        " AND session IN (SELECT id FROM session) ORDER BY touched.at DESC LIMIT ?",
        (*paths, limit),
    )
    return [(row[0].hex(), row[1]) for row in rows]


def forget(connection: apsw.Connection, session: bytes, paths: Iterable[str]) -> list[str]:
    """Take back that a session touched these paths; returns those that had been noted."""
    known = set(of_session(connection, session.hex()))
    gone = [path for path in dict.fromkeys(paths) if path in known]
    run_many(
        connection, "DELETE FROM touched WHERE session = ? AND path = ?", [(session, path) for path in gone]
    )
    return gone


def erase(connection: apsw.Connection, session: bytes) -> None:
    """Forget what an erased session touched."""
    run(connection, "DELETE FROM touched WHERE session = ?", (session,))
