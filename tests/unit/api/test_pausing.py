"""Pauses: where they hold, how long, and what is read when nobody can tell."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.api import pausing
from contextfs.errors import InvalidInput, StoreUnusable


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data directory that is not there yet."""
    return str(tmp_path / "data")


def test_a_pause_holds_everywhere_until_it_is_ended(data: str, tmp_path: Path) -> None:
    """Without a repository and a time it holds in every directory, and a resume ends it."""
    made = pausing.pause(data, str(tmp_path), repo=False, lasting=None)
    assert made == ("", None)
    assert pausing.paused(data, "/")
    assert pausing.resume(data, "/", repo=False) == [made]
    assert not pausing.paused(data, "/")
    assert list(Path(data).iterdir()) == []


def test_a_pause_of_a_repository_holds_in_its_worktrees(data: str, tmp_path: Path) -> None:
    """All directories of all its worktrees are paused, and nothing else."""
    repository, beside = tmp_path / "repo", tmp_path / "beside"
    subprocess.run(["git", "init", "-q", repository], check=True)
    as_somebody = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*as_somebody, "commit", "-qm", "x", "--allow-empty"], check=True)
    subprocess.run(
        ["git", "-C", repository, "worktree", "add", "-q", beside], check=True, capture_output=True
    )
    (repository / "src").mkdir()
    pausing.pause(data, str(repository / "src"), repo=True, lasting="1h")
    assert [pausing.paused(data, str(one)) for one in (repository, beside, tmp_path)] == [True, True, False]
    assert pausing.resume(data, str(tmp_path), repo=False) == []
    assert len(pausing.resume(data, str(beside), repo=False)) == 1
    assert not pausing.paused(data, str(repository))


def test_a_pause_is_over_by_itself(data: str) -> None:
    """After its time it does not hold any more, and is not listed."""
    pausing.pause(data, "/", repo=False, lasting=0.05)
    assert pausing.paused(data, "/")
    time.sleep(0.1)
    assert not pausing.paused(data, "/")
    assert pausing.pauses(data, "/") == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("45m", 2700), ("2h", 7200), ("1.5d", 129_600), ("1W", 604_800), (60, 60)],
)
def test_times_are_read_as_people_write_them(text: str | float, seconds: float) -> None:
    """Seconds, minutes, hours, days and weeks."""
    assert pausing.seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["soon", "-2h", "0", "h", "nan", "inf", "99999d", "2 hours"])
def test_other_times_are_refused(text: str) -> None:
    """The message names the text, and the hint shows how it is written."""
    with pytest.raises(InvalidInput, match=text):
        pausing.seconds_of(text)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_file_that_nobody_can_read_pauses_everything(data: str, content: bytes) -> None:
    """Somebody has paused something: rather too much than what they did not want."""
    Path(data).mkdir()
    (Path(data) / "paused.json").write_bytes(content)
    assert pausing.paused(data, "/")
    pausing.resume(data, "/", repo=False)
    assert not pausing.paused(data, "/")


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """A pause that could not be kept does not look like one."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreUnusable, match=r"paused\.json"):
        pausing.pause(str(tmp_path / "data"), "/", repo=False, lasting=None)


def test_the_status_shows_a_pause(data: str, tmp_path: Path) -> None:
    """Who wonders why nothing comes is told."""
    with ContextFS(data_dir=data, cwd=str(tmp_path)) as ctx:
        assert ctx.pauses() == []
        ctx.pause("2h")
        assert any("paused everywhere" in note for note in ctx.status().notes)
        assert len(ctx.resume()) == 1
        assert not any("paused" in note for note in ctx.status().notes)
