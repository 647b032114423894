"""Store: one data directory's memories, with one way to read them and one way to write them."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Sequence

import apsw

from contextfs.domain.clock import new_id
from contextfs.domain.memory import Captured, Embedded, Memory
from contextfs.store import lexical, memories, migrate, vectors
from contextfs.store.database import MEMORY, Database, translated
from contextfs.store.sql import fetch, run, value
from contextfs.store.vectors import BlockCache
from contextfs.store.view import View

FILE_NAME = "contextfs.db"
_BATCH = 20
"""Memories that a long rebuild writes in one transaction, so that a save in between waits for milliseconds only."""

Progress = Callable[[int, int], None]


class Store:
    """The store of one data directory; safe to use from several threads and several processes."""

    def __init__(self, data_dir: str) -> None:
        self.path = MEMORY if data_dir == MEMORY else os.path.join(data_dir, FILE_NAME)
        self._database = Database(self.path)
        self._local = threading.local()
        self._device = ""

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

    def apply(self, captured: Sequence[Captured], *, foreign: bool = False) -> None:
        """Write one action, whole and durably; raises StoreMoved when a memory was changed meanwhile."""
        with self._database.writing() as connection:
            for one in captured:
                memories.apply(connection, one, foreign=foreign)

    @property
    def device(self) -> str:
        """The random name of this store, which tells its changes from those of other devices."""
        if not self._device:
            connection = self._database.connection
            with translated(self.path):
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

    def add_vectors(self, embedded: Sequence[tuple[int, Memory, Embedded]]) -> int:
        """Keep vectors made after the save; a memory that changed meanwhile is left for the next time."""
        added = 0
        with self._database.writing() as connection:
            for row, memory, vectors_of_it in embedded:
                if memories.by_row(connection, row) == memory:
                    memories.add_vectors(connection, row, Captured((), memory, (), vectors_of_it))
                    added += 1
        return added

    def drop_vectors(self, identity: str) -> None:
        """Forget all vectors of one provider."""
        with self._database.writing() as connection:
            vectors.drop_provider(connection, identity)

    def reindex_words(self, progress: Progress | None = None) -> int:
        """Build the lexical index again from the memories; searches see it grow."""
        with self._database.writing() as connection:
            lexical.clear(connection)
            rows = [row for row, _ in memories.each(connection)]
        for start in range(0, len(rows), _BATCH):
            with self._database.writing() as connection:
                for row, memory in memories.by_rows(connection, rows[start : start + _BATCH]).items():
                    lexical.remove(connection, row)
                    lexical.put(connection, row, memory)
            if progress:
                progress(min(start + _BATCH, len(rows)), len(rows))
        self.refresh_frequent()
        return len(rows)

    def scrub(self) -> None:
        """Make what was deleted unreadable: merge the word index, empty free pages and the write-ahead log."""
        with self._database.writing() as connection:
            lexical.optimize(connection)
        self._database.checkpoint()

    def contains_bytes(self, needle: bytes) -> list[str]:
        """The store's own files in which these bytes stand, for the receipt of an erasure."""
        return [name for name in (self.path, self.path + "-wal") if _file_holds(name, needle)]

    def check(self) -> list[str]:
        """What SQLite's own checks find wrong; empty when the store is sound."""
        with self._database.reading() as connection:
            found = [str(row[0]) for row in fetch(connection, "PRAGMA integrity_check")]
        with self._database.writing() as connection:
            run(connection, "INSERT INTO lexical(lexical) VALUES ('integrity-check')")
        return [line for line in found if line != "ok"]

    def backup(self, target: str) -> None:
        """Copy a consistent state of the store into a new file."""
        with translated(target):
            migrate.copy_store(self._database.connection, target)

    def restore(self, source: str) -> str:
        """Make the store what a backup holds; returns the path of a copy of what was there before."""
        saved = migrate.backup_path(self.path, "before-restore")
        with translated(source):
            migrate.check_store(source)
        with translated(self.path):
            connection = self._database.connection
            migrate.copy_store(connection, saved)
            migrate.overwrite(connection, source)
        self.close()
        return saved

    def size(self) -> int:
        """Bytes on disk, write-ahead log included."""
        names = (self.path, self.path + "-wal")
        return sum(os.path.getsize(name) for name in names if os.path.exists(name))

    def close(self) -> None:
        """Close the store; it opens again when it is used again."""
        self._database.close()
        self._local = threading.local()


def _file_holds(name: str, needle: bytes) -> bool:
    """Whether a file holds these bytes, read in pieces that overlap."""
    if not needle or not os.path.exists(name):
        return False
    with open(name, "rb") as file:
        tail = b""
        while piece := file.read(1 << 20):
            if needle in tail + piece:
                return True
            tail = piece[-len(needle) :]
    return False
