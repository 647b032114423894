"""Since: the commits that made of a cited place what it is now, and whether more of it is not committed yet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from contextfs.domain.citation import Citation
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory
from contextfs.git import ancestry, blobs
from contextfs.git.blobs import Touched
from contextfs.git.repository import Repository, find, head
from contextfs.lineage import parts

ON_THIS_BRANCH = "differs on this branch"
NEVER_COMMITTED = "what was there when this was saved was never committed"
Hunk = tuple[int, int, int, int]


class Asked:
    """What git says, asked once for all citations of one look."""

    def __init__(self) -> None:
        self.text = cache(blobs.text)
        self.clean = cache(blobs.clean)
        self.touching = cache(blobs.touching)
        self.holding = cache(blobs.holding)
        self.renamed = cache(blobs.renamed)
        self.uncommitted = cache(blobs.uncommitted)
        self.descends = cache(ancestry.descends)
        self.at = cache(_blob_at)
        self.has = cache(_has)

    def texts(self, repository: Repository, wanted: Sequence[str]) -> dict[str, str]:
        """Blob id -> its text."""
        return blobs.texts(repository, wanted)


def _blob_at(repository: Repository, commit: str, path: str) -> str:
    return blobs.at_commits(repository, [(commit, path)]).get((commit, path), "")


def _has(repository: Repository, commit: str) -> bool:
    return bool(commit) and ancestry.placed(repository, commit, [commit])[commit].there


class Since(NamedTuple):
    """What happened to a place."""

    commits: tuple[Commit, ...] = ()
    uncommitted: bool = False
    note: str = ""
    lines: tuple[int, int] | None = None
    """Where cited lines stand in the working tree, as they are by now."""


class Cause(NamedTuple):
    """A place and what it was, to ask what happened to it."""

    memory: Memory
    cited: Citation
    """As it was saved."""
    path: str
    """Where its file lies now, or lay last."""
    blob: str
    """What the file was."""
    part: str = ""
    """The hash of what the place was; "" for a whole file."""


def since(git: Asked, repository: Repository, cause: Cause) -> Since:
    """What happened to a place since a memory saw it."""
    return _Looking(git, repository, cause).found()


def movers(git: Asked, repository: Repository, cause: Cause) -> tuple[Commit, ...]:
    """The commits after which cited lines, as they were, stood in another place than before, newest first."""
    return _Looking(git, repository, cause).movers()


class _Looking:
    def __init__(self, git: Asked, repository: Repository, cause: Cause) -> None:
        self._git = git
        self._repository = repository
        self._memory = cause.memory
        self._cited = cause.cited
        self._path = cause.path
        self._moved = cause.path != cause.cited.path
        self._blob = cause.blob
        self._part = cause.part
        inner = find(os.path.dirname(os.path.join(repository.root, cause.path)), {})
        self._own = not inner or inner.root == repository.root
        if inner and not self._own:  # a submodule has a history of its own
            self._path = os.path.relpath(os.path.join(repository.root, cause.path), inner.root)
            self._repository = inner

    def found(self) -> Since:
        touched = self._touching()
        self._texts: dict[str, str] = {}
        if self._cited.symbol and self._part:
            self._texts = self._git.texts(
                self._repository, [blob for one in touched for blob in (one.before, one.blob)]
            )
        lines = None
        later, start = self._later(touched)
        if self._cited.symbol and self._part:
            later = [one for one in later if self._has(one.before) != self._has(one.blob)]
            open_ = self._symbol_open(touched)
        elif self._part and start:
            later, place = _through(later, start)
            hunks = self._git.uncommitted(self._repository, self._path)
            open_, lines = _touches(hunks, place), _carried(hunks, place)
        else:
            open_ = True
            later = [one for one in later if not (one.renamed and one.before == one.blob)]
        commits = tuple(one.commit for one in later)
        uncommitted = open_ and not self._git.clean(self._repository, self._path)
        note = "" if commits or uncommitted else self._unexplained()
        return Since(commits, uncommitted, note, lines if lines and lines[0] <= lines[1] else None)

    def movers(self) -> tuple[Commit, ...]:
        touched = self._touching()
        known = any(one.blob == self._blob for one in touched)
        later = self._later(touched)[0] if known else self._bounded(touched)
        texts = self._git.texts(self._repository, [blob for one in later for blob in (one.before, one.blob)])
        stood = {blob: self._standing(text) for blob, text in texts.items()}
        moving = (one for one in later if one.renamed or stood.get(one.before) != stood.get(one.blob))
        return tuple(one.commit for one in moving)

    def _standing(self, text: str) -> tuple[int, int] | None:
        """Where the cited lines, as they were, stand in a text."""
        cited = self._cited
        if parts.part(text, cited) == self._part:
            return cited.start, cited.end
        return parts.where(text, cited.end - cited.start + 1, self._part)

    def _touching(self) -> list[Touched]:
        """The commits that touched the file, newest first, below its former names as well."""
        hunks = bool(self._part) and not self._cited.symbol
        asked = [self._path, *([self._cited.path] if self._moved else [])]
        for path in asked:  # what was renamed and not committed has its history under the old name
            follow = self._moved and path == self._path
            found = self._git.touching(self._repository, path, "HEAD", follow=follow, hunks=hunks)
            if found:
                return found
        return []

    def _later(self, touched: Sequence[Touched]) -> tuple[list[Touched], tuple[int, int] | None]:
        """Those that came after what the memory saw, and which lines were meant then."""
        cited = self._cited
        at = next((at for at, one in enumerate(touched) if one.blob == self._blob), None)
        if at is not None:
            return self._beyond(touched, touched[at].commit.hash), (cited.start, cited.end)
        if self._part and cited.symbol:
            at = next((at for at, one in enumerate(touched) if self._has(one.blob) == self._part), None)
        elif self._part:
            at, place = self._lines_among(touched)
            if at is not None:
                return self._beyond(touched, touched[at].commit.hash), place
        if at is not None:
            return self._beyond(touched, touched[at].commit.hash), None
        return self._bounded(touched), None

    def _bounded(self, touched: Sequence[Touched]) -> list[Touched]:
        """What was committed after the memory was saved."""
        memory = self._memory
        if self._own and self._git.has(self._repository, memory.commit):
            return self._beyond(touched, memory.commit)
        return [one for one in touched if memory.created_at is None or one.commit.at >= memory.created_at]

    def _beyond(self, touched: Sequence[Touched], commit: str) -> list[Touched]:
        """Those that a commit does not descend from; a merge brings in what is older by its date."""
        span = f"{commit}..HEAD"
        beyond = self._git.touching(self._repository, self._path, span, follow=self._moved)
        known = {one.commit.hash for one in beyond}
        return [one for one in touched if one.commit.hash in known]

    def _lines_among(self, touched: Sequence[Touched]) -> tuple[int | None, tuple[int, int] | None]:
        """The latest commit in which the cited lines stand as they were, and where."""
        texts = self._git.texts(self._repository, [one.blob for one in touched])
        for at, one in enumerate(touched):
            text = texts.get(one.blob, "")
            if place := self._standing(text):
                return at, place
        return None, None

    def _has(self, blob: str) -> str:
        text = self._texts.get(blob, "")
        return parts.part(text, self._cited) if text else ""

    def _symbol_open(self, touched: Sequence[Touched]) -> bool:
        """Whether the symbol is another one in the working tree than in the last commit."""
        committed = self._has(touched[0].blob) if touched else ""
        content = blobs.content(os.path.join(self._repository.root, self._path)) or b""
        return parts.part(content.decode("utf-8", "replace"), self._cited) != committed

    def _unexplained(self) -> str:
        """What to say of a difference that no commit made since, nor the working tree."""
        repository, commit = self._repository, self._memory.commit
        here = head(repository).commit
        known = self._own and here and self._git.has(repository, commit)
        if known and not self._git.descends(repository, here, commit):
            return ON_THIS_BRANCH
        committed = self._blob in self._git.texts(repository, [self._blob])
        return "" if committed else NEVER_COMMITTED


def _through(later: Sequence[Touched], start: tuple[int, int]) -> tuple[list[Touched], tuple[int, int]]:
    """Those of the commits that changed these lines, wherever they stood by then, and where they stand at last."""
    changing: list[Touched] = []
    place = start
    for one in reversed(later):
        if _touches(one.hunks, place):
            changing.append(one)
        place = _carried(one.hunks, place)
    return changing[::-1], place


def _touches(hunks: Sequence[Hunk], place: tuple[int, int]) -> bool:
    first, last = place
    for start, count, _, _ in hunks:
        if count and start <= last and first < start + count:
            return True
        if not count and first <= start < last:  # put between two of them
            return True
    return False


def _carried(hunks: Sequence[Hunk], place: tuple[int, int]) -> tuple[int, int]:
    """Where lines stand after a change: those above it push them, those within it belong to them."""
    first, last = place
    new_first, new_last = first, last
    for start, count, _, now in hunks:
        end = start + count - 1 if count else start
        more = now - count
        if end < first:
            new_first, new_last = new_first + more, new_last + more
        elif count and start <= last:
            new_first -= max(first - start, 0)
            new_last += max(end - last, 0) + more
        elif start < last:
            new_last += more
    return new_first, new_last
