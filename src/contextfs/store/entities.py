"""What people decided about names, as it stands now, and the names that memories use."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import apsw

from contextfs.domain.change import PURGE, fold
from contextfs.domain.entity import Named
from contextfs.domain.entity_state import named_of
from contextfs.domain.memory import Captured, Mention
from contextfs.domain.search import Scope
from contextfs.errors import StoreMoved
from contextfs.store import changes
from contextfs.store.filters import namespace_numbers, row_ranges
from contextfs.store.sql import fetch, run, run_many


def apply(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    """Write the changes of one decision about names; raises StoreMoved when somebody else changed it meanwhile."""
    subject, after = captured.changes[0].subject, cast("Named | None", captured.other)
    known = changes.of_subject(connection, subject)
    if not foreign and captured.changes[0].parents != fold(known).heads:
        raise StoreMoved(f"Entity {subject[:8]} was changed by another process.")
    if changes.is_purged(connection, subject):
        after = None
    elif named_of(subject, fold((*known, *captured.changes))) != after:
        raise StoreMoved(f"Entity {subject[:8]} was changed by another process.")
    changes.append(connection, captured.changes)
    for change in captured.changes:
        if change.verb == PURGE:
            changes.purge(connection, subject, change.id)
    _project(connection, subject, after)


def _project(connection: apsw.Connection, subject: str, after: Named | None) -> None:
    key = bytes.fromhex(subject)
    run(connection, "DELETE FROM entity_key WHERE entity = ?", (key,))
    run(connection, "DELETE FROM entity WHERE id = ?", (key,))
    if after is None:
        return
    run(
        connection,
        "INSERT INTO entity(id, namespace, name, type) VALUES (?, ?, ?, ?)",
        (key, after.namespace, after.name, after.type),
    )
    run_many(
        connection,
        "INSERT INTO entity_key(namespace, key, entity) VALUES (?, ?, ?)",
        [(after.namespace, one, key) for one in after.words],
    )


def named(connection: apsw.Connection, namespaces: Collection[str] | None) -> list[Named]:
    """What was decided about names in these namespaces, by name; None for all of them."""
    marks = "" if namespaces is None else f" WHERE entity.namespace IN ({', '.join('?' * len(namespaces))})"
    rows = fetch(
        connection,
        "SELECT entity.id, entity.namespace, name, type, group_concat(key, char(31)) FROM entity"
        f" LEFT JOIN entity_key ON entity_key.entity = entity.id{marks} GROUP BY entity.id ORDER BY name, entity.id",
        () if namespaces is None else tuple(namespaces),
    )
    return [
        Named(row[0].hex(), row[1], row[2], row[3], tuple(sorted((row[4] or "").split("\x1f"))))
        for row in rows
    ]


def mentioned(connection: apsw.Connection, scope: Scope) -> list[tuple[Mention, int]]:
    """What the memories in scope mention, with in how many of them, the most mentioned first."""
    where = row_ranges("row", namespace_numbers(connection, scope))
    rows = fetch(
        connection,
        f"SELECT kind, name, count(*) FROM mention WHERE {where.sql} GROUP BY kind, name ORDER BY 3 DESC, name",
        where.params,
    )
    return [(Mention(kind, name), count) for kind, name, count in rows]


def mentions_in(connection: apsw.Connection, rows: Collection[int]) -> dict[int, list[Mention]]:
    """Row -> what that memory mentions."""
    found: dict[int, list[Mention]] = {row: [] for row in rows}
    listed = ", ".join(map(str, rows))
    for row, kind, name in fetch(connection, f"SELECT row, kind, name FROM mention WHERE row IN ({listed})"):
        found[row].append(Mention(kind, name))
    return found
