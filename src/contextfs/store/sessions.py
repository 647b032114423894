"""The headings of sessions as they stand now: their projection of the change log, and what is asked of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

import apsw

from contextfs.domain.change import PURGE, fold
from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.memory import NO_METADATA, Captured
from contextfs.domain.search import Scope
from contextfs.domain.session import Session
from contextfs.domain.session_state import session_of
from contextfs.errors import StoreMoved
from contextfs.store import changes, messages
from contextfs.store.filters import Condition, in_namespaces, joined, namespace_numbers
from contextfs.store.sql import fetch, run, value

_COLUMNS = (
    "id",
    "tool",
    "label",
    "summary",
    "summarized_by",
    "started_at",
    "ended_at",
    "source_repo",
    "branch",
    "project",
    "metadata",
    "author",
    "device",
    "client",
)
_SELECT = (
    "SELECT session.row, (SELECT name FROM namespace WHERE id = session.namespace), active_at, length,"
    f" {', '.join(_COLUMNS)} FROM session"
)
_PUT = (
    f"INSERT INTO session(row, {', '.join(_COLUMNS)}) VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
    f" ON CONFLICT(row) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)


class Wanted(NamedTuple):
    """Which sessions are asked for."""

    tool: str = ""
    label: str = ""
    since: datetime | None = None
    """Still active then or later."""
    until: datetime | None = None
    """Begun then or earlier."""
    project: str = ""


ANY = Wanted()


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def apply(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    """Write the changes of one session and bring its row and its indexes along.

    Raises StoreMoved when the session is no longer what the writer had seen, and nothing of it is written then.
    """
    subject, after = captured.changes[0].subject, cast("Session | None", captured.other)
    known = changes.of_subject(connection, subject)
    if not foreign and captured.changes[0].parents != fold(known).heads:
        raise StoreMoved(f"Session {subject[:8]} was changed by another process.")
    if changes.is_purged(connection, subject):
        after = None
    elif session_of(subject, fold((*known, *captured.changes))) != after:
        raise StoreMoved(f"Session {subject[:8]} was changed by another process.")
    changes.append(connection, captured.changes)
    for change in captured.changes:
        if change.verb == PURGE:
            changes.purge(connection, subject, change.id)
            messages.erase(connection, subject)
    _project(connection, subject, after)


def create(connection: apsw.Connection, captured: Captured) -> None:
    """Write the heading of a new session into a store that stands as its writer saw it."""
    changes.append(connection, captured.changes, new=True)
    _project(connection, captured.changes[0].subject, cast("Session | None", captured.other), new=True)


def _project(connection: apsw.Connection, subject: str, after: Session | None, *, new: bool = False) -> None:
    row, before = (None if new else by_id(connection, subject)) or (0, None)
    if before is not None and (after is None or after.namespace != before.namespace):
        messages.hide(connection, subject)
        run(connection, "DELETE FROM session WHERE row = ?", (row,))
        before = None
    if after is None:
        return
    if before is None:
        row = _new_row(connection, messages.namespace_number(connection, after.namespace))
    run(connection, _PUT, (row, *_values(after)))
    if before is None:
        messages.count(connection, subject)
    if before is None or (before.label, before.summary) != (after.label, after.summary):
        messages.put_heading(connection, subject, after.label, after.summary)


def _new_row(connection: apsw.Connection, number: int) -> int:
    first = messages.first_row(number)
    last = value(
        connection,
        "SELECT max(row) FROM session WHERE row BETWEEN ? AND ?",
        (first, messages.first_row(number + 1) - 1),
    )
    return first + 1 if last is None else int(last) + 1


def _values(session: Session) -> tuple[object, ...]:
    return (
        bytes.fromhex(session.id),
        session.tool,
        session.label,
        session.summary,
        session.summarized_by,
        _micros(session.started_at) or 0,
        _micros(session.ended_at),
        session.source_repo,
        session.branch,
        session.project,
        json.dumps(dict(session.metadata), ensure_ascii=False) if session.metadata else "",
        session.author,
        session.device,
        session.client,
    )


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def by_id(connection: apsw.Connection, subject: str) -> tuple[int, Session] | None:
    """The row and the heading of a full id."""
    found = fetch(connection, f"{_SELECT} WHERE id = ?", (bytes.fromhex(subject),))
    return (found[0][0], _session(found[0])) if found else None


def by_ids(connection: apsw.Connection, subjects: Sequence[str]) -> dict[str, Session]:
    """The headings of these ids, those that are there."""
    listed = list(dict.fromkeys(subjects))
    found: dict[str, Session] = {}
    for start in range(0, len(listed), messages.SLICE):
        group = [bytes.fromhex(one) for one in listed[start : start + messages.SLICE]]
        rows = fetch(connection, f"{_SELECT} WHERE id IN ({', '.join('?' * len(group))})", group)
        found.update({one.id: one for one in map(_session, rows)})
    return {subject: found[subject] for subject in listed if subject in found}


def standings(connection: apsw.Connection, keys: Sequence[bytes]) -> dict[str, str]:
    """Which of these ids are ``here``, which were ``deleted`` or ``erased``; those never heard of are left out."""
    marks = ", ".join(f"(?{place + 1})" for place in range(len(keys)))
    rows = fetch(
        connection,
        f"WITH asked(id) AS (VALUES {marks}) SELECT id, CASE WHEN id IN (SELECT subject FROM purged) THEN 'erased'"
        " WHEN EXISTS (SELECT 1 FROM session WHERE session.id = asked.id) THEN 'here'"
        " WHEN EXISTS (SELECT 1 FROM change WHERE subject = asked.id) THEN 'deleted' END FROM asked",
        keys,
    )
    return {key.hex(): standing for key, standing in rows if standing}


def ids_by_prefix(connection: apsw.Connection, prefix: str, limit: int) -> list[str]:
    """The ids of sessions that begin with these hexadecimal characters."""
    low, high = changes.prefix_range(prefix)
    rows = fetch(
        connection, "SELECT id FROM session WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?", (low, high, limit)
    )
    return [row[0].hex() for row in rows]


def labelled(connection: apsw.Connection, label: str) -> list[Session]:
    """The sessions with this label, the latest first."""
    rows = fetch(connection, f"{_SELECT} WHERE label = ? AND label <> '' ORDER BY active_at DESC", (label,))
    return [_session(row) for row in rows]


def select(
    connection: apsw.Connection, wanted: Wanted, scope: Scope, limit: int, offset: int = 0
) -> list[Session]:
    """The sessions in scope that were asked for, the latest begun first."""
    where = where_of(connection, wanted, scope)
    rows = fetch(
        connection,
        f"{_SELECT} WHERE {where.sql} ORDER BY started_at DESC, row DESC LIMIT ? OFFSET ?",
        (*where.params, limit, offset),
    )
    return [_session(row) for row in rows]


def where_of(connection: apsw.Connection, wanted: Wanted, scope: Scope) -> Condition:
    """What a row of `session` must meet."""
    found = [in_namespaces(namespace_numbers(connection, scope))]
    for column, text in (("tool", wanted.tool), ("label", wanted.label), ("project", wanted.project)):
        if text:
            found.append(Condition(f"{column} = ?", (text,)))
    if wanted.since:
        found.append(Condition("active_at >= ?", (to_micros(wanted.since),)))
    if wanted.until:
        found.append(Condition("started_at <= ?", (to_micros(wanted.until),)))
    return joined(found)


def behind(connection: apsw.Connection) -> str:
    """The id of a session of which messages are not indexed yet; "" when there is none."""
    found = value(connection, "SELECT id FROM session WHERE indexed < length LIMIT 1")
    return found.hex() if found else ""


def _session(row: Sequence[Any]) -> Session:
    named: dict[str, Any] = dict(zip(_COLUMNS, row[4:], strict=True))
    named["id"] = named["id"].hex()
    named["metadata"] = json.loads(named["metadata"]) if named["metadata"] else NO_METADATA
    for name in ("started_at", "ended_at"):
        named[name] = _moment(named[name])
    return Session(**named, namespace=row[1], active_at=_moment(row[2]), length=row[3])


def _moment(micros: int | None) -> Timestamp | None:
    return None if micros is None else Timestamp.from_micros(micros)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)
