"""Filters and scope as SQL conditions on the `memory` table; every retriever applies the same ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import apsw

from contextfs.domain.clock import now_micros, to_micros
from contextfs.domain.search import ANY_BRANCH, Filters, Scope
from contextfs.store.sql import fetch

ROWS_PER_NAMESPACE = 1 << 32


class Condition(NamedTuple):
    """An SQL expression with its parameters."""

    sql: str
    params: tuple[object, ...] = ()


ALWAYS = Condition("1")


def joined(conditions: Sequence[Condition]) -> Condition:
    """All of the conditions at once."""
    if not conditions:
        return ALWAYS
    return Condition(
        " AND ".join(condition.sql for condition in conditions),
        tuple(param for condition in conditions for param in condition.params),
    )


def namespace_numbers(connection: apsw.Connection, scope: Scope) -> list[int] | None:
    """The numbers of the namespaces in scope that exist; None for all of them."""
    if scope.namespaces is None:
        return None
    marks = ", ".join("?" * len(scope.namespaces))
    rows = fetch(connection, f"SELECT id FROM namespace WHERE name IN ({marks})", scope.namespaces)
    return [row[0] for row in rows]


def row_ranges(column: str, numbers: Sequence[int] | None) -> Condition:
    """The rows of these namespaces as ranges of an integer key."""
    if numbers is None:
        return ALWAYS
    if not numbers:
        return Condition("0")
    parts = [
        f"{column} BETWEEN {n * ROWS_PER_NAMESPACE} AND {(n + 1) * ROWS_PER_NAMESPACE - 1}" for n in numbers
    ]
    return Condition(f"({' OR '.join(parts)})")


def in_namespaces(numbers: Sequence[int] | None) -> Condition:
    """The same on the `namespace` column, for queries that the index by time should drive."""
    if numbers is None:
        return ALWAYS
    return Condition(f"namespace IN ({', '.join(map(str, numbers))})")


def conditions(filters: Filters) -> list[Condition]:
    """What a row of `memory` must meet, except for status and expiry."""
    found: list[Condition] = []
    if filters.types:
        found.append(_one_of("type", [str(name) for name in filters.types]))
    for column, value in _equalities(filters):
        if value:
            found.append(Condition(f"{column} = ?", (value,)))
    if filters.since:
        found.append(Condition("created_at >= ?", (to_micros(filters.since),)))
    if filters.until:
        found.append(Condition("created_at <= ?", (to_micros(filters.until),)))
    found += [Condition("row IN (SELECT row FROM tag WHERE name = ?)", (tag,)) for tag in filters.tags]
    for key, value in filters.metadata.items():
        found += _metadata((key,), value)
    return found


def _equalities(filters: Filters) -> tuple[tuple[str, str], ...]:
    return (
        ("project", filters.project),
        ("source_repo", filters.source_repo),
        ("source_tool", filters.source_tool),
        ("author", filters.author),
        ("branch", filters.branch if filters.branch != ANY_BRANCH else ""),
        ("session_id", filters.session_id),
    )


def shown(filters: Filters) -> list[Condition]:
    """Status and expiry: what is archived or expired is only shown when its status is asked for."""
    found = [_one_of("status", list(filters.statuses))]
    if "archived" not in filters.statuses:
        moment = to_micros(filters.at) if filters.at else now_micros()
        found.append(Condition("(expires_at IS NULL OR expires_at > ?)", (moment,)))
    return found


def _one_of(column: str, values: Sequence[str]) -> Condition:
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _metadata(path: tuple[str, ...], value: object) -> list[Condition]:
    """Typed equality on a metadata key: 42 is not "42", true is not 1; a mapping reaches inside."""
    if isinstance(value, Mapping):
        inner = cast("Mapping[str, object]", value)
        return [part for key, below in inner.items() for part in _metadata((*path, key), below)]
    expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    paths = {_json_path(path), _json_path(tuple(piece for key in path for piece in key.split(".")))}
    test = "(metadata <> '' AND CASE WHEN json_type(metadata, ?) IN ('integer','real')"
    test += " AND json_type(?) IN ('integer','real') THEN json_extract(metadata, ?) = json_extract(?, '$')"
    test += " ELSE metadata -> ? = json(?) END)"
    params = [(found, expected, found, expected, found, expected) for found in sorted(paths)]
    sql = " OR ".join([test] * len(params))
    return [Condition(f"({sql})", tuple(param for group in params for param in group))]


def _json_path(keys: Sequence[str]) -> str:
    return "$" + "".join("." + json.dumps(key, ensure_ascii=False) for key in keys)
