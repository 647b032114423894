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
    first, last = number * ROWS_PER_NAMESPACE, (number + 1) * ROWS_PER_NAMESPACE - 1
    rows = fetch(
        connection,
        f"WITH asked(word) AS (VALUES {', '.join(['(?)'] * len(sketch))})"
        " SELECT row FROM asked CROSS JOIN sketch ON sketch.word = asked.word WHERE row BETWEEN ifnull("
        "(SELECT row FROM sketch AS newer WHERE newer.word = asked.word AND newer.row BETWEEN ? AND ?"
        " ORDER BY newer.row DESC LIMIT 1 OFFSET ?), ?) AND ?",
        (*sketch, first, last, most - 1, first, last),
    )
    return [row[0] for row in rows]


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


def _as_json(*texts: object) -> str:
    return json.dumps(sketch_of(str(texts[0])))
