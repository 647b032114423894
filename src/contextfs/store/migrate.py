"""Bring a store file to the schema of this version: numbered SQL files, one transaction each, never edited."""

from __future__ import annotations

import os
import time

import apsw

from contextfs.errors import SchemaTooNew, StoreCorrupt, StoreError
from contextfs.store import sketches

SCHEMA_VERSION = 11
"""The number of the last file in `migrations/`; a test holds them equal."""
APPLICATION_ID = 0x63746673
"""'ctfs' in the file header tells our store from any other SQLite file."""

_PATIENCE_SECONDS = 30.0


def migrate(connection: apsw.Connection, path: str, *, upgrade: bool = True) -> None:
    """Create or upgrade the schema; an existing store is copied first. Raises SchemaTooNew, StoreCorrupt.

    Whoever is in too much of a hurry to upgrade a store gets a StoreError instead.
    """
    version = _version(connection)
    _refuse_foreign(connection, path)
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} has schema {version}; this contextfs knows schemas up to {SCHEMA_VERSION}. Nothing was changed."
        )
    if version and not upgrade:
        raise StoreError(
            f"{path} has schema {version} and waits to be upgraded.", hint="Run: contextfs status"
        )
    if version:
        copy_store(connection, backup_path(path, f"schema-{version}"))
    _switch_to_wal(connection)
    for number, name in _files():
        if number > version:
            _apply(connection, number, name)


def _switch_to_wal(connection: apsw.Connection) -> None:
    """Have a write-ahead log; two processes that create the store at once are each told the file is busy.

    SQLite does not ask the busy handler then, since both hold what the other waits for.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _version(connection: apsw.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").get)


def _refuse_foreign(connection: apsw.Connection, path: str) -> None:
    """Never read somebody else's database as ours, nor write our tables into it."""
    if connection.execute("PRAGMA application_id").get == APPLICATION_ID:
        return
    if _version(connection) or connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise StoreCorrupt(
            f"{path} is an SQLite file of another program; nothing was changed.",
            hint="Choose another data directory with CONTEXTFS_DATA_DIR, or move that file away.",
        )


def _files() -> list[tuple[int, str]]:
    directory = os.path.join(os.path.dirname(__file__), "migrations")
    names = sorted(name for name in os.listdir(directory) if name.endswith(".sql"))
    return [(int(name[:4]), os.path.join(directory, name)) for name in names]


def _apply(connection: apsw.Connection, number: int, name: str) -> None:
    with open(name, encoding="utf-8") as file:
        script = file.read()
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) < number:  # another process may have been faster
            sketches.teach(connection)
            connection.execute(script)
            connection.execute(f"PRAGMA user_version={number}; PRAGMA application_id={APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def backup_path(path: str, reason: str) -> str:
    """A new file name in the backups directory beside the store."""
    directory = os.path.join(os.path.dirname(path), "backups")
    os.makedirs(directory, mode=0o700, exist_ok=True)
    return os.path.join(directory, backup_name(reason))


def backup_name(reason: str) -> str:
    """A file name that no other backup has."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    return f"contextfs-{stamp}-{os.urandom(2).hex()}-{reason}.db"


def copy_store(source: apsw.Connection, target: str) -> None:
    """Copy a consistent state of the store into a new file that only its owner can read."""
    partial = target + ".partial"
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        copy = apsw.Connection(partial)
        try:
            with copy.backup("main", source, "main") as backup:
                backup.step()
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
        os.replace(partial, target)
    except BaseException:
        os.unlink(partial)
        raise


def set_aside(path: str) -> str:
    """Move a store that cannot be opened into the backups directory; returns where its file lies now."""
    target = backup_path(path, "damaged")
    for suffix in ("-shm", "-wal", ""):
        if os.path.exists(path + suffix):
            os.replace(path + suffix, target + suffix)
    return target


def check_store(path: str) -> None:
    """Raise StoreCorrupt unless the file is a sound contextfs store of a schema that we know."""
    connection = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)
    try:
        if connection.execute("PRAGMA application_id").get != APPLICATION_ID:
            raise StoreCorrupt(
                f"{path} is not a contextfs store; nothing was changed.", hint="Give another file."
            )
        if _version(connection) > SCHEMA_VERSION:
            raise SchemaTooNew(f"{path} was written by a newer contextfs; nothing was changed.")
        if connection.execute("PRAGMA quick_check").get != "ok":
            raise StoreCorrupt(f"{path} is damaged; nothing was changed.", hint="Give another backup.")
    finally:
        connection.close()


def overwrite(target: apsw.Connection, path: str) -> None:
    """Make an open store what another file holds, in one transaction that its other readers and writers respect."""
    source = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)
    try:
        with target.backup("main", source, "main") as backup:
            backup.step()
    finally:
        source.close()
    target.execute("PRAGMA journal_mode=WAL")
    migrate(target, path)
