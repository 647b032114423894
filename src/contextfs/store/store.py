"""Store: one data directory's memories, with one way to read them and one way to write them."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Generator, Sequence
from typing import TYPE_CHECKING

import apsw

from contextfs.domain.clock import new_id
from contextfs.domain.memory import Captured, Embedded, Memory
from contextfs.errors import StoreBusy, StoreCorrupt, StoreError
from contextfs.lazy import Later
from contextfs.store import lexical, memories, migrate, sketches, vectors
from contextfs.store.database import MEMORY, Database, translated
from contextfs.store.projections import APPLIED, CREATED
from contextfs.store.sql import fetch, run, value
from contextfs.store.vectors import BlockCache
from contextfs.store.view import Stamp, View, stamp_of

if TYPE_CHECKING:
    from contextfs.domain.session import Message
    from contextfs.store import conversations as talk
    from contextfs.store import followed, messages, sessions, touched, windows
    from contextfs.store.candidates import Candidates
    from contextfs.store.followed import Followed
    from contextfs.store.index import IndexTables
    from contextfs.store.judged import Judged
    from contextfs.store.messages import Ready
    from contextfs.store.usage import Usage
else:  # not needed where there are only memories
    messages, sessions = Later("contextfs.store.messages"), Later("contextfs.store.sessions")
    talk, touched = Later("contextfs.store.conversations"), Later("contextfs.store.touched")
    windows, followed = Later("contextfs.store.windows"), Later("contextfs.store.followed")

FILE_NAME = "contextfs.db"
_SPOOL = "usage.spool"
_LONG = 64 << 10
"""Bytes of usage notes that somebody who writes to the store anyway writes into it."""
_BATCH = 20
"""Memories that a long rebuild writes in one transaction, so that a save in between waits for milliseconds only."""

Progress = Callable[[int, int], None]


class Store:
    """The store of one data directory; safe to use from several threads and several processes.

    Somebody with little `patience` waits so many seconds for another writer, and does not upgrade a store.
    """

    def __init__(self, data_dir: str, *, patience: float | None = None) -> None:
        self.path = MEMORY if data_dir == MEMORY else os.path.join(data_dir, FILE_NAME)
        self._database = Database(self.path, patience=patience)
        self._spool = "" if self.path == MEMORY else os.path.join(data_dir, _SPOOL)
        self._local = threading.local()
        self._device = ""
        self._judged: Judged | None = None
        self._usage: Usage | None = None
        self.changed = False
        """Whether this object has written a change of a memory or a session."""

    def _view(self, connection: apsw.Connection) -> View:
        cache: BlockCache | None = getattr(self._local, "cache", None)
        if cache is None:
            cache = self._local.cache = BlockCache()
        return View(connection, cache)

    @contextlib.contextmanager
    def reading(self) -> Generator[View]:
        """One consistent view of the store."""
        with self._database.reading() as connection:
            yield self._view(connection)

    def apply(
        self, captured: Sequence[Captured], *, foreign: bool = False, seen: Stamp | None = None
    ) -> None:
        """Write one action, whole and durably; raises StoreMoved when a memory was changed meanwhile.

        Where nothing at all was written since the writer had `seen` the store, new memories need no second look.
        """
        self.changed = True
        with self._database.writing() as connection:
            unmoved = seen is not None and seen == stamp_of(connection)
            for one in captured:
                first = one.changes[0]
                if unmoved and not first.parents and first.kind in CREATED and (one.memory or one.other):
                    CREATED[first.kind](connection, one)
                else:
                    APPLIED[first.kind](connection, one, foreign=foreign)

    @contextlib.contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else writes meanwhile, and what is written inside is one transaction; for as short as possible."""
        with self._database.writing():
            yield

    @property
    def device(self) -> str:
        """The random name of this store, which tells its changes from those of other devices."""
        if not self._device:
            with self._database.using() as connection:
                found = value(connection, "SELECT value FROM meta WHERE key = 'device'")
            self._device = str(found) if found else self._name_device()
        return self._device

    def _name_device(self) -> str:
        with self._database.writing() as connection:
            run(connection, "INSERT OR IGNORE INTO meta(key, value) VALUES ('device', ?)", (new_id()[:12],))
            return str(value(connection, "SELECT value FROM meta WHERE key = 'device'"))

    def remembered(self, key: str) -> str:
        """A small derived value kept beside the memories; empty when there is none."""
        with self._database.reading() as connection:
            return str(value(connection, "SELECT value FROM meta WHERE key = ?", (key,)) or "")

    def remember(self, key: str, value: str) -> None:
        """Keep a small derived value."""
        with self._database.writing() as connection:
            run(connection, "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (key, value))

    def refresh_frequent(self) -> None:
        """Count the frequent stems anew if the store has doubled since the last time."""
        with self._database.reading() as connection:
            rows, known = View(connection).total(), lexical.frequent_rows(connection)
        if rows >= max(lexical.FREQUENT_ROWS, 2 * known):
            with self._database.writing() as connection:
                lexical.refresh_frequent(connection, rows)

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────

    def append_messages(self, session: str, group: Sequence[Ready]) -> int | None:
        """Add those messages that are not there yet, durably; returns how many, None when there is no such session."""
        with self._database.writing() as connection:
            return messages.append(connection, session, group)

    def touch(self, session: str, paths: Sequence[str], at: int) -> None:
        """Note files that a session touched."""
        with self._database.writing() as connection:
            touched.add(connection, bytes.fromhex(session), [(path, at) for path in paths])

    @property
    def followed(self) -> Followed:
        """How far transcripts that still grow have been read."""
        return followed.Followed(self._database)

    def forget_touched(self, session: str, paths: Sequence[str]) -> list[str]:
        """Take back that a session touched these files; returns those that had been noted."""
        with self._database.writing() as connection:
            return touched.forget(connection, bytes.fromhex(session), paths)

    def index_behind(self) -> bool:
        """Index some messages of a session that came back or moved; returns whether there were any to index."""
        with self._database.reading() as connection:
            if not sessions.behind(connection):
                return False
        with self._database.writing() as connection:
            behind = sessions.behind(connection)
            if behind:
                messages.index_behind(connection, behind)
        return True

    def add_window_vectors(self, embedded: Sequence[tuple[int, str, Embedded]]) -> int:
        """Keep vectors of turn windows; one that says something else by now is left for the next time."""
        with self._database.writing() as connection:
            return sum(windows.add_vectors(connection, *one) for one in embedded)

    def drop_window_vectors(self, session: str, limit: int) -> int:
        """Forget vectors of some windows of a session that is about to go; returns of how many."""
        with self._database.writing() as connection:
            return messages.drop_vectors(connection, session, limit)

    def refresh_frequent_messages(self) -> None:
        """Count the frequent stems of messages anew if there are twice as many as the last time."""
        with self._database.reading() as connection:
            conversations = talk.Conversations(connection)
            rows, known = conversations.total(), conversations.frequent_rows()
        if rows >= max(lexical.FREQUENT_ROWS, 2 * known):
            with self._database.writing() as connection:
                lexical.refresh_frequent(connection, rows, lexical.MESSAGES)

    def reindex_messages(self) -> None:
        """Build the lexical index of messages again, some rows at a time and in place."""
        last = -1
        while True:
            with self._database.writing() as connection:
                rows = messages.rows_after(connection, last)
                messages.reindex(connection, rows)
            if not rows:
                return
            last = rows[-1]

    @property
    def index(self) -> IndexTables:
        """The tables of the repository index."""
        from contextfs.store.index import IndexTables  # only where there is one

        return IndexTables(self._database)

    @property
    def candidates(self) -> Candidates:
        """The candidates that wait for an answer."""
        from contextfs.store.candidates import Candidates  # only where they are looked at

        return Candidates(self._database)

    @property
    def judged(self) -> Judged:
        """What git told about memories and files."""
        if self._judged is None:
            from contextfs.store.judged import Judged  # only where something has to be judged

            self._judged = Judged(self._database)
        return self._judged

    @property
    def usage(self) -> Usage:
        """The usage ledger."""
        if self._usage is None:
            from contextfs.store.usage import Usage  # only where something was shown

            self._usage = Usage(self._database, self._spool)
        return self._usage

    # ── upkeep ──────────────────────────────────────────────────────────────────────────────────────────────────

    def add_vectors(self, embedded: Sequence[tuple[int, Memory, Embedded]]) -> int:
        """Keep vectors made after the save; a memory that changed meanwhile is left for the next time."""
        added = 0
        with self._database.writing() as connection:
            for row, memory, vectors_of_it in embedded:
                if memories.by_row(connection, row) == memory:
                    memories.add_vectors(connection, row, Captured((), memory, (), vectors_of_it))
                    added += 1
        return added

    def add_messages(self, session: str, given: Sequence[tuple[int, Message]]) -> int:
        """Keep messages that came with the history of their session, each with its place; returns how many are new."""
        from contextfs.store.archive import put_messages  # only an import needs it

        with self._database.writing() as connection:
            return put_messages(connection, session, given)

    def add_touched(self, given: Sequence[tuple[str, str, int]]) -> None:
        """Keep the files that sessions touched, which came with their history."""
        from contextfs.store.archive import put_touched  # only an import needs it

        with self._database.writing() as connection:
            put_touched(connection, given)

    def drop_vectors(self, identity: str, collection: str = vectors.MEMORY) -> None:
        """Forget all vectors of one provider in one collection."""
        with self._database.writing() as connection:
            vectors.drop_provider(connection, identity, collection)

    def reindex_words(self, progress: Progress | None = None) -> int:
        """Build the lexical index again from the memories.

        Row by row in place, so that every search meanwhile, and after a kill, finds everything; only an index that is
        too damaged for that is thrown away first, in one transaction with its replacement.
        """
        with self._database.reading() as connection:
            rows = [row for row, _ in memories.each(connection)]
        try:
            for start in range(0, len(rows), _BATCH):
                with self._database.writing() as connection:
                    _index_again(connection, rows[start : start + _BATCH])
                if progress:
                    progress(min(start + _BATCH, len(rows)), len(rows))
            with self._database.writing() as connection:
                strays = fetch(connection, "SELECT rowid FROM lexical EXCEPT SELECT row FROM memory")
                for (row,) in strays:
                    lexical.remove(connection, row)
        except StoreCorrupt:
            with self._database.writing() as connection:
                lexical.clear(connection)
                _index_again(connection, [row for row, _ in memories.each(connection)])
        self.refresh_frequent()
        return len(rows)

    def scrub(self, needles: Collection[bytes]) -> list[str]:
        """Make what was deleted unreadable; returns the store's files in which any of the needles still stands.

        The word index is merged, and free pages and the write-ahead log are emptied. SQLite zeroes what it deletes,
        but not what it once moved within a page: where that shows, the whole file is written anew.
        """
        with self._database.writing() as connection:
            lexical.optimize(connection)
            lexical.optimize(connection, lexical.MESSAGES)
        self._empty_log()
        if self.path in self.files_holding(needles):
            with self._database.using() as connection:
                run(connection, "VACUUM")
            self._empty_log()
        return self.files_holding(needles)

    def _empty_log(self) -> None:
        with contextlib.suppress(StoreBusy):  # a reader that stays keeps the log; the look afterwards tells
            self._database.checkpoint()

    def files_holding(self, needles: Collection[bytes]) -> list[str]:
        """The store's own files in which any of these bytes stand."""
        return [name for name in (self.path, self.path + "-wal") if _file_holds(name, needles)]

    def check(self) -> list[str]:
        """What SQLite's own checks find wrong; empty when the store is sound."""
        with self._database.reading() as connection:
            found = [str(row[0]) for row in fetch(connection, "PRAGMA integrity_check")]
        with self._database.writing() as connection:
            for index in (lexical.MEMORIES, lexical.MESSAGES, lexical.CODE, lexical.COMMITS):
                run(connection, f"INSERT INTO {index.words}({index.words}) VALUES ('integrity-check')")
        return [line for line in found if line != "ok"]

    def backup(self, target: str = "") -> str:
        """Copy a consistent state of the store into a new file, by default among the backups; returns its path."""
        with self._database.using() as connection, translated(target or self.path):
            path = target or migrate.backup_path(self.path, "manual")
            migrate.copy_store(connection, path)
            try:
                with translated(path):  # a check may also fail by what it stumbles over
                    migrate.check_store(path)
            except StoreCorrupt as error:
                os.unlink(path)
                raise StoreCorrupt(
                    f"{self.path} is damaged; a copy of it would be no backup and was not kept."
                ) from error
        return path

    def restore(self, source: str) -> str:
        """Make the store what a backup holds; returns the path of a copy of what was there before."""
        with translated(source):
            migrate.check_store(source)
        saved = self._put_aside()
        with self._database.using() as connection:
            migrate.overwrite(connection, source)
        self.close()
        return saved

    def _put_aside(self) -> str:
        """Keep what is there: a copy of it, or the file itself when it is too damaged to be opened."""
        try:
            with self._database.using() as connection:
                saved = migrate.backup_path(self.path, "before-restore")
                migrate.copy_store(connection, saved)
                return saved
        except StoreCorrupt:
            self.close()
            with translated(self.path):
                return migrate.set_aside(self.path)

    def size(self) -> int:
        """Bytes on disk, write-ahead log included."""
        names = (self.path, self.path + "-wal")
        return sum(os.path.getsize(name) for name in names if os.path.exists(name))

    def close(self) -> None:
        """Close the store; it opens again when it is used again."""
        if self._judged is not None:
            self._judged.keep()
        with contextlib.suppress(StoreError, OSError):  # nothing waits
            if self.changed and os.path.getsize(self._spool) > _LONG:
                self.usage.settle()
        self._database.close()
        self._local = threading.local()


def _index_again(connection: apsw.Connection, rows: Sequence[int]) -> None:
    for row, memory in memories.by_rows(connection, rows).items():
        lexical.remove(connection, row)
        lexical.put(connection, row, memory)
        sketches.put(connection, row, memory.content)


def _file_holds(name: str, needles: Collection[bytes]) -> bool:
    """Whether a file holds any of these bytes, read in pieces that overlap."""
    if not needles or not os.path.exists(name):
        return False
    overlap = max(map(len, needles))
    with open(name, "rb") as file:
        tail = b""
        while piece := file.read(1 << 20):
            if any(needle in tail + piece for needle in needles):
                return True
            tail = piece[-overlap:]
    return False
