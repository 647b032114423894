"""Whether commits have reached HEAD: as ancestors, or as what a rebase or a squash made of them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from contextfs.git.repository import Repository, ask, ask_bytes, tip_of
from contextfs.git.worktrees import left_at, now_called

_PATIENCE = 20.0
_RECORD, _FIELD = "\x1e", "\x1f"
_TELLING = 12
"""Characters from which a subject tells one commit from another; `wip` and `fix` are everywhere."""
_MOST_PATHS = 200
_NUMBERED = re.compile(r"\s*\(#\d+\)$")


class Placed(NamedTuple):
    """How a commit lies to HEAD."""

    there: bool
    """Whether this repository has it at all."""
    reached: bool = False
    """Whether HEAD descends from it."""
    at: int = 0
    """When it was committed, in seconds."""


class Asked(NamedTuple):
    """A commit outside the history of HEAD, and what is known of it."""

    head: str
    commit: str
    branch: str = ""
    since: str = ""
    """An ancestor of HEAD which it had not reached under any name; only what came later has to be looked through."""

    @property
    def beyond(self) -> tuple[str, ...]:
        """What `git log` is told to leave out."""
        return (f"^{self.since}",) if self.since else ()


def placed(repository: Repository, head: str, commits: Collection[str]) -> dict[str, Placed]:
    """How each of these commits lies to HEAD, in two processes for all of them."""
    told = ask(repository, "log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %ct", *commits, "--")
    times = {one: int(at) for one, at in (line.split() for line in told.splitlines())}
    given = "".join(f"{one}\n" for one in times) + f"^{head}\n"
    outside = _lines(repository, "rev-list", "--stdin", given=given) if times else []
    beyond = set(outside)
    return {
        one: Placed(one in times, one in times and one not in beyond, times.get(one, 0)) for one in commits
    }


def _lines(repository: Repository, *arguments: str, given: str = "") -> list[str]:
    told = ask_bytes(repository, *arguments, timeout=_PATIENCE, given=given.encode())
    return told.decode("utf-8", "replace").splitlines()


def related(repository: Repository, head: str, commit: str) -> bool:
    """Whether the two have a beginning in common here; in a shallow clone it may be missing."""
    return bool(ask(repository, "merge-base", head, commit))


class _Commit(NamedTuple):
    mark: str
    """``<`` on the side of HEAD, ``>`` on the other one, ``=`` on both with the same change."""
    hash: str
    author: str
    email: str
    at: str
    parents: Sequence[str]
    subject: str
    body: str


def adopted(repository: Repository, asked: Asked, at: int) -> bool:
    """Whether what a commit outside the history of HEAD did has come there under another name.

    By its branch, which has arrived whatever became of the commit. By a rebase: the same change (patch-id), else the
    same subject by the same author in one of its files. By a squash: a commit that names it, the change of its whole
    branch as one, or all of its branch's files as they are here.
    """
    called = now_called(repository, asked.branch) or asked.branch
    tip = tip_of(repository, called)
    if tip and tip != asked.commit and descends(repository, asked.head, tip):
        return True
    both = _both_sides(repository, asked, at)
    own = next((one for one in both if one.hash == asked.commit), None)
    if own is None:
        return False
    if own.mark == "=" or (len(own.parents) > 1 and not _open(both)):
        return True
    here = [one for one in both if one.mark == "<"]
    open_ = bool(tip) and (tip == own.hash or descends(repository, tip, own.hash))
    alike = (one for one in here if _names(one, own) or _rewritten(one, own, open_=open_))
    if any(_overlap(repository, one, own) for one in alike):
        return True
    return any(_squashed(repository, asked, one, at) for one in _tips(repository, asked, called))


def _both_sides(repository: Repository, asked: Asked, at: int) -> list[_Commit]:
    """The commits of either side since that one was made; what brings it here was committed later."""
    form = "--format=%x1e%m%x1f%H%x1f%aN%x1f%aE%x1f%at%x1f%P%x1f%s%x1f%b"
    told = ask(
        repository,
        *("log", "--cherry-mark", "--left-right", f"--since=@{at - 1}", form),
        *(f"{asked.head}...{asked.commit}", *asked.beyond, "--"),
        timeout=_PATIENCE,
    )
    found: list[_Commit] = []
    for part in told.split(_RECORD)[1:]:
        mark, hashed, author, email, made, parents, subject, body = part.split(_FIELD, 7)
        found.append(_Commit(mark, hashed, author, email, made, parents.split(), subject, body))
    return found


def _open(both: Sequence[_Commit]) -> bool:
    """Whether anything on the other side that changed something has not come here."""
    return any(one.mark == ">" and len(one.parents) < 2 for one in both)


def _rewritten(here: _Commit, own: _Commit, *, open_: bool) -> bool:
    """Whether it may be the same commit by its subject and its author, whatever conflicts made of its change.

    While its branch still goes on from it, only what kept its time as well: a rebase or a cherry-pick, and no other
    commit of the same name.
    """
    if own.author != here.author and own.email != here.email:
        return False
    if _NUMBERED.sub("", here.subject) != _NUMBERED.sub("", own.subject):
        return False
    return own.at == here.at or (not open_ and len(own.subject) >= _TELLING)


def _overlap(repository: Repository, here: _Commit, own: _Commit) -> bool:
    """Whether two commits touched a file in common; of a subject that is everywhere, the same files."""
    one, other = (_files(repository, each.hash).splitlines() for each in (here, own))
    return bool(set(one) & set(other)) if len(own.subject) >= _TELLING else one == other


def _files(repository: Repository, commit: str) -> str:
    return ask(repository, "diff-tree", "-r", "--root", "--no-commit-id", "--name-only", commit)


def _names(here: _Commit, own: _Commit) -> bool:
    """Whether the message of a squash lists it, by its hash or its subject."""
    if own.hash in here.body:
        return True
    lines = {line.strip().lstrip("*- ") for line in here.body.splitlines()}
    return len(own.subject) >= _TELLING and own.subject in lines


def _tips(repository: Repository, asked: Asked, called: str) -> list[str]:
    """Where the branch of a commit ended, as far as that is known: the branch may be deleted, or rewritten."""
    commit, branch = asked.commit, asked.branch
    names = [f"refs/heads/{called}", f"refs/remotes/origin/{branch}"] if branch else []
    refs = ask(repository, "for-each-ref", "--format=%(objectname)", *names).split() if names else []
    left = left_at(repository, branch) if branch else []
    known = [one for one in dict.fromkeys((*refs, *left, commit)) if one != asked.head]
    return [one for one in known if one == commit or descends(repository, one, commit)]


def descends(repository: Repository, heir: str, commit: str) -> bool:
    """Whether a commit is among the ancestors of another one."""
    return ask(repository, "merge-base", heir, commit) == commit


def _squashed(repository: Repository, asked: Asked, tip: str, at: int) -> bool:
    """Whether the whole change up to a tip is one commit here, or all the files it changed are as they are here."""
    head = asked.head
    base = ask(repository, "merge-base", head, tip)
    if not base or base == tip:
        return False
    told = ask(repository, "diff", "--no-renames", "--name-only", "-z", base, tip, timeout=_PATIENCE)
    paths = [f":(literal){path}" for path in told.split("\0") if path][:_MOST_PATHS]
    if not paths:
        return False
    if _tree(repository, head, told) == _tree(repository, tip, told) != "":
        return True
    whole = _patch_ids(repository, ask_bytes(repository, "diff", base, tip, "--", *paths, timeout=_PATIENCE))
    span = (f"--since=@{at - 1}", head, f"^{tip}", *asked.beyond, "--", *paths)
    here = ask_bytes(repository, "log", "-p", "--no-merges", *span, timeout=_PATIENCE)
    return bool(set(whole) & set(_patch_ids(repository, here)))


def _tree(repository: Repository, commit: str, listed: str) -> str:
    """What a commit holds at these paths."""
    return ask(repository, "ls-tree", "-r", "-z", commit, "--", *listed.split("\0")[:_MOST_PATHS])


def _patch_ids(repository: Repository, patch: bytes) -> list[str]:
    told = ask_bytes(repository, "patch-id", "--stable", given=patch, timeout=_PATIENCE) if patch else b""
    return [line.split(" ", 1)[0] for line in told.decode().splitlines()]


def whereabouts(repository: Repository, commit: str) -> str:
    """The same text means that a commit which was here still is; asks no process."""
    objects = os.path.join(repository.common_dir, "objects")
    if os.path.exists(os.path.join(objects, commit[:2], commit[2:])):
        return "loose"
    try:
        return str(os.stat(os.path.join(objects, "pack")).st_mtime_ns)
    except OSError:
        return ""


def is_shallow(repository: Repository) -> bool:
    """Whether the beginning of the history is missing here."""
    return os.path.exists(os.path.join(repository.common_dir, "shallow"))
