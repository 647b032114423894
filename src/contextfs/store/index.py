"""IndexTables: everything that is written about indexed repositories, in transactions short enough to save between."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple, TypeVar

from contextfs.domain.clock import now_micros
from contextfs.domain.indexed import CommitText, FileRead, Source
from contextfs.domain.memory import Embedded
from contextfs.store import checkouts, lexical, passages, past, vectors
from contextfs.store.checkouts import Checkout
from contextfs.store.database import Database
from contextfs.store.passages import Made
from contextfs.store.sql import fetch, value

_T = TypeVar("_T")
_BUSY = 0.02
"""Seconds after which a transaction ends if there is more to write."""
_SLICE = 20
"""Passages that are written between two looks at the clock."""
_MARKS = 2000
"""Paths and marks that are changed in one transaction."""
_SWEPT = 40
"""Passages that are forgotten in one transaction."""
_KEPT = 14 * 86_400 * 1_000_000
"""Microseconds for which what no working tree has is kept: whoever goes back to a branch finds it indexed."""


class ReadyFile(NamedTuple):
    """A file with everything that writing it takes."""

    file: FileRead
    digests: Sequence[bytes]
    made: Mapping[bytes, Made]


class ReadyCommit(NamedTuple):
    """A commit with everything that writing it takes."""

    commit: CommitText
    words: Sequence[str]
    embedded: Embedded | None


class IndexTables:
    """The tables of the repository index of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ── working trees ───────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, place: str, root: str) -> Checkout:
        """The working tree with this top directory, noted if it was not known; `place` is what its worktrees share."""
        known = self.checkout(root)
        if known:
            return known
        with self._database.writing() as connection:
            return checkouts.enter(connection, place, root)

    def join(self, place: str, root: str) -> Checkout | None:
        """The same for a working tree of a repository of which another one is indexed; None when none is."""
        with self._database.reading() as connection:
            if not checkouts.indexed(connection, place):
                return None
        return self.enter(place, root)

    def checkout(self, root: str) -> Checkout | None:
        """The working tree with this top directory, if it was ever indexed."""
        with self._database.reading() as connection:
            return checkouts.of_root(connection, root)

    def checkouts(self) -> list[Checkout]:
        """All working trees that were ever indexed."""
        with self._database.reading() as connection:
            return checkouts.every(connection)

    def counts(self, checkout: Checkout) -> tuple[int, int, int]:
        """Files with passages, passages, and commits."""
        with self._database.reading() as connection:
            return checkouts.counts(connection, checkout)

    def verdicts(self, checkout: Checkout) -> tuple[dict[str, int], list[str]]:
        """Why files have no passages -> how many; and those that seem to hold a secret."""
        with self._database.reading() as connection:
            return checkouts.verdicts(connection, checkout.number)

    def sources(self, checkout: Checkout) -> dict[Source, int]:
        """The contents that the repository has, whole."""
        with self._database.reading() as connection:
            return passages.sources(connection, checkout.repository)

    def place(self, checkout: Checkout, wanted: Mapping[str, int]) -> None:
        """Make the paths of a working tree these, each with its content; words of new paths find their passages."""
        with self._database.reading() as connection:
            before = checkouts.paths(connection, checkout.number)
        gone = [path for path in before if path not in wanted]
        moved = [(path, number) for path, number in wanted.items() if before.get(path) != number]
        for part in _parts(gone, _MARKS):
            with self._database.writing() as connection:
                checkouts.displace(connection, checkout.number, part)
        for part in _parts(moved, _MARKS):
            with self._database.writing() as connection:
                checkouts.place(connection, checkout.number, part)
        self._rename({number for _, number in moved})
        if gone or moved:
            self.hide_others(checkout)

    def _rename(self, numbers: Collection[int]) -> None:
        with self._database.reading() as connection:
            rows = passages.misnamed(connection, numbers)
        for start in range(0, len(rows), _SLICE):
            with self._database.writing() as connection:
                passages.rename(connection, rows[start : start + _SLICE])

    def hide_others(self, checkout: Checkout) -> None:
        """Note which passages of the repository are not those of this working tree."""
        with self._database.reading() as connection:
            wanted, known = checkouts.others(connection, checkout)
        for rows, hidden in ((wanted - known, True), (known - wanted, False)):
            for part in _parts(list(rows), _MARKS):
                with self._database.writing() as connection:
                    checkouts.hide(connection, checkout.number, part, hidden=hidden)

    def _leave(self, repository: int, moment: int) -> None:
        with self._database.reading() as connection:
            gone, back = checkouts.left(connection, repository)
        for numbers, since in ((gone, moment), (back, None)):
            for part in _parts(numbers, _MARKS):
                with self._database.writing() as connection:
                    checkouts.leave(connection, part, since)

    def note(self, checkout: Checkout, signature: str, changed: int) -> None:
        """Note what the paths stand for now, and how many files have not been read."""
        with self._database.writing() as connection:
            checkouts.note(connection, checkout.number, signature, changed)

    def settle(self, checkout: Checkout, state: str, signature: str, notes: Mapping[str, object]) -> None:
        """Note that a working tree is indexed whole, and since when contents are in none."""
        with self._database.writing() as connection:
            checkouts.settle(connection, checkout.number, state, signature, notes, now_micros())
        self._leave(checkout.repository, now_micros())

    def unsettle(self, checkout: Checkout) -> None:
        """Note that a working tree is not indexed whole, whatever it holds."""
        with self._database.writing() as connection:
            checkouts.unsettle(connection, checkout.number)

    def remove(self, checkout: Checkout) -> None:
        """Forget a working tree, and what only it had."""
        with self._database.writing() as connection:
            checkouts.remove(connection, checkout)
        self._leave(checkout.repository, 0)
        self._sweep(1)
        while True:
            with self._database.reading() as connection:
                gone = past.of_unindexed(connection, _SWEPT)
            if not gone:
                return
            with self._database.writing() as connection:
                for repository, name in gone:
                    past.drop(connection, repository, [name])

    def sweep(self) -> None:
        """Forget what no working tree has had for two weeks."""
        self._sweep(now_micros() - _KEPT)

    def _sweep(self, moment: int) -> None:
        swept = False
        while True:
            with self._database.reading() as connection:
                numbers = checkouts.left_before(connection, moment, _SWEPT)
            if not numbers:
                break
            swept = True
            with self._database.writing() as connection:
                passages.drop_sources(connection, numbers)
        while swept:
            with self._database.reading() as connection:
                rows = passages.strays(connection, _SWEPT)
            if not rows:
                return
            with self._database.writing() as connection:
                passages.drop(connection, rows)

    # ── contents ────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, checkout: Checkout, digests: Sequence[bytes]) -> set[bytes]:
        """Those of these passages that the repository has."""
        with self._database.reading() as connection:
            return passages.known(connection, checkout.repository, digests)

    def put_files(self, checkout: Checkout, files: Sequence[ReadyFile]) -> int:
        """Write files, in as many transactions as it takes to let others write in between; returns new passages."""
        writing = _Writing(self._database)
        new = 0
        try:
            for ready in files:
                new += self._put_file(writing, checkout, ready)
            writing.end()
        except BaseException as error:
            writing.give_up(error)
            raise
        return new

    def _put_file(self, writing: _Writing, checkout: Checkout, ready: ReadyFile) -> int:
        new, file = 0, ready.file
        given = list(zip(ready.digests, file.passages, strict=True))
        number = passages.begin(writing.connection, checkout.repository, file)
        for place in range(0, len(given), _SLICE):
            part = given[place : place + _SLICE]
            new += passages.add(
                writing.connection, checkout.repository, number, place, part, ready.made, file.path
            )
            writing.breathe()
        passages.finish(writing.connection, number, file.verdict)
        checkouts.place(writing.connection, checkout.number, [(file.path, number)])
        return new

    # ── commits ─────────────────────────────────────────────────────────────────────────────────────────────────

    def commits(self, checkout: Checkout) -> set[str]:
        """The commits that are known."""
        with self._database.reading() as connection:
            return past.hashes(connection, checkout.repository)

    def put_commits(self, checkout: Checkout, commits: Sequence[ReadyCommit]) -> int:
        """Write commits; returns how many were new."""
        writing = _Writing(self._database)
        new = 0
        try:
            for one in commits:
                new += past.put(writing.connection, checkout.repository, one.commit, one.words, one.embedded)
                writing.breathe()
            writing.end()
        except BaseException as error:
            writing.give_up(error)
            raise
        return new

    def drop_commits(self, checkout: Checkout, gone: Sequence[str]) -> None:
        """Forget commits that nothing leads to any more."""
        for start in range(0, len(gone), _SWEPT):
            with self._database.writing() as connection:
                past.drop(connection, checkout.repository, gone[start : start + _SWEPT])

    # ── vectors and words ───────────────────────────────────────────────────────────────────────────────────────

    def waiting(self, identity: str, collection: str, after: int, limit: int) -> list[tuple[int, str]]:
        """The next rows without a vector of a provider, and what it is to be made of."""
        room = past if collection == vectors.COMMIT else passages
        with self._database.reading() as connection:
            return room.waiting(connection, identity, after, limit)

    def add_vectors(self, made: Sequence[tuple[int, Embedded]], collection: str) -> None:
        """Keep vectors that were made after the rows."""
        for start in range(0, len(made), _SLICE):
            with self._database.writing() as connection:
                passages.add_vectors(connection, made[start : start + _SLICE], collection)

    def identities(self, collection: str) -> list[str]:
        """The providers that have vectors of a collection."""
        with self._database.reading() as connection:
            return vectors.identities(connection, collection)

    def drop_vectors(self, identity: str, collection: str) -> None:
        """Forget the vectors of a provider, some at a time."""
        while True:
            with self._database.reading() as connection:
                provider = vectors.provider_number(connection, identity, collection)
                rows = fetch(
                    connection, "SELECT DISTINCT row FROM vector WHERE provider = ? LIMIT ?", (provider, 200)
                )
            with self._database.writing() as connection:
                if not rows:
                    vectors.drop_provider(connection, identity, collection)
                    return
                vectors.remove_of(connection, [row[0] for row in rows], identity, collection)

    def refresh_frequent(self) -> None:
        """Count the frequent stems anew where there are twice as many rows as the last time."""
        for collection, index in ((vectors.CODE, lexical.CODE), (vectors.COMMIT, lexical.COMMITS)):
            with self._database.reading() as connection:
                sql = "SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = ?"
                rows = int(value(connection, sql, (vectors.TOTALS[collection],)))
                known = lexical.frequent_rows(connection, index)
            if rows >= max(lexical.FREQUENT_ROWS, 2 * known):
                with self._database.writing() as connection:
                    lexical.refresh_frequent(connection, rows, index)


def _parts(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The values in groups."""
    return (values[start : start + size] for start in range(0, len(values), size))


class _Writing:
    """A transaction that is ended and begun again when it has held the store for long enough."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begin()

    def _begin(self) -> None:
        self._open = ExitStack()
        self.connection = self._open.enter_context(self._database.writing())
        self._since = time.monotonic()

    def breathe(self) -> None:
        """Let others write, if it is time to."""
        if time.monotonic() - self._since > _BUSY:
            self.end()
            self._begin()

    def end(self) -> None:
        """Write what was done."""
        self._open.close()

    def give_up(self, error: BaseException) -> None:
        """Take back what was not yet written."""
        self._open.__exit__(type(error), error, error.__traceback__)
