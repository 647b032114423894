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
        "SELECT id FROM session WHERE ended_at IS NULL AND active_at >= ? AND (id = ? OR"
        " (namespace = (SELECT id FROM namespace WHERE name = ?) AND"
        f" {'client = ?' if recorder.client else 'tool = ?'})) ORDER BY id = ? DESC, active_at DESC, row DESC LIMIT 1",
        (active_since, own, recorder.namespace, recorder.client or recorder.tool, own),
    )
    return rows[0][0].hex() if rows else ""
