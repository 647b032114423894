"""Every command of the guide that belongs to memories, status, cleanup and configuration, as it is written there."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine, Outcome


@pytest.fixture
def shell(repo: CommandLine) -> Shell:
    """A shell in a repository, with `contextfs` on its path."""
    return Shell(repo)


class Shell:
    """Runs lines of the guide as a shell would."""

    def __init__(self, cli: CommandLine) -> None:
        self.cli = cli
        folder = cli.home / "bin"
        folder.mkdir()
        script = folder / "contextfs"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contextfs "$@"\n')
        script.chmod(0o755)
        cli.environ["PATH"] = f"{folder}:{cli.environ['PATH']}"

    def __call__(self, lines: str) -> str:
        """Run lines that must succeed; returns what they print."""
        done = subprocess.run(
            ["bash", "-c", lines],
            cwd=self.cli.directory,
            env=self.cli.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the guide's lines are for a POSIX shell")


def test_your_first_memory_and_your_first_search(shell: Shell) -> None:
    """The first save and the first search of the guide, and the output that it explains."""
    shell(
        """contextfs save "This project uses Python 3.11 with FastAPI" \\
    --type fact \\
    --tags python,fastapi,stack"""
    )
    lines = shell('contextfs search "what framework are we using"').splitlines()
    assert re.fullmatch(r"\[[01]\.\d\d\] \[fact\] @backend-api", lines[0])
    assert lines[1] == "  This project uses Python 3.11 with FastAPI"
    assert lines[2] == "  Tags: python, fastapi, stack"


def test_help_can_be_asked_for(shell: Shell) -> None:
    """`contextfs --help`, which needs no store."""
    assert "save" in shell("contextfs --help")


def test_the_morning_search(shell: Shell) -> None:
    """Searching for the current task among procedures."""
    shell(
        'contextfs save "Current task: move the login to OAuth2, step by step" --type procedural --tags task'
    )
    assert "[procedural]" in shell('contextfs search "current task" --type procedural')


def test_sync_settings_can_be_set(shell: Shell) -> None:
    """The two lines that enable synchronisation, placeholder and all."""
    shell('contextfs config set sync.enabled true\ncontextfs config set sync.postgres_url "postgresql://..."')
    assert shell("contextfs config get sync.enabled") == "true\n"
    assert shell("contextfs config get sync.postgres_url --reveal") == "postgresql://...\n"


def test_cleaning_up(shell: Shell) -> None:
    """The bulk cleanup shows what it would delete."""
    assert "Nothing is that old" in shell("contextfs cleanup --older-than 180 --type episodic --dry-run")


def test_the_git_hook_saves_a_commit(shell: Shell) -> None:
    """The hook of the guide, run by git after a commit."""
    hook = shell.cli.directory / ".git" / "hooks" / "post-commit"
    hook.write_text(
        """#!/bin/bash
# Auto-save commit context to memory

COMMIT_MSG=$(git log -1 --pretty=%B)
COMMIT_HASH=$(git rev-parse --short HEAD)

# If commit message mentions a decision or fix
if echo "$COMMIT_MSG" | grep -qiE "(decision|decided|chose|fix|fixed|bug)"; then
    contextfs save "$COMMIT_MSG" \\
        --type decision \\
        --tags "git-commit,$COMMIT_HASH"
fi
"""
    )
    hook.chmod(0o755)
    shell.cli.git("commit", "--allow-empty", "-q", "-m", "Decided to cache sessions in Redis")
    shell.cli.git("commit", "--allow-empty", "-q", "-m", "Wrote more tests")
    memories = shell.cli.did("list", "--json").json["memories"]
    assert [each["content"].strip() for each in memories] == ["Decided to cache sessions in Redis"]
    assert memories[0]["tags"][0] == "git-commit"


def test_the_deployment_is_saved_by_a_pipeline(shell: Shell) -> None:
    """The line of the workflow, with its expressions filled in as the runner does; a branch name is a tag."""
    shell(
        """contextfs save \\
      "Deployed 4f2a91c to production at $(date)" \\
      --type episodic \\
      --tags deployment,production,feature/login"""
    )
    memory = shell.cli.did("list", "--type", "episodic", "--json").json["memories"][0]
    assert memory["tags"] == ["deployment", "production", "feature/login"]


def test_troubleshooting(shell: Shell) -> None:
    """Status, a list without a filter, and a broader search."""
    shell('contextfs save "The database pool holds 20 PostgreSQL connections" --tags database,pool')
    assert "repo-" in shell("contextfs status")
    assert "database pool" in shell("contextfs list --limit 50")
    assert "[fact]" in shell('contextfs search "database"  # instead of "PostgreSQL connection pool sizing"')


def test_the_quick_reference(shell: Shell) -> None:
    """Each line of the quick reference, its placeholders filled in."""
    saved: Outcome = shell.cli.did("save", "content", "--type", "fact", "--tags", "tag1,tag2", "--json")
    memory_id = saved.json["memory"]["id"]
    assert "[fact]" in shell('contextfs search "content" --type fact --limit 5')
    assert memory_id in shell(f"contextfs recall {memory_id}")
    assert memory_id[:8] in shell("contextfs list --limit 5 --type fact")
    assert memory_id[:8] in shell(f"contextfs delete {memory_id}")
    assert "No memories found" in shell('contextfs search "content" --type fact --limit 5')
    assert "Namespace" in shell("contextfs status")


def test_decisions_made_in_claude_desktop_last_week(shell: Shell) -> None:
    """The sentence of the guide as a search."""
    search = 'contextfs search "" --type decision --tool claude-desktop --since "last week"'
    assert "No memories found" in shell(search)
    shell(
        'CONTEXTFS_SOURCE_TOOL=claude-desktop contextfs save "We chose gRPC, since both ends are ours" --type decision'
    )
    assert "We chose gRPC" in shell(search)
