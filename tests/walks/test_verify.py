"""`contextfs verify` as somebody types it: where it cannot look it says so, and it asks before it changes anything."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from tests.walks.lane import CODE, Lane


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A repository with one commit on main."""
    return Lane(tmp_path / "hooks", tmp_path / "data").started()


def environ(lane: Lane) -> dict[str, str]:
    """The environment of somebody who works there."""
    own = {"CONTEXTFS_DATA_DIR": str(lane.data), "CONTEXTFS_EMBEDDING_PROVIDER": "words", "NO_COLOR": "1"}
    return {**os.environ, **own}


def run(lane: Lane, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run in a directory, with nobody to answer it."""
    return subprocess.run(
        [sys.executable, "-m", "contextfs", *arguments],
        cwd=cwd, env=environ(lane), check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def answered(lane: Lane, answers: list[str], *arguments: str) -> str:
    """What a terminal shows while these answers are typed, one for each question."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", *arguments],
        cwd=lane.root, env=environ(lane), stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    shown, typed = b"", 0
    while select.select([main], [], [], 60)[0]:
        try:
            part = os.read(main, 4096)
        except OSError:  # nobody writes to it any more
            break
        if not part:
            break
        shown += part
        while typed < len(answers) and shown.count(b"[y/N]") > typed:
            os.write(main, f"{answers[typed]}\n".encode())
            typed += 1
    process.wait(timeout=60)
    os.close(main)
    assert process.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_each_proposal_is_asked_about(lane: Lane) -> None:
    """Only what somebody says yes to is changed."""
    moved = lane.save("The loop of src/hooks.py:4-8 tries again")
    kept = lane.save("README.md explains the webhooks")
    changed = lane.save("src/hooks.py::send returns a remainder")
    text = "# it\n" + CODE.replace("attempt + 2", "attempt + 3")
    lane.commit("all of it", **{"src/hooks.py": text, "README.md": "# More\n"})
    with lane.ctx as ctx:
        asked = [one.memory.id for one in ctx.fixes(ctx.verify())]
    yes = {moved: "y", kept: "n", changed: "y"}
    shown = answered(lane, [yes[one] for one in asked], "verify", "--fix")
    assert "Cite src/hooks.py:5-9 instead of src/hooks.py:4-8? [y/N]" in shown
    assert "Does it still hold for src/hooks.py::send as it is now? [y/N]" in shown
    assert "Updated 2 memories; `contextfs undo` takes it back." in shown
    with lane.ctx as ctx:
        assert [one.memory.id for one in ctx.verify()] == [kept]
        assert ctx.recall(moved).content == "The loop of src/hooks.py:5-9 tries again"


def test_outside_of_a_repository(lane: Lane, tmp_path: Path) -> None:
    """Where there is no code to compare with, nothing is attested; neither by name."""
    saved = lane.save("README.md explains the webhooks")
    outside = tmp_path / "outside"
    outside.mkdir()
    done = run(lane, outside, "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not in a git repository" in done.stderr
    done = run(lane, outside, "verify", saved)
    assert "not looked at: it was saved in hooks, and here is no repository" in done.stdout
    assert "None of this could be looked at from here." in done.stdout
    assert done.returncode == 1
    other = Lane(tmp_path / "other", lane.data).started()
    done = run(lane, other.root, "verify", saved, "--json")
    told = json.loads(done.stdout)["memories"][0]
    assert (told["unread"], told["cited"]) == ("it was saved in hooks, and this is other", [])
    assert (told["state"], done.returncode) == ("unknown", 1)


def test_what_cites_nothing_is_not_held_against_anybody(lane: Lane, tmp_path: Path) -> None:
    """A memory without citations needs no repository to be looked at."""
    saved = lane.save("Webhooks are sent at night")
    done = run(lane, tmp_path, "verify", saved)
    assert (done.returncode, "Nothing is cited." in done.stdout) == (0, True)
