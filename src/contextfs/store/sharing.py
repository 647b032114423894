"""Which memories share words with a text, asked word by word and without ranking, so that a save can afford it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import apsw

from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, value


def rows_by_word(
    connection: apsw.Connection, namespace: str, words: Iterable[str], most: int
) -> Iterator[list[int]]:
    """For each word in turn, rows of the namespace that hold it, at most so many; the next word is only then asked."""
    number = value(connection, "SELECT id FROM namespace WHERE name = ?", (namespace,))
    if number is None:
        return
    first = number * ROWS_PER_NAMESPACE
    for word in words:
        rows = fetch(
            connection,
            "SELECT rowid FROM lexical WHERE lexical MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?",
            (f'"{word}"', first, first + ROWS_PER_NAMESPACE - 1, most),
        )
        yield [row[0] for row in rows]


def current_contents(connection: apsw.Connection, rows: Sequence[int], now: int) -> dict[int, str]:
    """The texts in these rows, but for memories that are not active, expired or replaced by another one."""
    marks = ", ".join("?" * len(rows))
    found = fetch(
        connection,
        f"SELECT row, content FROM memory WHERE row IN ({marks}) AND status = 'active' AND superseded_by = ''"
        " AND (expires_at IS NULL OR expires_at > ?)",
        (*rows, now),
    )
    return dict(found)  # type: ignore[arg-type]
