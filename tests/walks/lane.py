"""A repository made by real git commands, with memories saved while working in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from contextfs import ContextFS
from contextfs.domain.search import SearchResult
from contextfs.settings import Settings

CODE = """\
import os


def retry(count):
    for attempt in range(count):
        if send(attempt):
            return attempt
    return -1


def send(attempt):
    return os.getpid() % (attempt + 2)
"""


class Lane:
    """A working tree, and the contextfs of somebody who works there."""

    def __init__(self, root: Path, data: Path, place: str = "") -> None:
        self.root = root
        self.data = data
        self._place = place

    def within(self, place: str) -> Lane:
        """The same, for somebody in one of its directories."""
        return Lane(self.root, self.data, place)

    def git(self, *arguments: str) -> str:
        """What git answers here."""
        plain = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(self.data)}
        who = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
        who |= {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"}
        command = ("git", "-c", "protocol.file.allow=always", "-c", "merge.autoEdit=no", *arguments)
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, **plain, **who},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (arguments, done.stderr, done.stdout)
        return done.stdout.strip()

    def started(self, *options: str) -> Lane:
        """A repository with one commit."""
        self.root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main", *options)
        self.commit("the sending of webhooks", **{"src/hooks.py": CODE, "README.md": "# Hooks\n"})
        return self

    def write(self, **files: str) -> None:
        """Write files without committing them."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, subject: str, **files: str) -> str:
        """Write files and commit everything; returns the commit."""
        self.write(**files)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD")

    @property
    def ctx(self) -> ContextFS:
        """The front door, opened here."""
        settings = Settings(data_dir=str(self.data), environ={"CONTEXTFS_EMBEDDING_PROVIDER": "words"})
        return ContextFS(settings=settings, cwd=str(self.root / self._place))

    def save(self, text: str, **more: object) -> str:
        """Save a memory here; returns its id."""
        with self.ctx as ctx:
            return ctx.save(text, **more).id  # type: ignore[arg-type]

    def found(self, words: str, **more: object) -> list[SearchResult]:
        """What a search here shows."""
        with self.ctx as ctx:
            return ctx.search(words, **more)  # type: ignore[arg-type]

    def marks(self, memory_id: str) -> tuple[str, ...]:
        """What is to be known of a memory here."""
        with self.ctx as ctx:
            return ctx.freshness(memory_id).marks

    def cited(self, memory_id: str) -> dict[str, tuple[str, str, int]]:
        """Place -> its state, its new place and how many commits are behind that."""
        with self.ctx as ctx:
            return {
                one.place: (one.state, one.now, len(one.commits)) for one in ctx.freshness(memory_id).cited
            }

    def worktree(self, name: str, *arguments: str) -> Lane:
        """Another working tree of the same repository."""
        self.git("worktree", "add", "-q", f"../{name}", *arguments)
        return Lane(self.root.parent / name, self.data)
