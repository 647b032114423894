"""An index run that is killed, whenever that is, leaves a sound store, and the next one goes on from there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from contextfs import ContextFS

_FILES = 240


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with enough files to be at work for a while, by several processes."""
    root = tmp_path / "tree"
    for number in range(_FILES):
        path = root / f"part{number % 7}" / f"module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        bodies = (
            f"def step_{number}_{k}(queue):\n    '''Take item {k} of {number}.'''\n    return queue[{k}]\n"
            for k in range(4)
        )
        path.write_text("\n\n".join(bodies))
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "all of it"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    return root


def _started(root: Path, data: Path) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(data)}
    return subprocess.Popen(
        [sys.executable, "-m", "contextfs", "index", "--json"],
        cwd=root,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _ended(process: subprocess.Popen[bytes]) -> int:
    process.communicate(timeout=120)
    return process.returncode


def _content(data: Path) -> set[tuple[object, ...]]:
    """Everything that a search could show, by what it says; raises when SQLite finds the store damaged."""
    connection = apsw.Connection(str(data / "contextfs.db"))
    try:
        assert connection.execute("PRAGMA integrity_check").get == "ok"
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'code_lexical'").get is None:
            return set()  # killed while the store was being made
        connection.execute("INSERT INTO code_lexical(code_lexical) VALUES ('integrity-check')")
        orphans = (
            "SELECT count(*) FROM passage WHERE row NOT IN (SELECT rowid FROM code_lexical) OR row NOT IN"
            " (SELECT row FROM vector JOIN provider ON provider.id = vector.provider WHERE collection = 'code')"
        )
        assert connection.execute(orphans).get == 0
        rows = connection.execute(
            "SELECT path, first, last, name, text FROM tree JOIN piece ON piece.source = tree.source"
            " JOIN passage ON passage.row = piece.passage"
        )
        return set(rows.fetchall())
    finally:
        connection.close()


def test_killed_at_random_moments(tree: Path, tmp_path: Path) -> None:
    """What was written is whole each time, and in the end it is what an undisturbed run makes."""
    calm, wild = tmp_path / "calm", tmp_path / "wild"
    began = time.monotonic()
    assert _ended(_started(tree, calm)) == 0
    whole = time.monotonic() - began
    wanted = _content(calm)
    assert len(wanted) >= _FILES
    moments = random.Random(7)
    for _ in range(5):
        process = _started(tree, wild)
        time.sleep(moments.uniform(0.1, whole))
        process.kill()
        process.communicate()
        if (wild / "contextfs.db").exists():
            assert _content(wild) <= wanted
    assert _ended(_started(tree, wild)) == 0
    assert _content(wild) == wanted


def test_interrupted_by_hand(tree: Path, tmp_path: Path) -> None:
    """Ctrl-C ends it with the usual code, without a traceback, and nothing that was done is done again."""
    data = tmp_path / "data"
    process = _started(tree, data)
    while not _some(data) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in {0, 130}
    assert b"Traceback" not in err
    done = len({row[0] for row in _content(data)})
    with ContextFS(data_dir=data, cwd=str(tree)) as ctx:
        assert ctx.index().read == (_FILES - done)
        assert ctx.indexes.status().files == _FILES


def _some(data: Path) -> bool:
    if not (data / "contextfs.db").exists():
        return False
    connection = apsw.Connection(str(data / "contextfs.db"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return bool(connection.execute("SELECT count(*) FROM tree").get)
    except apsw.Error:  # the tables are being made
        return False
    finally:
        connection.close()


def test_two_runs_at_once(tree: Path, tmp_path: Path) -> None:
    """Both end well, and the index is as one run makes it."""
    calm, data = tmp_path / "calm", tmp_path / "data"
    assert _ended(_started(tree, calm)) == 0
    both = [_started(tree, data), _started(tree, data)]
    assert [_ended(one) for one in both] == [0, 0]
    assert _content(data) == _content(calm)


def test_saving_goes_on_meanwhile(tree: Path, tmp_path: Path) -> None:
    """A save beside a run waits for a short transaction, never for the run."""
    data = tmp_path / "data"
    with ContextFS(data_dir=data, cwd=str(tree)) as ctx:
        ctx.save("The first one opens everything")
        process = _started(tree, data)
        waits: list[float] = []
        while process.poll() is None:
            began = time.monotonic()
            ctx.save(f"Memory number {len(waits)} beside the run")
            waits.append(time.monotonic() - began)
            time.sleep(0.05)
        assert _ended(process) == 0
        assert sorted(waits)[len(waits) // 2] < 1.0
        assert max(waits) < 5.0
