"""Facets: which values the fields of memories have, and how often, by one reading of the memories in scope."""

from __future__ import annotations

from collections import Counter

from contextfs.domain.overview import FACETS, Facets
from contextfs.domain.search import Scope
from contextfs.store.filters import joined, namespace_numbers, row_ranges
from contextfs.store.sql import fetch
from contextfs.store.view import View


def facets(view: View, scope: Scope, most: int) -> Facets:
    """The values of each facet among the memories in scope, the most frequent first."""
    connection = view.moment[0]
    numbers = namespace_numbers(connection, scope)
    where = joined([row_ranges("row", numbers)])
    columns = ", ".join(FACETS)
    rows = fetch(
        connection,
        f"SELECT {columns}, count(*) FROM memory WHERE {where.sql} GROUP BY {columns}",
        where.params,
    )
    counters: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for row in rows:
        for name, value in zip(FACETS, row, strict=False):
            counters[name][value] += row[-1]
    tags = fetch(
        connection,
        f"SELECT name, count(*) FROM tag WHERE {where.sql} GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?",
        (*where.params, most),
    )
    values = {name: _told(counter, most) for name, counter in counters.items()}
    return Facets({**values, "tag": [(row[0], row[1]) for row in tags]}, sum(row[-1] for row in rows))


def _told(counter: Counter[str], most: int) -> list[tuple[str, int]]:
    return [(value, count) for value, count in counter.most_common(most + 1) if value][:most]
