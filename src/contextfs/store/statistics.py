"""Counts for whoever tends a store: how it grows, what it is made of; one pass of SQL each, no memory is read whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import apsw

from contextfs.domain.search import Scope
from contextfs.store.filters import Condition, in_namespaces, namespace_numbers, row_ranges
from contextfs.store.sql import fetch, value

WEEK = 7 * 86_400 * 1_000_000
"""Microseconds."""
COLUMNS = ("type", "status", "source_tool", "source_repo", "author", "project")
"""What memories are counted by."""


class Counted(NamedTuple):
    """Memories by what they are."""

    columns: Mapping[str, Sequence[tuple[str, int]]]
    memories: int
    untagged: int
    superseded: int


class Statistics:
    """What is counted of the namespaces of one scope, at one moment."""

    def __init__(self, connection: apsw.Connection, scope: Scope) -> None:
        self._connection = connection
        self._numbers = namespace_numbers(connection, scope)

    @property
    def _where(self) -> Condition:
        return in_namespaces(self._numbers)

    def counts(self, limit: int) -> Counted:
        """How many memories have each value of each column, the most frequent first; all in one pass."""
        rows = fetch(
            self._connection,
            f"SELECT {', '.join(COLUMNS)}, count(*), sum(tags = ''), sum(superseded_by <> '') FROM memory"
            f" WHERE {self._where.sql} GROUP BY {', '.join(COLUMNS)}",
            self._where.params,
        )
        found: dict[str, dict[str, int]] = {column: {} for column in COLUMNS}
        for *values, number, _, _ in rows:
            for column, what in zip(COLUMNS, values, strict=True):
                found[column][str(what)] = found[column].get(str(what), 0) + number
        columns = {
            column: sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:limit]
            for column, counts in found.items()
        }
        return Counted(columns, *(sum(row[place] for row in rows) for place in (-3, -2, -1)))

    def weeks(self, since: int, until: int) -> list[int]:
        """How many memories were made in each week from a moment on."""
        rows = fetch(
            self._connection,
            f"SELECT (created_at - ?) / ?, count(*) FROM memory WHERE {self._where.sql}"
            " AND created_at BETWEEN ? AND ? GROUP BY 1",
            (since, WEEK, *self._where.params, since, until),
        )
        counts = dict(rows)
        return [counts.get(week, 0) for week in range((until - since) // WEEK + 1)]

    def before(self, moment: int) -> int:
        """How many memories were made earlier."""
        sql = f"SELECT count(*) FROM memory WHERE {self._where.sql} AND created_at < ?"
        return int(value(self._connection, sql, (*self._where.params, moment)))

    def never_used(self, kinds: tuple[str, ...]) -> int:
        """How many active memories were never used in one of these ways."""
        where = row_ranges("row", self._numbers)
        marks = ", ".join("?" * len(kinds))
        sql = (
            f"SELECT count(*) FROM memory WHERE {where.sql} AND status = 'active' AND NOT EXISTS (SELECT 1 FROM"
            f" usage_total WHERE usage_total.memory = memory.id AND kind IN ({marks}))"
        )
        return int(value(self._connection, sql, (*where.params, *kinds)))

    def most_used(self, kinds: tuple[str, ...], limit: int) -> list[tuple[str, int, int]]:
        """(memory, times, tokens) of those used most often in these ways."""
        where = row_ranges("row", self._numbers)
        marks = ", ".join("?" * len(kinds))
        rows = fetch(
            self._connection,
            "SELECT memory, sum(times), sum(tokens) FROM usage_total JOIN memory ON memory.id = usage_total.memory"
            f" WHERE kind IN ({marks}) AND {where.sql} GROUP BY memory ORDER BY 2 DESC, memory LIMIT ?",
            (*kinds, *where.params, limit),
        )
        return [(row[0].hex(), row[1], row[2]) for row in rows]

    def unread(self, kinds: tuple[str, ...], before: int, limit: int) -> list[int]:
        """The rows of active memories made before a moment that were never used in these ways, the oldest first."""
        marks = ", ".join("?" * len(kinds))
        rows = fetch(
            self._connection,
            f"SELECT row FROM memory WHERE {self._where.sql} AND status = 'active' AND superseded_by = ''"
            " AND created_at < ? AND NOT EXISTS (SELECT 1 FROM usage_total WHERE usage_total.memory = memory.id"
            f" AND kind IN ({marks})) ORDER BY created_at LIMIT ?",
            (*self._where.params, before, *kinds, limit),
        )
        return [row[0] for row in rows]

    def due(self, now: int, limit: int) -> list[int]:
        """The rows of memories whose time to look again, or to end, has come, the longest due first."""
        rows = fetch(
            self._connection,
            f"SELECT row FROM memory WHERE {self._where.sql} AND status = 'active' AND superseded_by = ''"
            " AND (review_at <= ?1 OR expires_at <= ?1) ORDER BY min(ifnull(review_at, ?1), ifnull(expires_at, ?1))"
            " LIMIT ?2".replace("?1", str(int(now))).replace("?2", str(int(limit))),
            self._where.params,
        )
        return [row[0] for row in rows]
