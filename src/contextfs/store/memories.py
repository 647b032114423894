"""The memories as they stand now: the projection of the change log, and the one door through which it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import apsw

from contextfs.domain.change import PURGE, fold
from contextfs.domain.clock import now_micros
from contextfs.domain.digest import content_hash
from contextfs.domain.memory import Captured, Memory, Mention
from contextfs.domain.memory_state import memory_of
from contextfs.domain.search import Filters, Scope
from contextfs.errors import StoreMoved
from contextfs.store import changes, lexical, namespaces, sketches, vectors
from contextfs.store.filters import (
    ROWS_PER_NAMESPACE,
    Condition,
    conditions,
    in_namespaces,
    joined,
    namespace_numbers,
    shown,
)
from contextfs.store.rows import PUT, SELECT, created_at, memory_of_row, row_of_memory
from contextfs.store.sql import fetch, run, run_many, value


def apply(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    """Write the changes of one subject and bring row, words, vectors, mentions and counters along.

    Raises StoreMoved when the subject is no longer what the writer had seen, and nothing of it is written then.
    A foreign change, arriving from a log, needs not to descend from what is here.
    """
    subject = captured.changes[0].subject
    known = changes.of_subject(connection, subject)
    if not foreign and captured.changes[0].parents != fold(known).heads:
        raise StoreMoved(f"Memory {subject[:8]} was changed by another process.")
    if not foreign and not known and _taken(connection, captured):
        raise StoreMoved("The same text was saved by another process.")
    if known and changes.is_purged(connection, subject):
        captured = captured._replace(memory=None, embedded=None, mentions=())
    elif memory_of(subject, fold((*known, *captured.changes))) != captured.memory:
        raise StoreMoved(f"Memory {subject[:8]} was changed by another process.")
    changes.append(connection, captured.changes, new=not known)
    for change in captured.changes:
        if change.verb == PURGE:
            changes.purge(connection, subject, change.id)
    _project(connection, subject, captured, new=not known)


def create(connection: apsw.Connection, captured: Captured) -> None:
    """Write a new memory into a store that stands as its writer saw it: nothing of what `apply` looks for can be."""
    changes.append(connection, captured.changes, new=True)
    _project(connection, captured.changes[0].subject, captured, new=True)


def _taken(connection: apsw.Connection, captured: Captured) -> bool:
    """Whether the text of a new memory has come to stand in its namespace since the writer looked."""
    memory = captured.memory
    if memory is None:
        return False
    return bool(_rows_saying(connection, "SELECT row FROM memory", memory.namespace, memory.content))


def _project(connection: apsw.Connection, subject: str, captured: Captured, *, new: bool) -> None:
    """Make the current row what the captured memory says; a new one has no row yet."""
    place, before = (None if new else by_id(connection, subject)) or (0, None)
    after = captured.memory
    if before is not None and (after is None or after.namespace != before.namespace):
        _remove(connection, place, before)
        before = None
    if after is None:
        return
    if before is None:
        place = _new_row(connection, after.namespace)
        _tally(connection, place, 1)
    _put(connection, place, before, after, captured)


def _put(
    connection: apsw.Connection, row: int, before: Memory | None, after: Memory, captured: Captured
) -> None:
    run(connection, PUT, row_of_memory(row, after))
    if before is None or lexical.texts(before) != lexical.texts(after):
        if before is not None:
            lexical.remove(connection, row)
        lexical.put(connection, row, after)
    if before is None or before.content != after.content:
        if before is not None:
            sketches.remove(connection, row, before.content)
        sketches.put(connection, row, after.content)
    if before is None or before.tags != after.tags:
        _replace_tags(connection, row, before.tags if before else (), after.tags)
    _replace_mentions(connection, row, captured.mentions, new=before is None)
    if before is not None and (before.content, before.summary) != (after.content, after.summary):
        vectors.remove(connection, row)
    if captured.embedded is not None:
        if before is None:
            vectors.put(connection, row, captured.embedded)
        else:
            add_vectors(connection, row, captured)


def add_vectors(connection: apsw.Connection, row: int, captured: Captured) -> None:
    """Keep the vectors of a memory unless it has some of this provider."""
    embedded = captured.embedded
    if embedded is None:
        return
    provider = vectors.provider_number(connection, embedded.provider)
    if provider is None or not vectors.has(connection, provider, row):
        vectors.put(connection, row, embedded)


def _remove(connection: apsw.Connection, row: int, memory: Memory) -> None:
    """Take a memory out of the row table and of every index."""
    run(connection, "DELETE FROM memory WHERE row = ?", (row,))
    lexical.remove(connection, row)
    sketches.remove(connection, row, memory.content)
    vectors.remove(connection, row)
    _replace_tags(connection, row, memory.tags, ())
    run(connection, "DELETE FROM mention WHERE row = ?", (row,))
    _tally(connection, row, -1)


def _tally(connection: apsw.Connection, row: int, change: int) -> None:
    run(
        connection,
        "INSERT INTO tally(provider, namespace, memories) VALUES (0, ?, ?)"
        " ON CONFLICT(provider, namespace) DO UPDATE SET memories = memories + excluded.memories",
        (row // ROWS_PER_NAMESPACE, change),
    )


def _replace_tags(connection: apsw.Connection, row: int, before: Sequence[str], after: Sequence[str]) -> None:
    if before:
        run_many(connection, "DELETE FROM tag WHERE name = ? AND row = ?", [(name, row) for name in before])
    if after:
        run_many(
            connection, "INSERT OR IGNORE INTO tag(name, row) VALUES (?, ?)", [(name, row) for name in after]
        )


def _replace_mentions(
    connection: apsw.Connection, row: int, mentions: Sequence[Mention], *, new: bool
) -> None:
    if not new:
        run(connection, "DELETE FROM mention WHERE row = ?", (row,))
    if mentions:
        run_many(
            connection,
            "INSERT OR IGNORE INTO mention(name, kind, row) VALUES (?, ?, ?)",
            [(mention.name, mention.kind, row) for mention in mentions],
        )


def _new_row(connection: apsw.Connection, namespace: str) -> int:
    """The next free row of a namespace, which begins to exist with its first memory."""
    number = value(connection, "SELECT id FROM namespace WHERE name = ?", (namespace,))
    if number is None:
        run(connection, "INSERT INTO namespace(name) VALUES (?)", (namespace,))
        number = connection.last_insert_rowid()
    first = int(number) * ROWS_PER_NAMESPACE
    last = value(
        connection,
        "SELECT max(row) FROM memory WHERE row BETWEEN ? AND ?",
        (first, first + ROWS_PER_NAMESPACE - 1),
    )
    return first + 1 if last is None else int(last) + 1


def by_row(connection: apsw.Connection, row: int) -> Memory | None:
    """The memory in this row."""
    found = fetch(connection, f"{SELECT} WHERE row = ?", (row,))
    return memory_of_row(found[0]) if found else None


def by_rows(connection: apsw.Connection, rows: Sequence[int]) -> dict[int, Memory]:
    """The memories in these rows."""
    marks = ", ".join(map(str, rows))
    found = fetch(connection, f"{SELECT} WHERE row IN ({marks})")
    return {row[0]: memory_of_row(row) for row in found}


def by_id(connection: apsw.Connection, subject: str) -> tuple[int, Memory] | None:
    """The row and the memory of a full id."""
    found = fetch(connection, f"{SELECT} WHERE memory.id = ?", (bytes.fromhex(subject),))
    return (found[0][0], memory_of_row(found[0])) if found else None


def ids_by_prefix(connection: apsw.Connection, prefix: str, limit: int) -> list[str]:
    """The ids of memories that begin with these hexadecimal characters."""
    low, high = changes.prefix_range(prefix)
    rows = fetch(
        connection, "SELECT id FROM memory WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?", (low, high, limit)
    )
    return [row[0].hex() for row in rows]


def same_content(connection: apsw.Connection, namespace: str, content: str) -> Memory | None:
    """The memory of a namespace whose text is this one, white space at the ends of lines aside."""
    rows = _rows_saying(connection, SELECT, namespace, content)
    return memory_of_row(min(rows, key=created_at)) if rows else None


def _rows_saying(
    connection: apsw.Connection, select: str, namespace: str, content: str
) -> list[tuple[Any, ...]]:
    """What a statement that begins so says of the memories of a namespace with this text."""
    number = value(connection, "SELECT id FROM namespace WHERE name = ?", (namespace,))
    if number is None:
        return []
    rows = (number * ROWS_PER_NAMESPACE, (number + 1) * ROWS_PER_NAMESPACE - 1)
    # Else the planner walks the whole namespace.
    where = "INDEXED BY memory_hash WHERE content_hash = ? AND row BETWEEN ? AND ?"
    return fetch(connection, f"{select} {where}", (content_hash(content), *rows))


def select(
    connection: apsw.Connection, filters: Filters, scope: Scope, limit: int, offset: int
) -> list[Memory]:
    """The memories in scope that meet the filters, newest first."""
    where = _where(connection, filters, scope)
    rows = fetch(
        connection,
        f"{SELECT} WHERE {where.sql} ORDER BY created_at DESC, row DESC LIMIT ? OFFSET ?",
        (*where.params, limit, offset),
    )
    return [memory_of_row(row) for row in rows]


def count(connection: apsw.Connection, filters: Filters, scope: Scope) -> int:
    """How many memories in scope meet the filters; without filters the counters know, however many there are."""
    if not filters.selective:
        numbers = namespace_numbers(connection, scope)
        hidden = hidden_rows(connection, now_micros())
        out = len(hidden) if numbers is None else sum(row // ROWS_PER_NAMESPACE in numbers for row in hidden)
        return namespaces.total(connection, numbers) - out
    where = _where(connection, filters, scope)
    return int(value(connection, f"SELECT count(*) FROM memory WHERE {where.sql}", where.params))


def _where(connection: apsw.Connection, filters: Filters, scope: Scope) -> Condition:
    numbers = namespace_numbers(connection, scope)
    return joined([in_namespaces(numbers), *shown(filters), *conditions(filters)])


def matching_rows(connection: apsw.Connection, filters: Filters, scope: Scope) -> set[int]:
    """The rows in scope that meet the filters; what a retriever may see under a selective filter."""
    where = _where(connection, filters, scope)
    return {row[0] for row in fetch(connection, f"SELECT row FROM memory WHERE {where.sql}", where.params)}


def hidden_rows(connection: apsw.Connection, now: int) -> set[int]:
    """The rows that are archived or expired, which a search without filters does not see; mostly none."""
    rows = fetch(
        connection,
        "SELECT row FROM memory WHERE status = 'archived' UNION SELECT row FROM memory"
        " WHERE expires_at IS NOT NULL AND expires_at <= ?",
        (now,),
    )
    return {row[0] for row in rows}


def each(connection: apsw.Connection, batch: int = 500) -> Iterable[tuple[int, Memory]]:
    """Every memory with its row, a batch at a time so that writers are not held up."""
    last = -1
    while True:
        rows = fetch(connection, f"{SELECT} WHERE row > ? ORDER BY row LIMIT ?", (last, batch))
        if not rows:
            return
        last = rows[-1][0]
        yield from ((row[0], memory_of_row(row)) for row in rows)


def mentions_of(connection: apsw.Connection, subject: str) -> list[Mention]:
    """What the text of a memory names."""
    rows = fetch(
        connection,
        "SELECT kind, mention.name FROM mention JOIN memory ON memory.row = mention.row"
        " WHERE memory.id = ? ORDER BY 1, 2",
        (bytes.fromhex(subject),),
    )
    return [Mention(*row) for row in rows]


def mentioning(connection: apsw.Connection, kind: str, prefixes: Sequence[str]) -> list[Memory]:
    """The memories whose text names one of these files, links or memories; symbols have no index by name."""
    marks = ", ".join("?" * len(prefixes))
    rows = fetch(
        connection,
        f"{SELECT} WHERE row IN (SELECT row FROM mention WHERE kind = ? AND kind <> 'symbol' AND name IN ({marks}))"
        " ORDER BY created_at",
        (kind, *prefixes),
    )
    return [memory_of_row(row) for row in rows]


def rows_of(connection: apsw.Connection, subjects: Iterable[str]) -> set[int]:
    """The rows of these ids."""
    found = [
        value(connection, "SELECT row FROM memory WHERE id = ?", (bytes.fromhex(name),)) for name in subjects
    ]
    return {cast("int", row) for row in found if row is not None}
