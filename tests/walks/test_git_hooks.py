"""`contextfs install git`: real commits in real repositories, with hooks that were there before."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the hooks are written for a POSIX shell")


def hooks(cli: CommandLine) -> Path:
    """The hooks of the repository."""
    return cli.directory / ".git" / "hooks"


def script(path: Path, text: str) -> None:
    """Write a script that may be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def commit(cli: CommandLine, message: str, *more: str) -> str:
    """Commit a changed file; returns the hash."""
    path = cli.directory / "src" / "app.py"
    path.write_text(path.read_text() + f"# {message.splitlines()[0] if message else 'again'}\n")
    cli.git("add", ".")
    cli.git("commit", "-q", "-m", message, *more)
    return head(cli)


def head(cli: CommandLine) -> str:
    """The commit that is checked out."""
    return (cli.directory / ".git" / "refs" / "heads" / "main").read_text().strip()


def listed(cli: CommandLine) -> list[dict[str, Any]]:
    """All memories, newest first."""
    return cli.did("list", "--all", "--limit", "50", "--json").json["memories"]


def wait(cli: CommandLine, want: int = 1, *, holding: str = "") -> list[dict[str, Any]]:
    """The memories, once the background has saved so many and one of them holds a hash."""
    found: list[dict[str, Any]] = []
    for _ in range(60):
        found = listed(cli)
        if len(found) >= want and (not holding or any(m["metadata"].get("commit") == holding for m in found)):
            break
        time.sleep(0.25)
    return found


def test_a_commit_that_fixes_is_remembered(repo: CommandLine) -> None:
    """A fix is saved with its reason, its hash, its file and the guide's tags; a feature beside it is not."""
    outcome = repo.run("install", "git")
    assert "Installed in git: " in outcome.out
    first = commit(repo, "fix: retry five times\n\nThe provider drops one call in fifty.")
    (memory,) = wait(repo, holding=first)
    assert memory["content"] == "fix: retry five times\n\nThe provider drops one call in fifty."
    assert (memory["type"], memory["source_tool"]) == ("error", "git")
    assert memory["tags"][0] == "git-commit"
    assert first.startswith(memory["tags"][1])
    assert memory["files"] == ["src/app.py"]
    commit(repo, "Add a page of settings")
    decided = commit(repo, "Decided to use Redis for sessions")
    assert [m["type"] for m in wait(repo, 2, holding=decided)] == ["decision", "error"]


def test_hooks_that_were_there_run_as_before(repo: CommandLine) -> None:
    """A shell script that ends early, one that fails and one in another language keep their arguments and outcomes."""
    script(hooks(repo) / "post-commit", "#!/bin/bash\nset -eu\necho mine >> ran.txt\nexit 3\n")
    script(hooks(repo) / "post-rewrite", '#!/bin/sh\necho "$1" >> ran.txt\ncat >> ran.txt\n')
    script(
        hooks(repo) / "post-merge",
        f"#!{sys.executable}\nimport sys\nopen('ran.txt', 'a').write('merged ' + sys.argv[1] + '\\n')\n",
    )
    before = {p.name: (p.read_bytes(), p.stat().st_mode) for p in hooks(repo).iterdir()}
    repo.run("install", "git")
    old = commit(repo, "fix: retry five times")
    repo.git("commit", "-q", "--amend", "-m", "fix: retry five times, not three")
    new = head(repo)
    repo.git("checkout", "-q", "-b", "side", "HEAD~1")
    repo.git("commit", "-q", "--allow-empty", "-m", "Something else")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "side")
    ran = (repo.directory / "ran.txt").read_text()
    assert ran == f"mine\nmine\namend\n{old} {new}\nmine\nmerged 0\n"
    wait(repo, holding=new)
    repo.run("install", "git", "--uninstall")
    assert {p.name: (p.read_bytes(), p.stat().st_mode) for p in hooks(repo).iterdir()} == before


def test_a_script_moved_aside_comes_back_without_our_copies(repo: CommandLine) -> None:
    """Where the data directory was lost, a hook in another language is still put back in its place."""
    python = f"#!{sys.executable}\nopen('ran.txt', 'w')\n"
    script(hooks(repo) / "post-commit", python)
    repo.run("install", "git")
    assert (hooks(repo) / "post-commit.before-contextfs").read_text() == python
    repo.run("install", "git", "--uninstall", CONTEXTFS_DATA_DIR=str(repo.home / "elsewhere"))
    assert (hooks(repo) / "post-commit").read_text() == python
    assert os.access(hooks(repo) / "post-commit", os.X_OK)
    assert not list(hooks(repo).glob("*contextfs*")) + list(hooks(repo).glob("post-[mr]*[!e]"))


def test_a_rewritten_commit_keeps_its_memory(repo: CommandLine) -> None:
    """After an amend and a rebase there is one memory for the commit, with its new message and its last hash."""
    repo.run("install", "git")
    wait(repo, holding=commit(repo, "fix: retry five times"))
    repo.git("commit", "-q", "--amend", "-m", "fix: retry five times, with a pause that grows")
    (memory,) = wait(repo, holding=head(repo))
    assert memory["content"] == "fix: retry five times, with a pause that grows"
    repo.git("checkout", "-q", "-b", "base", "HEAD~1")
    (repo.directory / "other.txt").write_text("other\n")
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "Add something")
    repo.git("checkout", "-q", "main")
    repo.git("rebase", "-q", "base")
    (memory,) = wait(repo, holding=head(repo))
    assert [tag for tag in memory["tags"] if tag != "git-commit"] == [head(repo)[:7]]
    assert memory["commit"] == head(repo)


def test_what_an_assistant_saved_is_not_saved_twice(repo: CommandLine) -> None:
    """A memory that says what a commit says gets its hash; one that is saved afterwards takes the commit's place."""
    repo.run("install", "git")
    known = repo.saved(
        "The payment webhook retries five times, because the provider drops one call in fifty."
    )
    done = commit(repo, "fix(webhook): retry five times, the provider drops one call in fifty")
    (memory,) = wait(repo, holding=done)
    assert memory["id"] == known
    assert memory["tags"] == ["git-commit", done[:7]]
    second = commit(repo, "Decided to use Redis for sessions")
    wait(repo, 2, holding=second)
    fuller = repo.saved("We decided on Redis for sessions: PostgreSQL would lock the table at every request.")
    repo.did("git-event", "post-commit", commit(repo, "Add a page"))
    (memory,) = [m for m in listed(repo) if m["id"] == fuller]
    assert memory["metadata"]["commit"] == second


@pytest.mark.parametrize("where", ["repo", "global"])
def test_the_folder_that_git_is_told_to_use(repo: CommandLine, where: str) -> None:
    """With core.hooksPath, of the repository or of the user, the hooks go where git looks for them."""
    folder = repo.home / "my hooks"
    script(folder / "post-commit", "#!/bin/sh\necho ran >> ran.txt\n")
    if where == "repo":
        repo.git("config", "core.hooksPath", str(folder))
    else:
        (repo.home / ".gitconfig").write_text(f'[core]\n\thooksPath = "{folder}"\n')
    repo.run("install", "git")
    assert not (hooks(repo) / "post-commit").exists()
    wait(repo, holding=commit(repo, "fix: retry five times"))
    assert (repo.directory / "ran.txt").read_text() == "ran\n"


def test_the_committed_hooks_of_husky(repo: CommandLine) -> None:
    """In a repository whose hooks are committed, they go where husky looks, by name, and disturb nobody without us."""
    script(
        repo.directory / ".husky" / "_" / "post-commit",
        '#!/usr/bin/env sh\nsh -e "$(dirname "$0")/../post-commit" "$@"\n',
    )
    repo.git("config", "core.hooksPath", ".husky/_")
    repo.run("install", "git")
    text = (repo.directory / ".husky" / "post-commit").read_text()
    assert "(contextfs git-event post-commit " in text
    commit(repo, "fix: without contextfs on the path")
    assert listed(repo) == []


def test_a_commit_takes_no_longer_and_never_fails(repo: CommandLine) -> None:
    """A store that is locked, a program that is gone and a pause leave a commit as it was, and quick."""
    repo.run("install", "git")
    (repo.home / "data" / "contextfs.db").mkdir()
    start = time.monotonic()
    commit(repo, "fix: with a store that cannot be opened")
    assert time.monotonic() - start < 2.0
    log = repo.data / "logs" / "git.log"
    for _ in range(60):
        if log.exists():
            break
        time.sleep(0.25)
    assert "post-commit" in log.read_text()
    (repo.home / "data" / "contextfs.db").rmdir()
    path = hooks(repo) / "post-commit"
    path.write_text(path.read_text().replace("git-event", "no-such-event"))
    commit(repo, "fix: with a program of another version")
    time.sleep(1.0)
    assert listed(repo) == []


def test_outside_a_repository_it_says_so(cli: CommandLine) -> None:
    """There is nothing to install git's hooks into where there is no repository."""
    assert "There is no git repository here" in cli.refused(1, "install", "git")


def test_nothing_is_said_and_nothing_fails(repo: CommandLine) -> None:
    """The command that the hooks call ends well whatever it is given, and leaves a line in the log."""
    assert (
        repo.did("git-event", "post-rewrite", "rebase", stdin="not a pair\n" + "0" * 40 + " " + "1" * 40).out
        == ""
    )
    assert repo.did("git-event", "post-commit", "--no-such-revision").out == ""
    repo.did("git-event", "post-commit", "HEAD", CONTEXTFS_EMBEDDING_PROVIDER="unknown")
    assert listed(repo) == []
    assert "embedding.provider" in (repo.data / "logs" / "git.log").read_text()


def test_a_pause_is_honoured(repo: CommandLine) -> None:
    """While capture is paused, commits are not remembered."""
    repo.did("pause")
    repo.did("git-event", "post-commit", "HEAD")
    assert listed(repo) == []
    repo.did("resume")
    repo.did("git-event", "post-commit", "HEAD")
    assert [m["content"] for m in listed(repo)] == ["Fixed the CORS preflight bug"]


def test_what_a_pull_brings_is_remembered_with_its_author(repo: CommandLine) -> None:
    """Decisions and fixes of others come in with a merge, as theirs; one's own are not saved again."""
    repo.run("install", "git")
    wait(repo, holding=commit(repo, "fix: retry five times"))
    repo.git("checkout", "-q", "-b", "theirs", "HEAD~1")
    for number, message in enumerate(("Decided to use Redis for sessions", "Add a page of settings")):
        (repo.directory / f"their-{number}.txt").write_text(message)
        repo.git("add", ".")
        repo.git("-c", "user.name=Ben", "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", message)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-edit", "theirs")
    found = {m["content"]: m["author"] for m in wait(repo, 2)}
    assert found["Decided to use Redis for sessions"] == "Ben"
    assert sorted(found) == ["Decided to use Redis for sessions", "fix: retry five times"]
