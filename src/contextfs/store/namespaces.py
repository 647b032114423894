"""Counts over the whole store: namespaces, tags, repositories, vectors."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from contextfs.domain.search import Scope
from contextfs.store.filters import namespace_numbers, row_ranges
from contextfs.store.sql import fetch, value
from contextfs.store.vectors import MEMORY, TOTALS


def counts(connection: apsw.Connection) -> dict[str, dict[str, int]]:
    """Namespace -> memory type -> count; a namespace without memories is left out."""
    found: dict[str, dict[str, int]] = {}
    rows = fetch(
        connection,
        "SELECT namespace.name, type, count(*) FROM memory JOIN namespace ON namespace.id = memory.namespace"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    )
    for name, kind, number in rows:
        found.setdefault(name, {})[kind] = number
    return found


def sessions(connection: apsw.Connection) -> dict[str, int]:
    """Namespace -> how many sessions it has."""
    rows = fetch(
        connection,
        "SELECT namespace.name, count(*) FROM session JOIN namespace ON namespace.id = session.namespace"
        " GROUP BY 1 ORDER BY 1",
    )
    return {row[0]: row[1] for row in rows}


def repos(connection: apsw.Connection) -> dict[str, list[str]]:
    """Namespace -> the source repositories of its memories."""
    found: dict[str, list[str]] = {}
    rows = fetch(
        connection,
        "SELECT DISTINCT namespace.name, source_repo FROM memory JOIN namespace ON namespace.id = memory.namespace"
        " WHERE source_repo <> '' ORDER BY 1, 2",
    )
    for name, repo in rows:
        found.setdefault(name, []).append(repo)
    return found


def tags(connection: apsw.Connection, scope: Scope, limit: int) -> list[tuple[str, int]]:
    """The tags in use, the most used first."""
    where = row_ranges("row", namespace_numbers(connection, scope))
    rows = fetch(
        connection,
        f"SELECT name, count(*) FROM tag WHERE {where.sql} GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?",
        (*where.params, limit),
    )
    return [(row[0], row[1]) for row in rows]


def total(connection: apsw.Connection, numbers: Sequence[int] | None, collection: str = MEMORY) -> int:
    """How many rows of a collection these namespaces hold; None for the whole store."""
    where = "" if numbers is None else f" AND namespace IN ({', '.join(map(str, numbers))})"
    sql = f"SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = ?{where}"
    return int(value(connection, sql, (TOTALS[collection],)))


def vector_counts(connection: apsw.Connection) -> dict[str, int]:
    """Provider identity -> how many memories have its vectors."""
    rows = fetch(
        connection,
        "SELECT identity, sum(memories) FROM tally JOIN provider ON provider.id = tally.provider"
        " WHERE collection = 'memory' GROUP BY identity",
    )
    return {row[0]: row[1] for row in rows}


def tag_names(connection: apsw.Connection) -> list[str]:
    """The tags in use, in order; hops from name to name through the index instead of reading every use."""
    rows = fetch(
        connection,
        "WITH RECURSIVE hop(name) AS (SELECT min(name) FROM tag UNION ALL"
        " SELECT (SELECT min(name) FROM tag WHERE tag.name > hop.name) FROM hop WHERE hop.name IS NOT NULL)"
        " SELECT name FROM hop WHERE name IS NOT NULL",
    )
    return [row[0] for row in rows]


def is_tag(connection: apsw.Connection, name: str) -> bool:
    """Whether any memory has this tag."""
    return value(connection, "SELECT 1 FROM tag WHERE name = ? LIMIT 1", (name,)) is not None
