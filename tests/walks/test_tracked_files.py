"""Which files a session touched, whoever says so, and what follows from it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.errors import InvalidInput
from contextfs.pact import PactMemory
from contextfs.settings import Settings


def git(where: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false")
    subprocess.run(["git", *identity, *arguments], cwd=where, check=True, capture_output=True)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "work"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    for name in ("old.py", "app.py", "left.py"):
        (root / name).write_text("1\n", encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "start", "--date=2020-01-01T00:00:00Z")
    (root / "left.py").write_text("dirty before the session\n", encoding="utf-8")
    os.utime(root / "left.py", (1_600_000_000, 1_600_000_000))
    return root


@pytest.fixture
def ctx(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ContextFS]:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
    git(work, "commit", "--quiet", "--amend", "--no-edit", "--date=2020-01-01T00:00:00Z")
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    with ContextFS(settings=Settings(data_dir=str(tmp_path / "data"), environ={}), cwd=str(work)) as found:
        yield found


def test_without_a_session_it_is_what_differs_from_the_last_commit(ctx: ContextFS, work: Path) -> None:
    """Nothing was noted and nothing began, so git's word is all there is."""
    (work / "app.py").write_text("2\n", encoding="utf-8")
    assert ctx.sessions.files() == ["app.py", "left.py"]


def test_a_session_touches_what_is_noted_what_tools_say_and_what_git_says(ctx: ContextFS, work: Path) -> None:
    """By hand, by the message of a tool, by a change on disk and by a commit; what was dirty before is left out."""
    ctx.start_session(label="touching")
    assert ctx.sessions.touch(["./app.py", str(work / "old.py")]) == ["app.py", "old.py"]
    ctx.add_message("tool", "edited", metadata={"name": "Edit", "files": [str(work / "tool.py")]})
    (work / "new.py").write_text("n\n", encoding="utf-8")
    (work / "done.py").write_text("d\n", encoding="utf-8")
    git(work, "add", "done.py")
    git(work, "commit", "--quiet", "-m", "done")
    found = ctx.sessions.files()
    assert sorted(found) == ["app.py", "done.py", "new.py", "old.py", "tool.py"]
    assert PactMemory(front=ctx).get_tracked_files() == found
    ctx.end_session()
    (work / "later.py").write_text("l\n", encoding="utf-8")
    assert sorted(ctx.sessions.files("touching")) == ["app.py", "done.py", "old.py", "tool.py"]


def test_a_record_takes_them_along(ctx: ContextFS) -> None:
    """`include_tracked` attaches the files of the current session."""
    ctx.start_session()
    ctx.sessions.touch(["src/app.py"])
    memory = PactMemory(front=ctx)
    saved = memory.get(
        memory.save({"context": "Rate limiting moved into the gateway, since every service had its own."})
    )
    assert saved is not None and "src/app.py" in saved.files


def test_why_shows_the_session_that_touched_a_file(ctx: ContextFS) -> None:
    """A file is explained by what was saved in the session that touched it, and the session is named."""
    session = ctx.start_session(label="hardening")
    ctx.sessions.touch(["app.py"])
    kept = ctx.save("Every handler has a deadline of two seconds.", type="decision")
    ctx.end_session()
    found = ctx.why("app.py")
    assert [one.memory.id for one in found.memories][:1] == [kept.id]
    assert "saved in session hardening, which touched app.py" in found.memories[0].because
    assert [one.id for one in found.sessions] == [session.id]


def test_a_deleted_session_touched_nothing_until_it_comes_back(ctx: ContextFS) -> None:
    """Deleting takes it out of every answer, undo brings it back, erasing forgets it."""
    session = ctx.start_session(label="gone")
    ctx.sessions.touch(["app.py"])
    ctx.end_session()
    ctx.delete_session(session.id)
    assert not ctx.why("app.py").sessions
    ctx.undo()
    assert [one.id for one in ctx.why("app.py").sessions] == [session.id]
    ctx.erase(session.id)
    assert not ctx.why("app.py").sessions


def test_nothing_to_note_is_refused(ctx: ContextFS) -> None:
    """An empty list of paths is an error that shows how to do it."""
    with pytest.raises(InvalidInput, match="No path was given"):
        ctx.sessions.touch(["  "])


def test_the_commands_agree_with_each_other(ctx: ContextFS, work: Path, tmp_path: Path) -> None:
    """`session touch` takes arguments and standard input, `session files` lists what was noted."""
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(tmp_path / "data")}

    def run(*arguments: str, given: str = "") -> str:
        command = [sys.executable, "-m", "contextfs", "session", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, check=True, env=environ, cwd=work
        )
        return done.stdout

    run("start", "--label", "by hand")
    assert "Noted 1 file: app.py" in run("touch", "app.py")
    run("touch", "-", given="old.py\nsrc/none.py\n")
    assert set(run("files").split()) >= {"app.py", "old.py", "src/none.py"}
    assert "Forgot 1 file: old.py" in run("touch", "--forget", "old.py")
    assert "old.py" not in run("files").split()


def test_a_touch_that_was_wrong_is_taken_back(ctx: ContextFS, work: Path) -> None:
    """However the file was noted it is forgotten for this session alone; what was never noted is refused."""
    with pytest.raises(InvalidInput, match="None of these files was noted"):
        ctx.sessions.forget_files(["app.py"])
    assert list(ctx.list_sessions()) == []  # and none was begun for it
    first = ctx.start_session(label="first")
    ctx.sessions.touch(["app.py", "old.py"])
    ctx.end_session()
    ctx.start_session(label="second")
    ctx.add_message("tool", "edited", metadata={"name": "Edit", "files": [str(work / "app.py")]})
    assert ctx.sessions.forget_files(["app.py:1"]) == ["app.py"]
    assert "app.py" not in ctx.sessions.files()
    assert set(ctx.sessions.files(first.id)) >= {"app.py", "old.py"}
    with pytest.raises(InvalidInput, match=r"None of these files was noted: app\.py"):
        ctx.sessions.forget_files(["app.py"])
    assert ctx.sessions.forget_files(["old.py"], "first") == ["old.py"]
    assert [session.label for session in ctx.why("old.py").sessions] == []


def test_lines_of_a_touched_file_are_left_out(ctx: ContextFS) -> None:
    """What an editor or a compiler writes behind the name is no part of it."""
    ctx.start_session()
    assert ctx.sessions.touch(["app.py:12", "old.py#L3-L9", "gone.py:4:1"]) == ["app.py", "old.py", "gone.py"]
