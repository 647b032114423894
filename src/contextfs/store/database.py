"""The SQLite file: opening it, its transactions, and what its errors mean.

Write-ahead log, `synchronous=FULL` (an acknowledged save survives a power cut), `BEGIN IMMEDIATE`, `secure_delete`
and a jittered busy handler: SQLite's own busy timeout lets a writer starve for seconds among eight.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Generator
from json import JSONDecodeError
from typing import TYPE_CHECKING
from weakref import WeakSet

import apsw

from contextfs.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreUnusable
from contextfs.store.migrate import migrate

if TYPE_CHECKING:
    from types import TracebackType

MEMORY = ":memory:"
WAL_LIMIT = 1 << 20
"""Bytes of write-ahead log above which the last one out truncates it."""
_BUSY_SECONDS = 30.0
_OURS = frozenset(
    (
        "backups",
        "cache",
        "config.toml",
        "logs",
        "models",
        "namespaces",
        "late-prompts",
        "paused.json",
        "usage.spool",
    )
)
"""What may stand in the data directory before the store does."""


class _Seat:
    """One thread's connection; it is closed by whoever is last: its thread after its work, or close()."""

    __slots__ = ("__weakref__", "busy", "connection", "process", "retired")

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.process = os.getpid()
        self.busy = 1
        self.retired = False


class Database:
    """One store file; each thread has a connection of its own."""

    def __init__(self, path: str, *, patience: float | None = None) -> None:
        self.path = path
        self._patience = _BUSY_SECONDS if patience is None else patience
        self._upgrade = patience is None
        self._local = threading.local()
        self._seats: WeakSet[_Seat] = WeakSet()  # a thread that ends takes its connection along
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def using(self) -> Generator[apsw.Connection]:
        """This thread's connection, which close() leaves open while it is in use; opens or creates the file."""
        seat = self._take_seat()
        try:
            with translated(self.path):
                yield seat.connection
        finally:
            with self._lock:
                seat.busy -= 1
                last = seat.retired and not seat.busy
            if last:
                _close(seat.connection, self.path)

    def _take_seat(self) -> _Seat:
        seat: _Seat | None = getattr(self._local, "seat", None)
        if seat is not None and seat.process != os.getpid():
            _INHERITED.append(seat)  # after a fork the parent's connection must neither be used nor closed
            seat = None
        with self._lock:
            if seat is not None and (seat.busy or not seat.retired):
                seat.busy += 1
                return seat
        seat = self._local.seat = _Seat(self._open())
        with self._lock:
            self._seats.add(seat)
        return seat

    def _open(self) -> apsw.Connection:
        with translated(self.path):
            _prepare_file(self.path)
            connection = apsw.Connection(self.path)
            connection.set_busy_handler(_Patience(self._patience))
            try:
                _configure(connection)
                migrate(connection, self.path, upgrade=self._upgrade)
            except BaseException:
                connection.close()
                raise
        return connection

    @contextlib.contextmanager
    def reading(self) -> Generator[apsw.Connection]:
        """One consistent view of the store for several statements."""
        with self.using() as connection:
            if connection.in_transaction:
                yield connection
                return
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:  # a failing disk ends it before us
                    connection.execute("COMMIT")

    @contextlib.contextmanager
    def writing(self) -> Generator[apsw.Connection]:
        """One transaction that is committed whole and durably, or not at all; inside another one it is part of that."""
        with self.using() as connection:
            if getattr(self._local, "writing", False):
                yield connection
                return
            try:
                self._local.writing = True
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._local.writing = False

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, as far as readers allow."""
        with self.using() as connection:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def close(self) -> None:
        """Close every connection, those in use when their work is done; a long write-ahead log is folded in first."""
        with self._lock:
            seats = [seat for seat in self._seats if seat.process == os.getpid()]
            self._seats.clear()
            for seat in seats:
                seat.retired = True
            idle = [seat.connection for seat in seats if not seat.busy]
        for connection in idle:
            _close(connection, self.path)
        if not idle:  # the threads that wrote have ended, and their connections with them
            _fold_alone(self.path)


_INHERITED: list[_Seat] = []


def _configure(connection: apsw.Connection) -> None:
    """Per-connection settings; none of them writes to the file."""
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    # Read to its end: a statement after one that answers only runs then. A search of a large store touches more pages
    # than the usual 2 MB hold; memory is taken as they are read, so small stores and short commands take little.
    connection.execute(
        "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA cache_size=-16384"
    ).fetchall()


def _prepare_file(path: str) -> None:
    """Make the directory and the file, both closed to others, before SQLite would make them open."""
    if path == MEMORY or os.path.exists(path):
        return
    directory = os.path.dirname(path)
    os.makedirs(directory, mode=0o700, exist_ok=True)
    if _OURS.issuperset(os.listdir(directory)):  # a directory that holds anything else keeps its mode
        os.chmod(directory, 0o700)
    with contextlib.suppress(FileExistsError):  # another process was faster
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _close(connection: apsw.Connection, path: str) -> None:
    with contextlib.suppress(apsw.Error, OSError):
        if os.path.getsize(path + "-wal") > WAL_LIMIT:
            connection.set_busy_timeout(100)  # whoever is busy now will fold it when they leave
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    with contextlib.suppress(apsw.Error):
        connection.close()


def _fold_alone(path: str) -> None:
    with contextlib.suppress(apsw.Error, OSError):
        if os.path.getsize(path + "-wal") > WAL_LIMIT:
            connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE)
            _configure(connection)
            _close(connection, path)


def engine_version() -> str:
    """The version of SQLite that holds the store."""
    return apsw.sqlite_lib_version()


class _Patience:
    """The busy handler: short random pauses, so that no writer is always the last to look."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since = 0.0

    def __call__(self, attempt: int) -> bool:
        """Wait a little; False gives up."""
        now = time.monotonic()
        if attempt == 0:
            self._since = now
        if now - self._since > self._seconds:
            return False
        jitter = (time.perf_counter_ns() ^ threading.get_ident()) % 1800
        time.sleep((200 + jitter) / 1_000_000)
        return True


class translated:  # noqa: N801 - read as a statement: with translated(path)
    """Turn the errors of SQLite and of the file system into ours; the one place that does."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing is to be done as long as there is no error; written out, for it stands around every statement."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise what the error means here."""
        if error is not None and (ours := _meaning(error, self._path)):
            raise ours from error


def _meaning(error: BaseException, path: str) -> StoreError | None:
    """The error of ours that one of SQLite or of the file system is; None for any other."""
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return StoreBusy(f"Another process has been writing to {path} for {_BUSY_SECONDS:.0f} seconds.")
    if isinstance(error, apsw.FullError) or (isinstance(error, OSError) and error.errno == 28):  # ENOSPC
        return StoreFull(f"No room left on the disk of {path}; nothing was written.")
    if isinstance(error, apsw.NotADBError | apsw.CorruptError | UnicodeDecodeError | JSONDecodeError):
        return StoreCorrupt(f"{path} is damaged or not a contextfs store: {error}.")
    if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError):
        return StoreUnusable(_why_unusable(path, str(error)))
    if isinstance(error, apsw.IOError):
        return StoreUnusable(f"The disk of {path} failed: {error}; nothing was written.")
    if isinstance(error, apsw.Error):
        return StoreError(f"SQLite refused: {error}.")
    if isinstance(error, OSError):
        return StoreUnusable(_why_unusable(path, error.strerror or str(error)))
    return None


def _why_unusable(path: str, reason: str) -> str:
    directory = os.path.dirname(path)
    if os.path.isdir(path):
        return f"{path} is a directory; the store file should stand there."
    if os.path.exists(directory) and not os.path.isdir(directory):
        return f"{directory} is a file; the data directory should stand there."
    if os.path.isdir(directory) and not os.access(directory, os.W_OK):
        return f"The data directory {directory} cannot be written to."
    return f"Cannot open {path}: {reason}."
