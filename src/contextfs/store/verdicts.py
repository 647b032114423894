"""What people said of memories while they tended them, as it stands now."""

from __future__ import annotations

import json
from typing import cast

import apsw

from contextfs.domain.change import PURGE, fold
from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.memory import Captured
from contextfs.domain.verdict import Verdict, verdict_of
from contextfs.errors import StoreMoved
from contextfs.store import changes
from contextfs.store.sql import fetch, run


def apply(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    """Write the changes of one verdict; raises StoreMoved when somebody else changed it meanwhile."""
    subject, after = captured.changes[0].subject, cast("Verdict | None", captured.other)
    known = changes.of_subject(connection, subject)
    if not foreign and captured.changes[0].parents != fold(known).heads:
        raise StoreMoved(f"Verdict {subject[:8]} was changed by another process.")
    if changes.is_purged(connection, subject):
        after = None
    elif verdict_of(subject, fold((*known, *captured.changes))) != after:
        raise StoreMoved(f"Verdict {subject[:8]} was changed by another process.")
    changes.append(connection, captured.changes)
    for change in captured.changes:
        if change.verb == PURGE:
            changes.purge(connection, subject, change.id)
    run(connection, "DELETE FROM verdict WHERE id = ?", (bytes.fromhex(subject),))
    if after is not None:
        run(
            connection,
            "INSERT INTO verdict(id, what, said, about, at, author) VALUES (?, ?, ?, ?, ?, ?)",
            (
                bytes.fromhex(subject),
                after.what,
                after.said,
                json.dumps(list(after.about)),
                to_micros(after.at),
                after.author,
            ),
        )


def verdicts(connection: apsw.Connection) -> list[Verdict]:
    """All of them, the latest last."""
    rows = fetch(connection, "SELECT id, what, said, about, at, author FROM verdict ORDER BY at, id")
    return [
        Verdict(
            row[0].hex(), row[1], row[2], tuple(json.loads(row[3])), Timestamp.from_micros(row[4]), row[5]
        )
        for row in rows
    ]
