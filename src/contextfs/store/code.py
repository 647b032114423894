"""Code and Commits: indexed repositories at one moment, as something that search can ask.

What search asks of a `View` about memories it asks here about passages and about commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from contextfs.domain.indexed import CommitText
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, Scope
from contextfs.store import lexical, namespaces, past, vectors
from contextfs.store.checkouts import Checkout
from contextfs.store.filters import Condition, row_ranges
from contextfs.store.lexical import Dissected, Index
from contextfs.store.sql import fetch
from contextfs.store.vectors import Scanned
from contextfs.store.view import View, Visible


class Where(NamedTuple):
    """Where a passage stands."""

    root: str
    path: str
    first: int
    last: int


class _Indexed(View):
    """What passages and commits have in common: tables of their own, and repositories for namespaces."""

    _collection: str
    _index: Index
    _checkouts: Sequence[Checkout] = ()

    def of_checkouts(self, wanted: Sequence[Checkout]) -> None:
        """See what these working trees hold."""
        self._checkouts = wanted

    def visible(self, filters: Filters, scope: Scope, *, without: AbstractSet[str] = frozenset()) -> Visible:  # noqa: ARG002 - repositories have no namespace
        """The rows that a query may see."""
        numbers = sorted({one.repository for one in self._checkouts})
        return Visible(numbers, self._allowed(numbers, filters), self._hidden())

    def _allowed(self, numbers: Sequence[int], filters: Filters) -> set[int] | None:  # noqa: ARG002 - commits have more to go by
        """The rows that meet the filters; None where every row does."""
        return None

    def _hidden(self) -> set[int]:
        return set()

    def dissect(
        self, expression: str, weights: Sequence[float], visible: Visible, limit: int
    ) -> list[Dissected]:
        """The rows that match an FTS5 expression, with what they hold of each phrase."""
        if visible.empty or not expression:
            return []
        where = row_ranges("rowid", visible.numbers)
        if visible.hidden:
            listed = f"[{','.join(map(str, visible.hidden))}]"
            sql = f"{where.sql} AND +rowid NOT IN (SELECT value FROM json_each(?))"
            where = Condition(sql, (*where.params, listed))
        if visible.allowed is not None:
            listed = f"[{','.join(map(str, visible.allowed))}]"
            sql = f"{where.sql} AND +rowid IN (SELECT value FROM json_each(?))"
            where = Condition(sql, (*where.params, listed))
        return lexical.dissect(self._connection, expression, weights, where, limit, self._index)

    def document_frequencies(self, stems: Iterable[str]) -> dict[str, int]:
        """How many rows hold each stem."""
        return lexical.document_frequencies(self._connection, stems, self._index)

    def total(self) -> int:
        """How many rows there are in all repositories."""
        return namespaces.total(self._connection, None, self._collection)

    def seen(self, visible: Visible) -> int:
        """How many rows a query may see."""
        if visible.allowed is not None:
            return len(visible.allowed)
        found = namespaces.total(self._connection, visible.numbers, self._collection)
        return max(0, found - len(visible.hidden))

    def scan(self, identity: str, code: bytes, visible: Visible, limit: int) -> list[Scanned]:
        """The rows nearest to a query code by one provider's vectors, best first."""
        provider = vectors.provider_number(self._connection, identity, self._collection)
        if provider is None or visible.empty:
            return []
        return vectors.scan(
            self._connection,
            provider,
            code,
            visible.numbers,
            limit,
            allowed=visible.allowed,
            excluded=visible.hidden,
            cache=self._cache,
        )

    def halves(self, identity: str, rows: Sequence[int]) -> dict[int, list[bytes]]:
        """The float16 vectors of these rows by one provider."""
        provider = vectors.provider_number(self._connection, identity, self._collection)
        return {} if provider is None else vectors.halves(self._connection, provider, rows)

    def waiting(self, identity: str, scope: Scope) -> int:  # noqa: ARG002 - repositories have no namespace
        """How many rows have no vector of this provider."""
        numbers = sorted({one.repository for one in self._checkouts})
        return vectors.waiting(self._connection, identity, numbers, self._collection)

    def vector_counts(self) -> dict[str, int]:
        """Provider identity -> how many rows have its vectors."""
        rows = fetch(
            self._connection,
            "SELECT identity, sum(memories) FROM tally JOIN provider ON provider.id = tally.provider"
            " WHERE collection = ? GROUP BY identity",
            (self._collection,),
        )
        return {row[0]: row[1] for row in rows}


class Code(_Indexed):
    """The passages of the files of working trees."""

    _collection = vectors.CODE
    _index = lexical.CODE

    @classmethod
    def of(cls, view: View, checkouts: Sequence[Checkout]) -> Code:
        """The passages of these working trees at the moment of a view."""
        found = cls(*view.moment)
        found.of_checkouts(checkouts)
        return found

    def _hidden(self) -> set[int]:
        """What stands in none of the working trees."""
        sets = [
            {
                row[0]
                for row in fetch(self._connection, "SELECT row FROM hidden WHERE checkout = ?", (one.number,))
            }
            for one in self._checkouts
        ]
        by_repository: dict[int, set[int]] = {}
        for one, rows in zip(self._checkouts, sets, strict=True):
            known = by_repository.get(one.repository)
            by_repository[one.repository] = rows if known is None else known & rows
        return {row for rows in by_repository.values() for row in rows}

    def memories(self, rows: Sequence[int]) -> dict[int, Memory]:
        """These passages in the form in which search weighs what it found; the row is the id."""
        marks = ", ".join(map(str, rows))
        found = fetch(
            self._connection,
            f"SELECT row, name, context, text, paths, kind FROM passage WHERE row IN ({marks})",
        )
        return {
            row: Memory(
                content=f"{context}\n{text}" if context else text,
                id=str(row),
                type=MemoryType.CODE,
                summary=name,
                files=tuple(paths.split("\n")),
                metadata={"kind": kind, "text": text},
            )
            for row, name, context, text, paths, kind in found
        }

    def places(self, rows: Sequence[int]) -> dict[int, list[Where]]:
        """Where these passages stand in the working trees, by path."""
        marks, trees = ", ".join(map(str, rows)), ", ".join(str(one.number) for one in self._checkouts)
        found = fetch(
            self._connection,
            "SELECT passage, root, path, first, last FROM piece JOIN tree ON tree.source = piece.source"
            f" JOIN checkout ON checkout.id = tree.checkout WHERE passage IN ({marks}) AND checkout IN ({trees})"
            " ORDER BY path, first",
        )
        places: dict[int, list[Where]] = {}
        for row, *where in found:
            places.setdefault(row, []).append(Where(*where))
        return places


class Commits(_Indexed):
    """The commits of repositories."""

    _collection = vectors.COMMIT
    _index = lexical.COMMITS

    @classmethod
    def of(cls, view: View, checkouts: Sequence[Checkout]) -> Commits:
        """The commits of the repositories of these working trees at the moment of a view."""
        found = cls(*view.moment)
        found.of_checkouts(checkouts)
        return found

    def _allowed(self, numbers: Sequence[int], filters: Filters) -> set[int] | None:
        if not (filters.author or filters.since or filters.until):
            return None
        return past.selected(self._connection, numbers, filters.author, filters.since, filters.until)

    def memories(self, rows: Sequence[int]) -> dict[int, Memory]:
        """These commits in the form in which search weighs what it found; the row is the id."""
        return {
            row: Memory(
                content=f"{one.subject}\n{one.body}".strip(),
                id=str(row),
                type=MemoryType.EPISODIC,
                summary=one.subject,
                files=tuple(one.files),
            )
            for row, one in self.commits(rows).items()
        }

    def commits(self, rows: Sequence[int]) -> dict[int, CommitText]:
        """The commits in these rows."""
        return past.by_rows(self._connection, rows)
