"""Counts over the whole store: namespaces, tags, repositories, vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import apsw


def counts(connection: apsw.Connection) -> dict[str, dict[str, int]]:
    """Namespace -> memory type -> count; a namespace without memories is left out."""
    found: dict[str, dict[str, int]] = {}
    rows = connection.execute(
        "SELECT namespace.name, type, count(*) FROM memory JOIN namespace ON namespace.id = memory.namespace"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for name, kind, number in rows:
        found.setdefault(cast("str", name), {})[cast("str", kind)] = cast("int", number)
    return found


def repos(connection: apsw.Connection) -> dict[str, list[str]]:
    """Namespace -> the source repositories of its memories."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "SELECT DISTINCT namespace.name, source_repo FROM memory JOIN namespace ON namespace.id = memory.namespace"
        " WHERE source_repo <> '' ORDER BY 1, 2"
    )
    for name, repo in rows:
        found.setdefault(cast("str", name), []).append(cast("str", repo))
    return found


def tags(connection: apsw.Connection, limit: int) -> list[tuple[str, int]]:
    """The tags in use, the most used first."""
    rows = connection.execute("SELECT name, count(*) FROM tag GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?", (limit,))
    return [(cast("str", row[0]), cast("int", row[1])) for row in rows]


def total(connection: apsw.Connection, numbers: Sequence[int] | None) -> int:
    """How many memories these namespaces hold; None for the whole store."""
    where = "" if numbers is None else f" AND namespace IN ({', '.join(map(str, numbers))})"
    return int(connection.execute(f"SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = 0{where}").get)


def vector_counts(connection: apsw.Connection) -> dict[str, int]:
    """Provider identity -> how many memories have its vectors."""
    rows = connection.execute(
        "SELECT identity, sum(memories) FROM tally JOIN provider ON provider.id = tally.provider GROUP BY identity"
    )
    return {cast("str", row[0]): cast("int", row[1]) for row in rows}
