"""What connects memories with code: the commits they were saved at and the files they name."""

from __future__ import annotations

from collections.abc import Collection

import apsw

from contextfs.domain.memory import Memory
from contextfs.domain.search import Scope
from contextfs.store.filters import in_namespaces, namespace_numbers
from contextfs.store.rows import SELECT, memory_of_row
from contextfs.store.sql import fetch


def saved_at(connection: apsw.Connection, commits: Collection[str], scope: Scope) -> list[Memory]:
    """The memories in scope that were saved while one of these commits was checked out, oldest first.

    There is no index by commit: it is asked for by people, not at every prompt, and would cost a page at every save.
    """
    where = in_namespaces(namespace_numbers(connection, scope))
    marks = ", ".join("?" * len(commits))
    rows = fetch(
        connection,
        f"{SELECT} WHERE {where.sql} AND git_commit <> '' AND git_commit IN ({marks}) ORDER BY created_at",
        (*where.params, *commits),
    )
    return [memory_of_row(row) for row in rows]


def naming_entities(connection: apsw.Connection, scope: Scope) -> list[Memory]:
    """The memories in scope that list entities of their own, oldest first."""
    where = in_namespaces(namespace_numbers(connection, scope))
    rows = fetch(
        connection,
        f"{SELECT} WHERE {where.sql} AND structured <> '' AND row IN (SELECT row FROM mention WHERE kind = 'entity')"
        " ORDER BY created_at",
        where.params,
    )
    return [memory_of_row(row) for row in rows]


def naming_below(connection: apsw.Connection, prefix: str, limit: int) -> list[tuple[Memory, str]]:
    """The memories that name a file whose path begins so, with that path; a memory once for each."""
    rows = fetch(
        connection,
        "SELECT row, name FROM mention WHERE kind = 'file' AND kind <> 'symbol' AND name >= ? AND name < ?"
        " ORDER BY name LIMIT ?",
        (prefix, prefix + "\U0010ffff", limit),
    )
    named: dict[int, list[str]] = {}
    for row, name in rows:
        named.setdefault(row, []).append(name)
    marks = ", ".join(map(str, named))
    found = fetch(connection, f"{SELECT} WHERE row IN ({marks})") if named else ()
    return [(memory_of_row(row), name) for row in found for name in named[row[0]]]
