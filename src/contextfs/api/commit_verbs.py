"""The verbs for commits: what git's hooks call, and anybody who wants a commit remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import commits
    from contextfs.api.engine import Engine
    from contextfs.domain.memory import Memory
else:
    commits = Later("contextfs.api.commits")


class CommitVerbs:
    """What a ContextFS can do with the commits of the current repository."""

    _engine: Engine

    def save_commits(self, revisions: Sequence[str] | str = "HEAD") -> list[Memory]:
        """Save those of these commits that decide or fix something, with their hash; returns what says so now.

        What was saved of the same thing already gets the hash instead.
        """
        return commits.saw(self._engine, [revisions] if isinstance(revisions, str) else list(revisions))

    def move_commits(self, pairs: Iterable[tuple[str, str]]) -> list[Memory]:
        """Let memories of rewritten commits follow: pairs of the whole hash before and the one after."""
        return commits.rewritten(self._engine, pairs)

    def committed(self, event: str, arguments: Sequence[str] = (), given: str = "") -> list[Memory]:
        """Do what a hook of git asks for: ``post-commit HASH``, ``post-merge``, ``post-rewrite`` with pairs given."""
        if event == "post-commit":
            commit = next(iter(arguments), "HEAD")
            return [] if commits.was_rewritten(self._engine, commit) else self.save_commits(commit)
        if event == "post-merge":
            return commits.merged(self._engine)
        pairs = [(words[0], words[1]) for line in given.splitlines() if len(words := line.split()) > 1]
        return self.move_commits(pairs)
