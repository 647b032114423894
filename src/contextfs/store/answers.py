"""What people answered to candidates, as it stands now: the projection of the change log."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from contextfs.domain.candidate_state import Answer, answer_of
from contextfs.domain.change import PURGE, fold
from contextfs.errors import StoreMoved
from contextfs.store import changes
from contextfs.store.sql import run

if TYPE_CHECKING:
    import apsw

    from contextfs.domain.memory import Captured


def apply(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    """Write the changes of one answer; raises StoreMoved when somebody else has answered meanwhile."""
    subject, after = captured.changes[0].subject, cast("Answer | None", captured.other)
    known = changes.of_subject(connection, subject)
    if not foreign and captured.changes[0].parents != fold(known).heads:
        raise StoreMoved(f"Candidate {subject[:8]} was answered by another process.")
    if changes.is_purged(connection, subject):
        after = None
    elif answer_of(subject, fold((*known, *captured.changes))) != after:
        raise StoreMoved(f"Candidate {subject[:8]} was answered by another process.")
    changes.append(connection, captured.changes)
    for change in captured.changes:
        if change.verb == PURGE:
            changes.purge(connection, subject, change.id)
    _project(connection, subject, after)


def _project(connection: apsw.Connection, subject: str, after: Answer | None) -> None:
    key = bytes.fromhex(subject)
    if after is None:
        run(connection, "DELETE FROM candidate_answer WHERE id = ?", (key,))
        return
    run(
        connection,
        "INSERT OR REPLACE INTO candidate_answer(id, answer, hash, memory) VALUES (?, ?, ?, ?)",
        (key, after.answer, bytes.fromhex(after.hash), bytes.fromhex(after.memory) if after.memory else None),
    )
