"""Which memories share long words with a text: a small table, since asking the word index that costs a save too much.

Every segment of the word index has to be searched for each word, and a store that is written to one memory at a time
has a dozen of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

import apsw

from contextfs.domain.sketch import sketch_of
from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, run_many, value


def put(connection: apsw.Connection, row: int, content: str) -> None:
    """Keep the sketch of a memory's text."""
    numbers = [(number, row) for number in sketch_of(content)]
    run_many(connection, "INSERT OR IGNORE INTO sketch(word, row) VALUES (?, ?)", numbers)


def remove(connection: apsw.Connection, row: int, content: str) -> None:
    """Forget the sketch of the text that a memory had."""
    numbers = [(number, row) for number in sketch_of(content)]
    run_many(connection, "DELETE FROM sketch WHERE word = ? AND row = ?", numbers)


def sharing(connection: apsw.Connection, namespace: str, sketch: Sequence[int], most: int) -> list[int]:
    """The rows of a namespace that hold a word of the sketch, once for each; at most so many newest ones of a word."""
    number = value(connection, "SELECT id FROM namespace WHERE name = ?", (namespace,))
    if number is None or not sketch:
        return []
    rows = (number * ROWS_PER_NAMESPACE, (number + 1) * ROWS_PER_NAMESPACE - 1)
    one = "SELECT row FROM (SELECT row FROM sketch WHERE word = ? AND row BETWEEN ? AND ? ORDER BY row DESC LIMIT ?)"
    params = [param for word in sketch for param in (word, *rows, most)]
    return [row[0] for row in fetch(connection, " UNION ALL ".join([one] * len(sketch)), params)]


def current_contents(connection: apsw.Connection, rows: Sequence[int], now: int) -> dict[int, str]:
    """The texts in these rows, but for memories that are not active, expired or replaced by another one."""
    marks = ", ".join("?" * len(rows))
    found = fetch(
        connection,
        f"SELECT row, content FROM memory WHERE row IN ({marks}) AND status = 'active' AND superseded_by = ''"
        " AND (expires_at IS NULL OR expires_at > ?)",
        (*rows, now),
    )
    return dict(cast("list[tuple[int, str]]", found))


def teach(connection: apsw.Connection) -> None:
    """Let SQL make sketches: `sketch_of(text)` is a JSON array."""
    connection.create_scalar_function("sketch_of", _as_json, 1, deterministic=True)


def _as_json(text: object) -> str:
    return json.dumps(sketch_of(str(text)))
