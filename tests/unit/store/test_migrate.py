"""Schemas: made from scratch, brought up to date one file at a time, and never guessed."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from contextfs.domain.memory import Memory
from contextfs.domain.search import Filters, Scope
from contextfs.errors import SchemaTooNew, StoreCorrupt, StoreUnusable
from contextfs.store import migrate
from contextfs.store.store import FILE_NAME, Store

Put = Callable[..., Memory]


def schema(path: str) -> list[tuple[object, ...]]:
    """Every table and index as SQLite describes it."""
    connection = apsw.Connection(path)
    try:
        return sorted(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"), key=repr)
    finally:
        connection.close()


def pragma(path: str, name: str) -> object:
    """One number of the file header."""
    connection = apsw.Connection(path)
    try:
        return connection.execute(f"PRAGMA {name}").get
    finally:
        connection.close()


def next_schema(monkeypatch: pytest.MonkeyPatch, directory: Path, *scripts: str) -> None:
    """Pretend that this version brings further migrations."""
    first = migrate._files()
    added = []
    for number, script in enumerate(scripts, len(first) + 1):
        path = directory / f"{number:04d}_more.sql"
        path.write_text(script)
        added.append((number, str(path)))
    monkeypatch.setattr(migrate, "_files", lambda: [*first, *added])
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", len(first) + len(added))


def contents(store: Store) -> list[str]:
    """The texts of a store."""
    with store.reading() as view:
        return sorted(memory.content for memory in view.select(Filters(), Scope(None), 100))


def test_the_version_is_that_of_the_last_migration() -> None:
    """The numbers of the files run from one to the schema version without a gap."""
    assert [number for number, _ in migrate._files()] == list(range(1, migrate.SCHEMA_VERSION + 1))


def test_a_new_store_is_marked_as_ours(store: Store) -> None:
    """A new file has our mark, the schema's number, a write-ahead log, and is closed to others."""
    with store.reading() as view:
        assert view.total() == 0
    assert pragma(store.path, "application_id") == migrate.APPLICATION_ID
    assert pragma(store.path, "user_version") == migrate.SCHEMA_VERSION
    assert pragma(store.path, "journal_mode") == "wal"
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(store.path)).st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="directories have no mode bits there")
def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """Whoever points us at a shared directory does not find it closed to everybody else; the file itself is closed."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "theirs.txt").touch()
    shared.chmod(0o755)
    assert contents(Store(str(shared))) == []
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    assert stat.S_IMODE((shared / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="directories have no mode bits there")
def test_a_directory_of_ours_is_closed(tmp_path: Path) -> None:
    """Where a setting or a model was written first, the directory is closed when the store comes to it."""
    ours = tmp_path / "ours"
    (ours / "models").mkdir(parents=True)
    ours.chmod(0o755)
    assert contents(Store(str(ours))) == []
    assert stat.S_IMODE(ours.stat().st_mode) == 0o700


def test_from_scratch_and_step_by_step_are_the_same(
    store: Store, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that was upgraded has the schema of a new one and its old memories; a copy was made before."""
    put("kept through the migration")
    store.close()
    before = migrate.SCHEMA_VERSION
    next_schema(
        monkeypatch,
        tmp_path,
        "ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE later(id INTEGER PRIMARY KEY) STRICT",
    )
    upgraded, fresh = Store(os.path.dirname(store.path)), Store(str(tmp_path / "fresh"))
    assert contents(upgraded) == ["kept through the migration"]
    assert contents(fresh) == []
    upgraded.close()
    fresh.close()
    assert schema(upgraded.path) == schema(fresh.path)
    assert pragma(upgraded.path, "user_version") == before + 2
    (copy,) = Path(upgraded.path).parent.joinpath("backups").iterdir()
    assert copy.name.endswith(f"schema-{before}.db")
    assert pragma(str(copy), "user_version") == before
    assert b"kept through the migration" in copy.read_bytes()


def test_a_migration_that_fails_changes_nothing(
    store: Store, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a migration is none: the store is as it was, and this version's memories are all there."""
    put("still here")
    store.close()
    before = schema(store.path)
    with monkeypatch.context() as patched:
        next_schema(patched, tmp_path, "CREATE TABLE half(id); SELECT nonsense FROM nowhere")
        broken = Store(os.path.dirname(store.path))
        with pytest.raises(Exception, match=r"nonsense|nowhere"):
            contents(broken)
    assert schema(store.path) == before
    assert contents(store) == ["still here"]


def test_a_newer_schema_is_refused(store: Store, put: Put) -> None:
    """A store of a newer version is neither read nor written nor copied."""
    put("from the future")
    store.close()
    connection = apsw.Connection(store.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SchemaTooNew, match="99"):
        contents(store)
    assert not Path(store.path).parent.joinpath("backups").exists()


@pytest.mark.parametrize("version", [0, migrate.SCHEMA_VERSION, 99])
def test_another_programs_database_is_refused(tmp_path: Path, version: int) -> None:
    """A file with tables but without our mark is somebody else's, whatever schema number it has."""
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE theirs(x)")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        contents(Store(str(tmp_path)))
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A process that was killed right after making the file leaves an empty one; the next one goes on from there."""
    (tmp_path / FILE_NAME).touch()
    store = Store(str(tmp_path))
    assert contents(store) == []
    assert store.check() == []


def test_backup_and_restore(store: Store, put: Put, tmp_path: Path) -> None:
    """A backup holds the moment it was made; restoring it keeps a copy of what was there before."""
    put("first")
    backup = store.backup(str(tmp_path / "copy.db"))
    put("second")
    other = Store(os.path.dirname(store.path))
    assert contents(other) == ["first", "second"]
    saved = store.restore(backup)
    assert contents(store) == contents(other) == ["first"]
    store.restore(saved)
    assert contents(store) == contents(other) == ["first", "second"]
    assert store.check() == []
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(backup).st_mode) == 0o600


def test_a_backup_that_is_none_is_refused(store: Store, put: Put, tmp_path: Path) -> None:
    """Restoring noise, another program's file, a cut copy or a newer store changes nothing and says why."""
    put("kept")
    good = store.backup(str(tmp_path / "good.db"))
    noise, foreign, cut, newer = (tmp_path / name for name in ("noise", "foreign", "cut", "newer"))
    noise.write_bytes(b"not a database at all" * 500)
    sqlite3.connect(foreign).execute("CREATE TABLE theirs(x)").connection.close()
    cut.write_bytes(Path(good).read_bytes()[: 8 * 4096])
    newer.write_bytes(Path(good).read_bytes())
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for path, kind in (
        (noise, StoreCorrupt),
        (foreign, StoreCorrupt),
        (cut, StoreCorrupt),
        (newer, SchemaTooNew),
    ):
        with pytest.raises(kind):
            store.restore(str(path))
    with pytest.raises(StoreUnusable):
        store.backup(str(tmp_path / "missing" / "copy.db"))
    assert contents(store) == ["kept"]


def test_a_damaged_store_is_set_aside_for_its_backup(store: Store, put: Put, tmp_path: Path) -> None:
    """A store that cannot even be opened is replaced by the backup, and its file is kept beside."""
    put("kept")
    backup = store.backup(str(tmp_path / "good.db"))
    store.close()
    for suffix in ("-wal", "-shm"):
        Path(store.path + suffix).unlink(missing_ok=True)
    Path(store.path).write_bytes(b"noise" * 2000)
    with pytest.raises(StoreCorrupt):
        contents(store)
    aside = store.restore(backup)
    assert contents(store) == ["kept"]
    assert Path(aside).read_bytes() == b"noise" * 2000


def test_a_failed_copy_leaves_nothing_behind(store: Store, put: Put, tmp_path: Path) -> None:
    """When a copy cannot be finished its unfinished file goes again."""
    put("kept")
    target = tmp_path / "copies"
    target.mkdir()
    (target / "x.db").mkdir()
    with pytest.raises(StoreUnusable):
        store.backup(str(target / "x.db"))
    assert [path.name for path in target.iterdir()] == ["x.db"]
