"""What the page on commits and pipelines tells people to put into their repositories, run as git and a runner do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import CommandLine

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ci.md"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the page's lines are for a POSIX shell")


def block(language: str, start: str) -> str:
    """The code block of the page that begins so."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return next(code for code in found if code.startswith(start))


@pytest.fixture
def named(repo: CommandLine) -> CommandLine:
    """A repository, with `contextfs` on the path."""
    folder = repo.home / "bin"
    folder.mkdir()
    (folder / "contextfs").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contextfs "$@"\n')
    (folder / "contextfs").chmod(0o755)
    repo.environ["PATH"] = f"{folder}:{repo.environ['PATH']}"
    return repo


def test_the_hook_by_hand(named: CommandLine) -> None:
    """The hook as it stands on the page saves a commit that decides, and beside ours nothing is saved twice."""
    hook = named.directory / ".git" / "hooks" / "post-commit"
    hook.write_text(block("bash", "#!/bin/bash"))
    hook.chmod(0o755)
    named.git("commit", "--allow-empty", "-q", "-m", "Decided to cache sessions in Redis")
    named.git("commit", "--allow-empty", "-q", "-m", "Wrote more tests")
    named.did("git-event", "post-commit", "HEAD~1")
    (memory,) = named.did("list", "--json").json["memories"]
    assert memory["content"].strip() == "Decided to cache sessions in Redis"
    assert memory["tags"][0] == "git-commit"
    assert memory["type"] == "decision"


def test_the_step_of_a_pipeline(named: CommandLine) -> None:
    """The step runs with its expressions filled in as the runner does; a branch name is a tag."""
    (step,) = yaml.safe_load(block("yaml", "# .github/workflows/deploy.yml"))
    given = {"github.sha": "4f2a91c", "github.ref_name": "feature/login"}
    lines = re.sub(r"\$\{\{ (.*?) \}\}", lambda found: given[found[1]], step["run"])
    done = subprocess.run(["bash", "-e", "-c", lines], cwd=named.directory, env=named.environ, check=False)
    assert done.returncode == 0
    (memory,) = named.did("list", "--type", "episodic", "--json").json["memories"]
    assert memory["content"].startswith("Deployed 4f2a91c to production at ")
    assert memory["tags"] == ["deployment", "production", "feature/login"]


def test_memories_come_home_once(named: CommandLine) -> None:
    """What a pipeline exported is taken in at home, and a second time changes nothing."""
    named.saved("Deployed 4f2a91c to production", "--type", "episodic")
    lines = [line.split("#")[0].split() for line in block("bash", "contextfs export").splitlines()]
    named.run(*lines[0][1:])
    for _ in range(2):
        named.run(*lines[1][1:], CONTEXTFS_DATA_DIR=str(named.home / "home"))
    found = named.did("list", "--all", "--json", CONTEXTFS_DATA_DIR=str(named.home / "home")).json["memories"]
    assert [m["content"] for m in found] == ["Deployed 4f2a91c to production"]
