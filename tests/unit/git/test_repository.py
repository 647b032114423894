"""What we read from git's files is what git itself says, held against real repositories."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from contextfs.git import repository as git

ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.fixture(autouse=True)
def _only_our_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")


def run(where: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=where, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def make(where: Path, *, commits: int = 1, options: tuple[str, ...] = ()) -> Path:
    where.mkdir(parents=True)
    run(where, "init", "--quiet", "--initial-branch=main", *options)
    for number in range(commits):
        run(where, "commit", "--quiet", "--allow-empty", "-m", f"commit {number}")
    return where


def found(where: Path | str) -> git.Repository:
    repository = git.find(str(where), {})
    assert repository is not None
    return repository


def remote_of(where: Path) -> str:
    repository = found(where)
    return git.remote(repository, git.config(repository, ALONE))


def test_found_from_any_directory_below(tmp_path: Path) -> None:
    """The repository is found from its top, from below it, through a symbolic link and from inside .git."""
    top = make(tmp_path / "app")
    (top / "src" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(top / "src")
    for place in (top, top / "src" / "deep", tmp_path / "link", top / ".git" / "hooks"):
        assert found(place) == git.Repository(str(top), str(top / ".git"), str(top / ".git"))


def test_no_repository(tmp_path: Path) -> None:
    """Outside a repository there is none, and neither is a .git that is no repository or points nowhere."""
    assert git.find(str(tmp_path), {}) is None
    (tmp_path / ".git").mkdir()
    assert git.find(str(tmp_path), {}) is None
    (tmp_path / ".git").rmdir()
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert git.find(str(tmp_path), {}) is None
    assert git.find(str(tmp_path / "not" / "there"), {}) is None


def test_git_dir_is_used_where_no_repository_is_around(tmp_path: Path) -> None:
    """GIT_DIR names the repository of a directory that lies in none; a repository around it wins."""
    app, other = make(tmp_path / "app"), make(tmp_path / "other")
    named = {"GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(tmp_path)}
    outside = git.find(str(tmp_path), named)
    assert outside is not None
    assert (outside.root, outside.common_dir) == (str(tmp_path), str(other / ".git"))
    inside = git.find(str(app), named)
    assert inside is not None
    assert inside.root == str(app)


def test_head_is_what_git_says(tmp_path: Path) -> None:
    """Branch and commit agree with git before the first commit, on branches, packed and detached."""
    app = make(tmp_path / "app", commits=0)
    assert git.head(found(app)) == git.Head("main", "")
    run(app, "commit", "--quiet", "--allow-empty", "-m", "one")
    assert git.head(found(app)) == git.Head("main", run(app, "rev-parse", "HEAD"))
    run(app, "checkout", "--quiet", "-b", "feature/packed-x")
    run(app, "commit", "--quiet", "--allow-empty", "-m", "two")
    two = run(app, "rev-parse", "HEAD")
    run(app, "branch", "packed")
    run(app, "pack-refs", "--all")
    assert not (app / ".git/refs/heads/packed").exists()
    assert git.head(found(app)) == git.Head("feature/packed-x", two)
    run(app, "commit", "--quiet", "--allow-empty", "-m", "three")
    assert git.head(found(app)) == git.Head("feature/packed-x", run(app, "rev-parse", "HEAD"))
    run(app, "checkout", "--quiet", "--detach", two)
    assert git.head(found(app)) == git.Head("", two)


def test_a_longer_branch_name_is_not_mistaken(tmp_path: Path) -> None:
    """In the packed references, `main` is not `other/main` or `main-2`."""
    app = make(tmp_path / "app")
    one = run(app, "rev-parse", "HEAD")
    run(app, "commit", "--quiet", "--allow-empty", "-m", "two")
    for name in ("a/main", "main-2", "zmain"):
        run(app, "branch", name, one)
    run(app, "pack-refs", "--all")
    assert git.head(found(app)).commit == run(app, "rev-parse", "main") != one


def test_worktree(tmp_path: Path) -> None:
    """A linked worktree has its own branch and shares the rest."""
    app = make(tmp_path / "app", commits=2)
    run(app, "remote", "add", "origin", "git@github.com:acme/app.git")
    run(app, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = found(tmp_path / "side")
    assert (side.root, side.common_dir, side.name) == (str(tmp_path / "side"), str(app / ".git"), "app")
    assert git.head(side) == git.Head("side", run(app, "rev-parse", "HEAD"))
    assert remote_of(tmp_path / "side") == "github.com/acme/app"
    run(app, "pack-refs", "--all")
    assert git.head(side).commit == run(app, "rev-parse", "side")


def test_submodule_is_its_own_repository(tmp_path: Path) -> None:
    """Inside a submodule, the repository is the submodule with its own remote."""
    library, app = make(tmp_path / "library"), make(tmp_path / "app")
    run(app, "submodule", "--quiet", "add", str(library), "vendor/library")
    inside = found(app / "vendor/library")
    assert (inside.root, inside.name) == (str(app / "vendor/library"), "library")
    assert git.head(inside).commit == run(library, "rev-parse", "HEAD")
    run(app / "vendor/library", "remote", "set-url", "origin", "https://example.org/acme/library")
    assert remote_of(app / "vendor/library") == "example.org/acme/library"


def test_bare_repository(tmp_path: Path) -> None:
    """A bare repository is its own top, named without .git."""
    bare = make(tmp_path / "app.git", commits=0, options=("--bare",))
    repository = found(bare)
    assert (repository.root, repository.git_dir, repository.name) == (str(bare), str(bare), "app")


def test_reftable_is_left_to_git(tmp_path: Path) -> None:
    """Where HEAD lives in the reftable format, git is asked, and a git without that format gives nothing."""
    app = make(tmp_path / "app")
    head = (app / ".git/HEAD").read_text()
    (app / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    assert git.head(found(app)) in {git.Head(), git.Head("main", run(app, "rev-parse", "main"))}
    (app / ".git/HEAD").write_text(head)
    if subprocess.run(
        ["git", "init", "-q", "--ref-format=reftable", "new"], cwd=tmp_path, check=False, capture_output=True
    ).returncode:
        return
    run(tmp_path / "new", "commit", "--quiet", "--allow-empty", "-m", "one")
    assert git.head(found(tmp_path / "new")).commit == run(tmp_path / "new", "rev-parse", "HEAD")


def test_origin_comes_first(tmp_path: Path) -> None:
    """Of several remotes origin is the one, else the first that is not on this disk."""
    app = make(tmp_path / "app")
    assert not remote_of(app)
    run(app, "remote", "add", "disk", "/srv/git/app.git")
    run(app, "remote", "add", "fork", "https://me:hidden@gitlab.com/me/app.git")
    assert remote_of(app) == "gitlab.com/me/app"
    run(app, "remote", "add", "origin", "ssh://git@example.org:2222/acme/app")
    assert remote_of(app) == "example.org/acme/app"


def test_a_clone_of_a_clone_has_the_remote_of_the_original(tmp_path: Path) -> None:
    """A remote on this disk is followed to where that repository came from."""
    app = make(tmp_path / "app")
    run(tmp_path, "clone", "--quiet", str(app), "copy")
    assert not remote_of(tmp_path / "copy")
    run(app, "remote", "add", "origin", "git@github.com:acme/app.git")
    run(tmp_path / "copy", "clone", "--quiet", str(tmp_path / "copy"), str(tmp_path / "again"))
    assert remote_of(tmp_path / "copy") == remote_of(tmp_path / "again") == "github.com/acme/app"
    run(app, "remote", "set-url", "origin", str(tmp_path / "copy"))
    assert not remote_of(app), "two that name each other do not go round for ever"


def test_instead_of_is_applied(tmp_path: Path) -> None:
    """The user's short forms of addresses are written out, the longest one first."""
    app = make(tmp_path / "app")
    run(app, "remote", "add", "origin", "gh:acme/app")
    home = tmp_path / "gitconfig"
    home.write_text('[url "https://github.com/"]\n\tinsteadOf = gh:\n[url "x:"]\n\tinsteadOf = g\n')
    repository = found(app)
    configured = git.config(repository, {**ALONE, "GIT_CONFIG_GLOBAL": str(home)})
    assert git.remote(repository, configured) == "github.com/acme/app"


def test_root_commit_is_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first commit stays the same in clones, on other branches and beside a younger history."""
    app = make(tmp_path / "app", commits=2)
    root = run(app, "rev-list", "--max-parents=0", "HEAD")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2025-01-01T00:00:00Z")
    run(app, "checkout", "--quiet", "--orphan", "pages")
    run(app, "commit", "--quiet", "--allow-empty", "-m", "pages")
    run(tmp_path, "clone", "--quiet", str(app), "copy")
    assert {git.root_commit(found(place)) for place in (app, tmp_path / "copy")} == {root}
    run(tmp_path / "copy", "checkout", "--quiet", "--detach")
    assert git.root_commit(found(tmp_path / "copy")) == root


def test_root_commit_is_unknown_without_history(tmp_path: Path) -> None:
    """Before the first commit and in a shallow clone there is no first commit to name."""
    assert not git.root_commit(found(make(tmp_path / "new", commits=0)))
    app = make(tmp_path / "app", commits=3)
    run(tmp_path, "clone", "--quiet", "--depth=1", f"file://{app}", "shallow")
    assert not git.root_commit(found(tmp_path / "shallow"))


@pytest.mark.parametrize(
    "line",
    [
        "name = Ada Lovelace",
        'name = "Ada Lovelace"',
        'name = Ada" "Lovelace ; the first',
        "name = Ada \\\n\tLovelace # countess",
        "NAME=Ada Lovelace",
    ],
)
def test_user_name_is_what_git_says(tmp_path: Path, line: str) -> None:
    """Quotes, comments, continued lines and capitals of a configuration are read as git reads them."""
    home = tmp_path / "config"
    home.write_text(f"# mine\n[User]\n\t{line}\n\temail = ada@example.org\n")
    said = subprocess.run(
        ["git", "config", "--file", str(home), "user.name"], capture_output=True, text=True, check=True
    ).stdout.rstrip("\n")
    read = git.config(None, {**ALONE, "GIT_CONFIG_GLOBAL": str(home)})
    assert git.user_name(None, read).split() == said.split() == ["Ada", "Lovelace"]


@pytest.mark.parametrize(
    "value", [r'"a \"b\" c"', r"a\\b", r"a\tb", '"semi;colon"', 'a "b # c" d # e', "x=y"]
)
def test_values_are_what_git_says(tmp_path: Path, value: str) -> None:
    """Escapes and quotes in the middle of a value mean what they mean to git."""
    home = tmp_path / "config"
    home.write_text(f'[a "B c"] k = {value}\n')
    said = subprocess.run(
        ["git", "config", "--file", str(home), "a.B c.k"], capture_output=True, text=True, check=True
    ).stdout.removesuffix("\n")
    read = git.config(None, {**ALONE, "GIT_CONFIG_GLOBAL": str(home)})
    assert list(read.each("a", "k")) == [("B c", said)]


def test_user_files_and_includes(tmp_path: Path) -> None:
    """The XDG file, then ~/.gitconfig, then what it includes, then the repository; the last word counts."""
    home = tmp_path / "home"
    (home / ".config/git").mkdir(parents=True)
    (home / ".config/git/config").write_text("[user]\nname = Xdg\n")
    environ = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}
    assert git.user_name(None, git.config(None, environ)) == "Xdg"
    (home / ".gitconfig").write_text("[user]\nname = Home\n[include]\npath = extra\n")
    assert git.user_name(None, git.config(None, environ)) == "Home"
    (home / "extra").write_text("[user]\nname = Extra\n[include]\npath = ~/extra\n")
    assert git.user_name(None, git.config(None, environ)) == "Extra"
    app = make(tmp_path / "app")
    run(app, "config", "user.name", "Here")
    assert git.user_name(found(app), git.config(found(app), environ)) == "Here"


def test_conditional_includes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name for one directory is read by us; a condition that only git can judge is left to git."""
    home = tmp_path / "home"
    work, own = make(home / "work/app"), make(home / "own/app")
    (home / "at-work").write_text("[user]\nname = Worker\n")
    (home / ".gitconfig").write_text('[user]\nname = Me\n[includeIf "gitdir:~/work/"]\npath = at-work\n')
    environ = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}
    read = git.config(found(work), environ)
    assert (git.user_name(found(work), read), read.conditional) == ("Worker", False)
    assert git.user_name(found(own), git.config(found(own), environ)) == "Me"
    (home / ".gitconfig").write_text('[user]\nname = Me\n[includeIf "onbranch:main"]\npath = at-work\n')
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    monkeypatch.setenv("HOME", str(home))
    read = git.config(found(own), environ)
    assert (git.user_name(found(own), read), read.conditional) == ("Worker", True)


def test_git_that_cannot_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing command and a missing git are no answer, not an error."""
    app = make(tmp_path / "app")
    assert not git.ask(found(app), "rev-parse", "--verify", "nothing-here")
    assert git.ask(found(app), "rev-parse", "HEAD") == git.head(found(app)).commit
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not git.ask(found(app), "rev-parse", "HEAD")


def test_the_usual_case_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a remote, nothing that a save needs asks git itself."""
    app = make(tmp_path / "app", commits=2)
    run(app, "remote", "add", "origin", "git@github.com:acme/app.git")
    run(app, "config", "user.name", "Ada")
    run(app, "worktree", "add", "--quiet", str(tmp_path / "side"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", None)
    for place in (app, tmp_path / "side"):
        repository = found(place)
        configured = git.config(repository, ALONE)
        assert git.head(repository).commit
        assert git.remote(repository, configured) == "github.com/acme/app"
        assert git.user_name(repository, configured) == "Ada"
