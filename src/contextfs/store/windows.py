"""Turn windows as vectors see them: which wait for one, and what each of them says."""

from __future__ import annotations

import apsw

from contextfs.domain.memory import Embedded
from contextfs.store import vectors
from contextfs.store.messages import INDEXED, SPEECH
from contextfs.store.sql import fetch

_TRIMMED = 600
"""Characters of tool output in a window where nobody says anything."""


def windows_waiting(connection: apsw.Connection, identity: str, limit: int) -> list[int]:
    """Windows without a vector of this provider, the latest rows first."""
    provider = vectors.provider_number(connection, identity, vectors.MESSAGE)
    rows = fetch(
        connection,
        "SELECT row FROM turn_window WHERE NOT EXISTS (SELECT 1 FROM vector WHERE vector.provider = ?"
        " AND vector.row = turn_window.row) ORDER BY row DESC LIMIT ?",
        (provider, limit),
    )
    return [row[0] for row in rows]


def window_text(connection: apsw.Connection, row: int) -> str:
    """What the vector of a window stands for; "" when the window is not there any more."""
    found = fetch(connection, "SELECT session, first FROM turn_window WHERE row = ?", (row,))
    if not found:
        return ""
    session, first = found[0]
    if not first:
        rows = fetch(connection, "SELECT label, summary FROM session WHERE id = ?", (session,))
        return "\n".join(text for text in rows[0] if text) if rows else ""
    return _spoken(connection, session, first) or "nothing"


def _spoken(connection: apsw.Connection, session: bytes, first: int) -> str:
    rows = fetch(
        connection,
        "SELECT role, substr(content, 1, ?3) FROM message WHERE session = ?1 AND place >= ?2 AND place < coalesce("
        "(SELECT min(first) FROM turn_window WHERE session = ?1 AND first > ?2), ?2 + 100000) ORDER BY place",
        (session, first, INDEXED),
    )
    speech = [text for role, text in rows if role in SPEECH]
    return "\n".join(speech).strip() or "\n".join(text for _, text in rows)[:_TRIMMED].strip()


def add_vectors(connection: apsw.Connection, row: int, text: str, embedded: Embedded) -> bool:
    """Keep the vectors of a window if it still says what they were made of and has none of this provider."""
    provider = vectors.provider_number(connection, embedded.provider, vectors.MESSAGE)
    known = provider is not None and vectors.has(connection, provider, row)
    if known or window_text(connection, row) != text:
        return False
    vectors.put(connection, row, embedded, vectors.MESSAGE)
    return True
