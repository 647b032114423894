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
        f" {'client = ?' if recorder.client else 'tool = ?'}))",
        (active_since, own, recorder.namespace, recorder.client or recorder.tool),
    )
    # Chosen here, since SQLite takes ten times as long as for the look-up when it has to sort what is mostly nothing.
    return max(rows, key=lambda row: (row[0] == own, *row[1:]))[0].hex() if rows else ""
