"""Durability with real processes: many writers, kills, full and broken disks; each trouble is a clear error."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contextfs import ContextFS
from contextfs.errors import ContextFSError, SchemaTooNew, StoreCorrupt, StoreError, StoreFull, StoreUnusable
from contextfs.settings import Settings
from contextfs.store.store import FILE_NAME

WRITER = """
import sys
from contextfs import ContextFS
from contextfs.settings import Settings
directory, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
settings = Settings(data_dir=directory, environ={})
with ContextFS(settings=settings, namespace="team", cwd=directory) as ctx:
    for n in range(count):
        memory = ctx.save(f"Writer {name} notes fact zq{name}n{n}vx about retries and queues", tags=[f"w{name}"])
        print(memory.id, flush=True)
        if n % 5 == 4:
            ctx.update(memory.id, content=f"Writer {name} corrects fact zq{name}n{n}vx", tags=["corrected"])
            print("updated", memory.id, flush=True)
        if n % 11 == 10:
            ctx.delete(memory.id)
            print("deleted", memory.id, flush=True)
"""
UPDATER = """
import sys
from contextfs import ContextFS
from contextfs.settings import Settings
directory, memory, name, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with ContextFS(settings=Settings(data_dir=directory, environ={}), namespace="team", cwd=directory) as ctx:
    for n in range(count):
        ctx.update(memory, metadata={f"{name}{n}": n})
"""
Check = Callable[..., list[str]]


def opened(directory: Path | str) -> ContextFS:
    """The store in a directory, in the namespace of the writers."""
    return ContextFS(settings=Settings(data_dir=str(directory), environ={}), namespace="team", cwd="/")


def started(script: str, *args: object, **more: Any) -> subprocess.Popen[str]:
    """A Python process that runs a script against a store."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def expect_success(process: subprocess.Popen[str]) -> str:
    """Wait for a process that must end well; returns what it printed."""
    out, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (0, "")
    return out


# ── many processes ──────────────────────────────────────────────────────────────────────────────────────────────────


def expect_nothing_lost(directory: Path, processes: int, saves: int, check: Check) -> None:
    """Have many processes save into one new store at once and look for every single memory."""
    running = [started(WRITER, directory, name, saves) for name in range(processes)]
    acknowledged, deleted = set[str](), set[str]()
    for process in running:
        for line in expect_success(process).splitlines():
            verb, _, name = line.rpartition(" ")
            (deleted if verb == "deleted" else acknowledged).add(name)
    assert len(acknowledged) == processes * saves
    with opened(directory) as ctx:
        present = {memory.id for memory in ctx.list_recent(limit=100_000)}
        assert present == acknowledged - deleted
        for name in random.Random(1).sample(sorted(present), 5):
            word = next(part for part in ctx.recall(name).content.split() if part.startswith("zq"))
            assert [one.memory.id for one in ctx.search(word, min_relevance=0)][:1] == [name]
        assert ctx._engine.store.check() == []
    assert check(directory) == []


def test_many_processes_save_at_once(tmp_path: Path, disagreements: Check) -> None:
    """Eight processes create one store and save into it together: no error, nothing lost, all indexes agree."""
    expect_nothing_lost(tmp_path / "data", 8, 40, disagreements)


@pytest.mark.long
def test_eight_processes_save_five_hundred_memories_each(tmp_path: Path, disagreements: Check) -> None:
    """The same at full size."""
    expect_nothing_lost(tmp_path / "data", 8, 500, disagreements)


def test_two_processes_update_one_memory(tmp_path: Path, disagreements: Check) -> None:
    """Two processes that change the same memory a hundred times each: every change is there, one after the other."""
    with opened(tmp_path) as ctx:
        name = ctx.save("The counter that everybody writes to").id
        for process in [started(UPDATER, tmp_path, name, who, 100) for who in "ab"]:
            expect_success(process)
        memory, revisions = ctx.recall(name), ctx.history(name)
        assert len(memory.metadata) == 200
        assert len(revisions) == 201
        with ctx._engine.store.reading() as view:
            log = view.changes_of(name)
        assert [one.parents for one in log] == [(), *((one.id,) for one in log[:-1])]
    assert disagreements(tmp_path) == []


def test_eight_processes_save_the_same_text(tmp_path: Path) -> None:
    """Who saves what another has just saved is given that one; there are no twins."""
    script = WRITER.replace("Writer {name} notes fact zq{name}n{n}vx", "Everybody notes fact {n}")
    script = script.replace("n % 5 == 4", "False").replace("n % 11 == 10", "False")
    outputs = [expect_success(one) for one in [started(script, tmp_path, who, 10) for who in range(8)]]
    assert len({tuple(out.split()) for out in outputs}) == 1
    with opened(tmp_path) as ctx:
        memories = ctx.list_recent(limit=1000)
        assert len(memories) == 10
        assert {len(memory.tags) for memory in memories} == {8}


# ── kill -9 ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def expect_kills_lose_nothing(directory: Path, trials: int, check: Check) -> None:
    """Kill writers at random moments; what they were told is saved must be there, and every table must agree."""
    chance = random.Random(trials)
    acknowledged, deleted, attempted = set[str](), set[str](), 0
    for trial in range(trials):
        running = [started(WRITER, directory, f"t{trial}p{one}", 100_000) for one in range(2)]
        for process in running:
            assert process.stdout
            acknowledged.add(process.stdout.readline().strip())  # it is up and saving
        time.sleep(chance.uniform(0, 0.4))
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running:
            out, _ = process.communicate(timeout=60)
            for line in out.splitlines(keepends=True):
                if line.endswith("\n"):
                    verb, _, name = line.strip().rpartition(" ")
                    (deleted if verb == "deleted" else acknowledged).add(name)
            attempted += 1
        assert check(directory) == []
    with opened(directory) as ctx:
        present = {memory.id for memory in ctx.list_recent(limit=100_000)}
        lost = acknowledged - deleted - present
        # A deletion may be done and not yet told, but a save that was told cannot be undone by a kill.
        assert all(ctx.history(name)[-1].verb == "delete" for name in lost)
        assert len(lost) <= attempted
        assert len(present) > trials
        assert not deleted & present


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, disagreements: Check) -> None:
    """After `kill -9` at random moments every acknowledged save is there and all indexes agree with the log."""
    expect_kills_lose_nothing(tmp_path / "data", 4, disagreements)


@pytest.mark.long
def test_many_kills_lose_nothing(tmp_path: Path, disagreements: Check) -> None:
    """The same, often enough to meet checkpoints and migrations."""
    expect_kills_lose_nothing(tmp_path / "data", 40, disagreements)


@pytest.mark.long
def test_a_kill_while_the_store_is_created(tmp_path: Path, disagreements: Check) -> None:
    """Killed at any moment of its first start, a process leaves a directory in which the next one works."""
    for trial in range(25):
        directory = tmp_path / str(trial)
        process = started(WRITER, directory, "0", 3)
        time.sleep(0.05 + trial * 0.012)
        process.kill()
        process.communicate(timeout=60)
        expect_success(started(WRITER, directory, "1", 3))
        assert disagreements(directory) == []


# ── full, closed and broken disks ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A data directory with a few memories, closed and folded into one file."""
    with opened(tmp_path / "data") as ctx:
        ctx.save_many([f"Fact number {n}: service s{n} listens on port {8000 + n}" for n in range(40)])
        ctx._engine.store._database.checkpoint()
    return tmp_path / "data"


def expect_clear(directory: Path, kind: type[ContextFSError]) -> ContextFSError:
    """Reading and saving must both fail with this error, which says what to do."""
    with pytest.raises(kind) as reading, opened(directory) as ctx:
        ctx.list_recent()
    with pytest.raises(kind), opened(directory) as ctx:
        ctx.save("A memory that cannot be kept")
    assert reading.value.message
    assert reading.value.hint
    return reading.value


def expect_plain_words(cli: Any, code: int | None = None) -> None:
    """The command line must end with a code and one error without a traceback."""
    for arguments in (["list"], ["save", "A memory that cannot be kept"], ["status"], ["search", "memory"]):
        outcome = cli.run(*arguments)
        assert outcome.code not in {0, -9, 134}
        assert code is None or outcome.code == code
        assert "Error:" in outcome.err
        assert "Traceback" not in outcome.err
        assert outcome.out == ""


FILLER = """
import resource, signal, sys
from contextfs.errors import StoreFull
from contextfs import ContextFS
from contextfs.settings import Settings
directory, limit = sys.argv[1], int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with ContextFS(settings=Settings(data_dir=directory, environ={}), namespace="team", cwd=directory) as ctx:
    ctx.save("The first one fits")
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for n in range(10_000):
        try:
            print(ctx.save(f"zq{n}vx " + f"word{n} " * 300).id, flush=True)
        except Exception as error:
            print(type(error).__name__, "|", error.hint)
            break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE to make writing fail for real")
def test_a_file_that_cannot_grow(tmp_path: Path, disagreements: Check) -> None:
    """When the system refuses to let the files grow, the save fails whole, and all before it are kept."""
    data = tmp_path / "data"
    *names, last = expect_success(started(FILLER, data, 3 << 20)).splitlines()
    assert last.partition(" | ")[0] in {"StoreFull", "StoreUnusable"}
    assert last.partition(" | ")[2]
    assert len(names) > 20
    with opened(data) as ctx:
        present = {memory.id for memory in ctx.list_recent(limit=10_000)}
        assert set(names) <= present
        assert len(present) == len(names) + 1
        ctx.save("And there is room again")
    assert disagreements(data) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes; skips where this machine does not let us mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root and Linux: the full disk was not tested")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(small_disk: Path, disagreements: Check) -> None:
    """On a full disk the save says so and writes nothing; what was saved stays, and reading goes on."""
    data = small_disk / "data"
    names: list[str] = []
    with opened(data) as ctx:
        with pytest.raises(StoreFull) as raised:
            names.extend(ctx.save(f"zq{n}vx " + f"word{n} " * 300).id for n in range(10_000))
        assert str(data) in raised.value.message
        assert "CONTEXTFS_DATA_DIR" in raised.value.hint
        assert {memory.id for memory in ctx.list_recent(limit=10_000)} == set(names)
        assert ctx.search(f"zq{len(names) // 2}vx", min_relevance=0)
        with pytest.raises(StoreFull):
            ctx.save_many([f"more{n} " * 200 for n in range(50)])
        assert len(ctx.list_recent(limit=10_000)) == len(names)
    shutil.copytree(data, small_disk.parent / "copy")
    assert disagreements(small_disk.parent / "copy") == []


def test_a_disk_that_is_full_from_the_start(small_disk: Path) -> None:
    """A store cannot be made on a full disk, and the error says why; with room it is made."""
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(8 << 20))
    expect_clear(small_disk / "data", StoreFull)
    filler.unlink()
    with opened(small_disk / "data") as ctx:
        assert ctx.save("Now there is room").content == "Now there is room"


def test_a_full_disk_is_still_searched(small_disk: Path) -> None:
    """Vectors that are waiting cannot be kept on a full disk; the search answers with what there is."""
    data = small_disk / "data"
    words_only = Settings(data_dir=str(data), environ={"CONTEXTFS_EMBEDDING_PROVIDER": "words"})
    with ContextFS(settings=words_only, namespace="team", cwd="/") as ctx:
        made = ctx.save_many([f"Service s{n} listens on port {8000 + n}" for n in range(20)])
        ctx._engine.store._database.checkpoint()
        ctx.list_recent()
        with pytest.raises(OSError, match="No space"):
            (small_disk / "filler").write_bytes(bytes(8 << 20))
        with opened(data) as other:
            assert [one.memory.id for one in other.search("port 8007")][:1] == [made[7].id]
            with pytest.raises(StoreFull):
                other.save("One more " * 4000)


READ_ONLY = """
import os, sys, tempfile
from contextfs import ContextFS
from contextfs.settings import Settings
acts = (lambda ctx: ctx.list_recent(), lambda ctx: ctx.save("x y z"))
def every_act(directory):
    for act in acts:
        try:
            with ContextFS(settings=Settings(data_dir=directory, environ={}), namespace="team", cwd="/") as ctx:
                act(ctx)
            yield "done"
        except Exception as error:
            yield f"{type(error).__name__} | {error} | {getattr(error, 'hint', '')}"
with tempfile.TemporaryDirectory() as elsewhere:
    assert [*every_act(elsewhere)] == ["done", "done"]  # loads what an ordinary user may not be able to read
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
print(*every_act(sys.argv[1]), sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="directories are closed by mode bits here")
@pytest.mark.parametrize("empty", [True, False])
def test_a_directory_that_may_not_be_written(tmp_path: Path, empty: bool) -> None:
    """Somebody else's directory, with or without a store in it, is named in the error and left as it is."""
    data = tmp_path / "data"
    data.mkdir()
    if not empty:
        with opened(data) as ctx:
            ctx.save("The administrator wrote this")
            ctx._engine.store._database.checkpoint()
        for leftover in ("-wal", "-shm"):
            (data / (FILE_NAME + leftover)).unlink(missing_ok=True)
        (data / FILE_NAME).chmod(0o444)
    before = sorted(path.name for path in data.iterdir())
    opened_up = [tmp_path, *tmp_path.parents]
    modes = {path: path.stat().st_mode for path in opened_up if os.access(path, os.W_OK)}
    try:
        for path in modes:
            if str(path).startswith(os.path.realpath("/tmp") + "/"):
                path.chmod(0o755)
        data.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        told = expect_success(started(READ_ONLY, data)).splitlines()
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
        data.chmod(0o700)
    for line in told[-1:] if told[0] == "done" else told:
        kind, message, hint = line.split(" | ")
        assert kind == "StoreUnusable"
        assert str(data) in message
        assert "CONTEXTFS_DATA_DIR" in hint
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_directory_where_the_file_should_be(cli: Any) -> None:
    """The error says that a directory stands where the store file should."""
    (cli.data / FILE_NAME).mkdir(parents=True)
    assert "is a directory" in expect_clear(cli.data, StoreUnusable).message
    expect_plain_words(cli)
    assert (cli.data / FILE_NAME).is_dir()


def test_a_file_where_the_directory_should_be(cli: Any) -> None:
    """The error says that a file stands where the data directory should, and the file is left alone."""
    cli.data.write_text("notes")
    assert "is a file" in expect_clear(cli.data, StoreUnusable).message
    expect_plain_words(cli)
    assert cli.data.read_text() == "notes"


def test_a_file_of_random_bytes(cli: Any) -> None:
    """A file that is no store is called damaged, and not a byte of it is changed."""
    cli.data.mkdir()
    noise = random.Random(1).randbytes(50_000)
    (cli.data / FILE_NAME).write_bytes(noise)
    assert "backup restore" in expect_clear(cli.data, StoreCorrupt).hint
    expect_plain_words(cli)
    assert (cli.data / FILE_NAME).read_bytes() == noise


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_file(store: Path, kept: float) -> None:
    """A store that was cut short is called damaged; it is neither read as if whole nor written."""
    path = store / FILE_NAME
    half = path.read_bytes()[: int(path.stat().st_size * kept) // 4096 * 4096]
    for leftover in ("-wal", "-shm"):
        (store / (FILE_NAME + leftover)).unlink(missing_ok=True)
    path.write_bytes(half)
    expect_clear(store, StoreCorrupt)
    assert path.read_bytes() == half


def test_flipped_pages(store: Path, tmp_path: Path) -> None:
    """Whatever bytes of the file are spoilt, using the store ends well or with an error of ours, never another."""
    whole = (store / FILE_NAME).read_bytes()
    chance, troubles = random.Random(5), list[StoreError]()
    for trial in range(25):
        spoilt = bytearray(whole)
        for _ in range(chance.choice((1, 3, 40))):
            start = chance.randrange(100, len(whole) - 600)
            length = chance.choice((1, 16, 500))
            spoilt[start : start + length] = chance.randbytes(length)
        directory = tmp_path / str(trial)
        directory.mkdir()
        (directory / FILE_NAME).write_bytes(spoilt)
        try:
            with opened(directory) as ctx:
                ctx.list_recent(limit=100)
                ctx.search("service port 8010", min_relevance=0)
                name = ctx.save("A new fact about the ports").id
                ctx.update(name, content="A newer fact about the ports")
                ctx.log()
                ctx.delete(name)
        except StoreError as error:
            troubles.append(error)
    assert len(troubles) > 3
    assert all(error.hint for error in troubles)


def test_a_newer_schema(store: Path, cli: Any) -> None:
    """A store of a newer contextfs is not touched, and the error says to upgrade."""
    connection = sqlite3.connect(store / FILE_NAME)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = (store / FILE_NAME).read_bytes()
    assert "999" in expect_clear(store, SchemaTooNew).message
    expect_plain_words(cli)
    assert (store / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("version", [0, 1, 7])
def test_somebody_elses_sqlite_file(cli: Any, version: int) -> None:
    """The database of another program is refused whatever schema number it has, and stays as it is."""
    cli.data.mkdir()
    connection = sqlite3.connect(cli.data / FILE_NAME)
    connection.execute("CREATE TABLE bookmarks(url)")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    before = (cli.data / FILE_NAME).read_bytes()
    error = expect_clear(cli.data, StoreCorrupt)
    assert "another program" in error.message
    expect_plain_words(cli)
    assert (cli.data / FILE_NAME).read_bytes() == before


def test_a_damaged_store_is_replaced_by_its_backup(cli: Any) -> None:
    """What the error advises works: the backup is restored, and the damaged file is kept."""
    name = cli.saved("We use PostgreSQL because of JSONB")
    backup = cli.did("backup", "create", "--json").json["path"]
    noise = random.Random(2).randbytes(9000)
    for leftover in ("-wal", "-shm"):
        (cli.data / (FILE_NAME + leftover)).unlink(missing_ok=True)
    (cli.data / FILE_NAME).write_bytes(noise)
    assert "backup restore" in cli.refused(cli.run("list").code, "list")
    cli.did("backup", "restore", backup, "--yes")
    assert cli.did("recall", name, "--json").json["content"] == "We use PostgreSQL because of JSONB"
    kept = [path for path in (cli.data / "backups").iterdir() if path.read_bytes() == noise]
    assert len(kept) == 1
