"""The other working trees of a repository, and where its branches began, read from git's own files."""

from __future__ import annotations

import os
from typing import NamedTuple

from contextfs.git.repository import Repository, head, tip_of

_MADE = "branch: Created from "
_LOCAL_ONLY = ("refs/remotes/", "origin/")


class Worktree(NamedTuple):
    """Another working tree with what is checked out in it."""

    name: str
    branch: str
    commit: str


def others(repository: Repository) -> list[Worktree]:
    """The working trees of this repository but for the given one; those whose directory is gone are left out."""
    found: list[Worktree] = []
    for git_dir in _git_dirs(repository.common_dir):
        if git_dir != repository.git_dir:
            place = _place(git_dir, repository.common_dir)
            if os.path.isdir(place):
                there = head(Repository(place, git_dir, repository.common_dir))
                found.append(Worktree(os.path.basename(place), there.branch, there.commit))
    return found


def _git_dirs(common_dir: str) -> list[str]:
    """The main one first, then those of linked working trees."""
    main = [common_dir] if os.path.basename(common_dir) == ".git" else []
    try:
        names = sorted(os.listdir(os.path.join(common_dir, "worktrees")))
    except OSError:
        names = []
    return [*main, *(os.path.join(common_dir, "worktrees", name) for name in names)]


def _place(git_dir: str, common_dir: str) -> str:
    if git_dir == common_dir:
        return os.path.dirname(common_dir)
    try:
        with open(os.path.join(git_dir, "gitdir"), encoding="utf-8", errors="replace") as file:
            return os.path.dirname(file.readline().strip())
    except OSError:
        return ""


def born(repository: Repository, branch: str) -> str:
    """The commit on which a branch was made here; "" when nobody knows, or when it follows one from elsewhere."""
    first = _log(os.path.join(repository.common_dir, "logs", "refs", "heads", *branch.split("/")))[:1]
    for line in first:
        ids, _, said = line.partition("\t")
        made = said.removeprefix(_MADE)
        if made != said and not made.startswith(_LOCAL_ONLY) and len(ids.split(" ", 2)) > 1:
            return ids.split(" ", 2)[1]
    return ""


def now_called(repository: Repository, branch: str) -> str:
    """The name that a branch has by now; "" when it was not renamed, or nobody knows."""
    if not branch or tip_of(repository, branch):
        return ""
    logs = os.path.join(repository.common_dir, "logs", "refs", "heads")
    renamed = f"\tBranch: renamed refs/heads/{branch} to refs/heads/"
    for place, _, names in os.walk(logs):  # the log of a branch goes with it
        for path in (os.path.join(place, name) for name in names):
            if any(renamed in line for line in _log(path)):
                return os.path.relpath(path, logs).replace(os.sep, "/")
    return ""


def left_at(repository: Repository, branch: str) -> list[str]:
    """Where a branch stood when it was last left for another one, in each working tree; it may be deleted since."""
    moved = f"\tcheckout: moving from {branch} to "
    found: list[str] = []
    for git_dir in _git_dirs(repository.common_dir):
        lines = [line for line in _log(os.path.join(git_dir, "logs", "HEAD")) if moved in line]
        found += [line.split(" ", 1)[0] for line in lines[-1:]]
    return found


def _log(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []
