"""Which session is going on: the one look-up of sessions that saving a memory makes, kept apart so that it is light."""

from __future__ import annotations

import apsw

from contextfs.domain.recorder import Recorder
from contextfs.store.sql import fetch


def current(connection: apsw.Connection, recorder: Recorder, active_since: int) -> str:
    """The id of the open session with the latest activity, not older than a moment; "" when there is none."""
    own = bytes.fromhex(recorder.session)
    rows = fetch(
        connection,
        "SELECT id, active_at, row FROM session WHERE ended_at IS NULL AND active_at >= ? AND (id = ? OR"
        " (namespace = (SELECT id FROM namespace WHERE name = ?) AND"
        f" {_whose(recorder)}))",
        (active_since, own, recorder.namespace, *_names(recorder)),
    )
    # Chosen here, since SQLite takes ten times as long as for the look-up when it has to sort what is mostly nothing.
    return max(rows, key=lambda row: (row[0] == own, *row[1:]))[0].hex() if rows else ""


def just_ended(connection: apsw.Connection, recorder: Recorder, since: int) -> str:
    """The id of the session of this recorder that ended last, not before a moment; "" when there is none."""
    rows = fetch(
        connection,
        "SELECT id FROM session WHERE ended_at >= ? AND namespace = (SELECT id FROM namespace WHERE name = ?)"
        f" AND {_whose(recorder)} ORDER BY ended_at DESC, row DESC LIMIT 1",
        (since, recorder.namespace, *_names(recorder)),
    )
    return rows[0][0].hex() if rows else ""


def every_open(connection: apsw.Connection, namespace: str, since: int) -> list[str]:
    """The ids of the sessions of a namespace that are going on, whoever records them."""
    rows = fetch(
        connection,
        "SELECT id FROM session WHERE ended_at IS NULL AND active_at >= ? AND namespace ="
        " (SELECT id FROM namespace WHERE name = ?)",
        (since, namespace),
    )
    return [row[0].hex() for row in rows]


def _whose(recorder: Recorder) -> str:
    return "client = ?" if recorder.client else "(tool = ? OR client = ?)"


def _names(recorder: Recorder) -> tuple[str, ...]:
    """A recorder without a name of its own goes by its tool, also in a session that it began with another tool."""
    return (recorder.client,) if recorder.client else (recorder.tool, recorder.tool)
