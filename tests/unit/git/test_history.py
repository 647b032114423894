"""What git tells of who wrote which line, held against histories made by real git commands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from contextfs.git import history, repository


class Repo:
    """A repository that is written line by line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = 1_700_000_000
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        self.clock += 60
        date = f"{self.clock} +0000"
        environ = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false")
        done = subprocess.run(
            ["git", *identity, *arguments],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
            env=environ,
        )
        return done.stdout.strip()

    def commit(self, subject: str, **files: str) -> str:
        for name, text in files.items():
            path = self.root / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    @property
    def found(self) -> repository.Repository:
        found = repository.find(str(self.root), {})
        assert found is not None
        return found


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "repo"
    root.mkdir()
    return Repo(root)


def test_blame_names_the_commit_of_each_line(repo: Repo) -> None:
    """Each line has the commit that wrote it, and what is not committed has none."""
    first = repo.commit("one", a_py="a\nb\nc\n")
    second = repo.commit("two", a_py="a\nB\nc\n")
    (repo.root / "a.py").write_text("a\nB\nc\nd\n", encoding="utf-8")
    lines = history.blame(repo.found, "a.py")
    assert [(line.number, line.commit, line.text) for line in lines] == [
        (1, first, "a"),
        (2, second, "B"),
        (3, first, "c"),
        (4, "", "d"),
    ]
    assert [line.number for line in history.blame(repo.found, "a.py", 2, 3)] == [2, 3]


def test_blame_of_what_git_does_not_know_is_empty(repo: Repo) -> None:
    """An untracked file, a missing one and a repository without commits have no blame."""
    (repo.root / "new.py").write_text("x\n", encoding="utf-8")
    assert history.blame(repo.found, "new.py") == []
    repo.commit("one")
    assert history.blame(repo.found, "missing.py") == []


def test_a_rename_is_followed(repo: Repo) -> None:
    """The history of a file goes on under its earlier name, and says which that was."""
    text = "".join(f"line {number}\n" for number in range(20))
    first = repo.commit("one", old_py=text)
    repo.git("mv", "old.py", "näw name.py")
    second = repo.commit("two")
    assert history.file_history(repo.found, "näw name.py", 10) == [(second, "näw name.py"), (first, "old.py")]
    assert {line.path for line in history.blame(repo.found, "näw name.py")} == {"old.py"}


def test_lines_have_a_history_of_their_own(repo: Repo) -> None:
    """Only the commits that changed those lines are in it, newest first."""
    first = repo.commit("one", a_py="a\nb\nc\nd\n")
    repo.commit("two", a_py="A\nb\nc\nd\n")
    third = repo.commit("three", a_py="A\nb\nC\nd\n")
    assert history.line_history(repo.found, "a.py", 3, 3, 10) == [third, first]


def test_commits_are_read_whole(repo: Repo) -> None:
    """Subject, body, parents, author, date and the number of files come along; unknown hashes are left out."""
    first = repo.commit("one\n\nBecause of this.\nAnd that.", a_py="a\n", b_py="b\n")
    second = repo.commit("two", a_py="A\n")
    found = history.commits(repo.found, [second, first, "0" * 40, first])
    assert list(found) == [second, first]
    assert found[first].body == "Because of this.\nAnd that."
    assert (found[first].subject, found[first].author, found[first].files) == ("one", "Ada", 2)
    assert (found[second].parents, found[second].files) == ((first,), 1)
    assert found[first].at < found[second].at


def test_a_merge_says_what_it_brought(repo: Repo) -> None:
    """A commit of a branch came by its merge; one of the trunk came by none."""
    base = repo.commit("base", a_py="a\n")
    repo.git("checkout", "--quiet", "-b", "feature/x")
    inner = repo.commit("inner", b_py="b\n")
    repo.git("checkout", "--quiet", "main")
    trunk = repo.commit("trunk", c_py="c\n")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'feature/x'", "feature/x")
    merge = repo.git("rev-parse", "HEAD")
    repo.commit("later")
    assert history.brought_by(repo.found, [base, inner, trunk]) == {inner: merge}


def test_what_differs_from_the_last_commit(repo: Repo) -> None:
    """Changed, new and deleted files are named as they are written, spaces and all."""
    repo.commit("one", a_py="a\n", b_py="b\n")
    (repo.root / "a.py").write_text("A\n", encoding="utf-8")
    (repo.root / "b.py").unlink()
    (repo.root / "new file.py").write_text("n\n", encoding="utf-8")
    assert sorted(history.uncommitted(repo.found)) == ["a.py", "b.py", "new file.py"]


def test_names_are_counted_wherever_they_lie(repo: Repo) -> None:
    """Files of one name are counted through all folders, and a name is no pattern."""
    repo.commit("one", a__x_py="1\n", b__x_py="2\n", x_py="3\n", y_py="4\n")
    assert history.named_like(repo.found, "x.py") == 3
    assert history.named_like(repo.found, "?.py") == 0


def test_a_shallow_clone_is_known_for_one(repo: Repo, tmp_path: Path) -> None:
    """Only a clone that was cut is shallow."""
    repo.commit("one")
    repo.commit("two")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.root}", str(tmp_path / "cut"))
    cut = repository.find(str(tmp_path / "cut"), {})
    assert cut is not None
    assert history.is_shallow(cut)
    assert not history.is_shallow(repo.found)
