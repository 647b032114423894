"""A repository grows: its memories are found before and after its first commit and its remotes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.errors import StoreCorrupt


def git(repo: Path, *arguments: str) -> None:
    """Run git in a repository, with a name to commit under."""
    named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *named, *arguments], cwd=repo, check=True, capture_output=True)


def made(path: Path) -> Path:
    """A new repository."""
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    return path


def opened(repo: Path, data: Path) -> ContextFS:
    """What a command in the repository works with."""
    return ContextFS(data_dir=str(data), cwd=str(repo))


def found(repo: Path, data: Path) -> list[str]:
    """The first words of what a search for the queue finds."""
    with opened(repo, data) as ctx:
        return [result.memory.content.split()[0] for result in ctx.search("message queue for the orders")]


def test_memories_follow_a_repository_through_its_names(tmp_path: Path) -> None:
    """What was saved before the first commit, before the remote and under another remote is found at every stage."""
    repo, data = made(tmp_path / "shop"), tmp_path / "data"
    with opened(repo, data) as ctx:
        ctx.save("First: orders go through a message queue because bursts killed the database")
    git(repo, "commit", "-q", "--allow-empty", "-m", "begin")
    assert found(repo, data) == ["First:"]
    with opened(repo, data) as ctx:
        ctx.save("Second: the message queue for orders is SQS since nobody wants to run a broker")
    git(repo, "remote", "add", "origin", "git@example.com:acme/shop.git")
    assert sorted(found(repo, data)) == ["First:", "Second:"]
    git(repo, "remote", "set-url", "origin", "https://code.example.org/acme/shop")
    assert sorted(found(repo, data)) == ["First:", "Second:"]
    with opened(repo, data) as ctx:
        assert any("is searched too" in note for note in ctx.status().notes)


def test_another_repository_in_the_same_place_starts_empty(tmp_path: Path) -> None:
    """A repository that is made where another one was does not see the memories of the old one."""
    repo, data = made(tmp_path / "shop"), tmp_path / "data"
    with opened(repo, data) as ctx:
        ctx.save("Old: orders go through a message queue because bursts killed the database")
        git(repo, "commit", "-q", "--allow-empty", "-m", "begin")
    assert found(repo, data) == ["Old:"]
    shutil.rmtree(repo)
    made(repo)
    git(repo, "commit", "-q", "--allow-empty", "-m", "another beginning")
    assert found(repo, data) == []


@pytest.mark.parametrize("summary", ["Snarkle summary", "type of content", "INTEGER NOT NULL"])
def test_erasing_words_that_the_schema_has_too_is_no_alarm(tmp_path: Path, summary: str) -> None:
    """A receipt does not mistake the store's own words for what was erased."""
    with ContextFS(data_dir=str(tmp_path), namespace="n") as ctx:
        memory = ctx.save("Some other text about things", summary=summary)
        assert ctx.erase(memory.id).found == []


def test_a_damaged_store_makes_no_backup(tmp_path: Path) -> None:
    """A copy of a damaged store is refused and not left behind."""
    data = tmp_path / "data"
    with ContextFS(data_dir=str(data), namespace="n") as ctx:
        ctx.save_many(f"Memory {number} about the pool, because it was full" for number in range(200))
        ctx.backups.create(str(tmp_path / "good.db"))
    store = data / "contextfs.db"
    (tmp_path / "good.db").replace(store)
    for suffix in ("-wal", "-shm"):
        (data / f"contextfs.db{suffix}").unlink(missing_ok=True)
    damaged = bytearray(store.read_bytes())
    middle = len(damaged) // 2 // 4096 * 4096
    damaged[middle : middle + 8192] = b"\x5a" * 8192
    store.write_bytes(damaged)
    with ContextFS(data_dir=str(data), namespace="n") as ctx, pytest.raises(StoreCorrupt):
        ctx.backups.create(str(tmp_path / "bad.db"))
    assert not list(tmp_path.glob("bad.db*"))
