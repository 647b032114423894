"""Another program's SQLite file, read without a trace: nothing in its folder is written, locked or made."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import apsw

from contextfs.errors import UnreadableSource

MAGIC = b"SQLite format 3\0"
_ATTEMPTS = 5
_COMPANIONS = ("-wal", "-journal")


class Database:
    """One open source: its tables, and their rows as mappings from column to value."""

    def __init__(self, connection: apsw.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def columns(self, table: str) -> frozenset[str]:
        """The columns of a table; none when there is no such table."""
        with _told(self._name):
            rows = self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
            return frozenset(str(row[0]) for row in rows)

    def rows(self, table: str, order: str) -> Iterator[dict[str, Any]]:
        """The rows of a table, every column under its name; none when there is no such table."""
        if not self.columns(table):
            return
        with _told(self._name):
            known = order if order in self.columns(table) else "rowid"
            cursor = self._connection.execute(f'SELECT * FROM "{table}" ORDER BY "{known}"')
            names: list[str] = []
            for row in cursor:
                names = names or [str(one[0]) for one in cursor.get_description()]
                yield dict(zip(names, row, strict=True))


@contextmanager
def opened(path: str, name: str) -> Generator[Database]:
    """The database of a file; raises UnreadableSource when it is none, or is damaged."""
    with _told(name), tempfile.TemporaryDirectory(prefix="contextfs-") as scratch:
        connection = _connected(path, scratch, name)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").get  # noqa: B018 - reading is the test
            yield Database(connection, name)
        finally:
            connection.close()


def holds(path: str, tables: Mapping[str, frozenset[str]]) -> bool:
    """Whether the file is a database that has these tables with at least these columns."""
    try:
        with opened(path, path) as database:
            return all(columns <= database.columns(table) for table, columns in tables.items())
    except UnreadableSource:
        return False


@contextmanager
def _told(name: str) -> Generator[None]:
    try:
        yield
    except (apsw.Error, OSError) as error:
        raise UnreadableSource(
            f"{name} cannot be read as an SQLite database: {error}.",
            hint="Close the program that uses it and try again, or give a copy.",
        ) from None


def _connected(path: str, scratch: str, name: str) -> apsw.Connection:
    """A connection that leaves the source alone: to the file when nothing is pending beside it, else to a copy."""
    if any(_size(path + end) for end in _COMPANIONS):
        path = _copied(path, scratch, name)
        return apsw.Connection(path)
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return apsw.Connection(
        f"file:{quoted}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )


def _copied(path: str, scratch: str, name: str) -> str:
    """A copy of the file with what is pending beside it, taken while nobody wrote."""
    target = os.path.join(scratch, "copy.db")
    for _ in range(_ATTEMPTS):
        before = _state(path)
        for end in ("", *_COMPANIONS):
            if os.path.exists(path + end):
                shutil.copyfile(path + end, target + end)
        if _state(path) == before:
            return target
    raise UnreadableSource(
        f"{name} is being written to.", hint="Close the program that uses it, or give a copy."
    )


def _state(path: str) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for end in ("", *_COMPANIONS):
        try:
            status = os.stat(path + end)
        except OSError:
            found.append(None)
        else:
            found.append((status.st_size, status.st_mtime_ns))
    return found


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
