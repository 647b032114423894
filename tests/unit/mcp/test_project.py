"""Where an assistant works, by what it tells a server that it starts elsewhere."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from contextfs.mcp.project import project_directory


def copilot(home: Path, **more: str) -> dict[str, str]:
    """What Copilot CLI tells the server of a plugin."""
    told = {"COPILOT_AGENT_SESSION_ID": "s-1", "COPILOT_PLUGIN_ROOT": "/plugins/contextfs"}
    return {**told, "COPILOT_HOME": str(home), **more}


def page(home: Path, cwd: str) -> Path:
    """The page that it keeps about the session."""
    path = home / "session-state" / "s-1" / "workspace.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"id: s-1\ncwd: {cwd}\nbranch: main\n", encoding="utf-8")
    return path


def test_a_named_project_is_taken_and_otherwise_our_own_directory() -> None:
    """A variable that names the project wins; without any of them we are where we are."""
    assert project_directory({"CLAUDE_PROJECT_DIR": "/srv/shop"}) == "/srv/shop"
    assert project_directory({}) == ""
    assert project_directory({"COPILOT_AGENT_SESSION_ID": "s-1"}) == ""


@pytest.mark.parametrize("quote", ["{}", "'{}'", '"{}"'])
def test_copilot_names_it_in_the_page_of_its_session(tmp_path: Path, quote: str) -> None:
    """The session's page tells the directory, however it is quoted."""
    page(tmp_path, quote.format(tmp_path))
    assert project_directory(copilot(tmp_path)) == str(tmp_path)


def test_a_page_that_comes_a_moment_later_is_waited_for(tmp_path: Path) -> None:
    """A session that has just begun writes its page while we start."""
    later = threading.Timer(0.1, page, (tmp_path, str(tmp_path)))
    later.start()
    assert project_directory(copilot(tmp_path)) == str(tmp_path)
    later.join()


@pytest.mark.parametrize("cwd", ["/nowhere/at/all", "", "[1, 2"])
def test_a_page_that_says_nothing_useful_does_not_stop_us(tmp_path: Path, cwd: str) -> None:
    """After a short wait we are where we are, whatever the page says."""
    page(tmp_path, cwd)
    begun = time.monotonic()
    assert project_directory(copilot(tmp_path)) == ""
    assert time.monotonic() - begun < 3


def test_a_session_that_is_no_name_is_not_looked_for(tmp_path: Path) -> None:
    """What stands in the variable becomes part of a path only when it is a plain id."""
    page(tmp_path, str(tmp_path))
    assert project_directory(copilot(tmp_path, COPILOT_AGENT_SESSION_ID="../s-1")) == ""
