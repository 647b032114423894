"""Freshness: the places that memories cite, read again and compared with what stood there when they were saved.

A file that is byte for byte what it was costs one reading of it. Only where it differs is git asked for what stood
there and for the commits since; that answer holds for as long as file and HEAD stay as they are, and is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from contextfs.domain.citation import Citation, citations
from contextfs.domain.freshness import CHANGED, FRESH, GONE, MOVED, Cited
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory
from contextfs.domain.text import lines_of
from contextfs.git import blobs
from contextfs.git.repository import Head, Repository, find, head
from contextfs.git.tracked import signature
from contextfs.indexing import symbols
from contextfs.store.judged import Judged

SMALL = 1 << 16
"""Bytes up to which reading a file costs less than looking up what was known of it."""
_PASSING = 60.0
"""Seconds for which is believed what depends on the whole working tree."""
_SHORTEST = 3
"""Letters and digits that lines must have to be known again elsewhere."""


class Subject(NamedTuple):
    """One memory, with what the change log knows of the files it cites."""

    memory: Memory
    recorded: Mapping[str, str]
    """Path or place -> the blob id the file had when the memory was saved, or when somebody confirmed the place."""
    known: bool = False
    """Whether what is not recorded is known to have been no file then."""


class Reading:
    """One look at a working tree on behalf of some memories."""

    def __init__(
        self,
        repository: Repository,
        here: Head,
        judged: Judged,
        symbols_of: Callable[[Memory], Sequence[str]],
    ) -> None:
        self._repository = repository
        self._here = here
        self._judged = judged
        self._symbols_of = symbols_of
        self._length = blobs.id_length(repository, here.commit)
        self._current: dict[str, str] = {}
        self._git = _Asked()

    def read(self, subjects: Sequence[Subject]) -> dict[str, list[Cited]]:
        """Memory id -> its citations as they stand now; what was no file when it was saved is left out."""
        bases = self._bases(subjects)
        return {one.memory.id: list(self._of(one, bases)) for one in subjects}

    def current(self, path: str) -> str:
        """The blob id of a path as it lies in the working tree, "" when it is not there."""
        if path not in self._current:
            self._current[path] = self._hashed(os.path.join(self._repository.root, path))
        return self._current[path]

    def _hashed(self, full: str) -> str:
        try:
            stat = os.lstat(full)
        except (OSError, ValueError):
            return ""
        if stat.st_size <= SMALL:
            return blobs.blob_at(full, self._length)
        signature = f"{stat.st_mtime_ns} {stat.st_size} {stat.st_ino} {stat.st_ctime_ns}"
        known = self._judged.get("stat", full, signature)
        if known is None:
            known = blobs.blob_at(full, self._length)
            self._judged.put(known, "stat", full, signature)
        return known

    # ── what stood there ────────────────────────────────────────────────────────────────────────────────────────

    def _bases(self, subjects: Sequence[Subject]) -> dict[tuple[str, str], str]:
        """(commit, path) -> the blob id it had in that commit, for what the log does not know; asked all at once."""
        found: dict[tuple[str, str], str] = {}
        asked: dict[tuple[str, str], None] = {}
        for one in subjects:
            for cited in () if one.known else citations(one.memory):
                key = one.memory.commit, cited.path
                if cited.path in one.recorded or key in found:
                    continue
                known = self._judged.get("blob", self._repository.common_dir, *key)
                if known is None:
                    asked[key] = None
                else:
                    found[key] = known
        if asked:
            told = blobs.at_commits(self._repository, asked)
            for key, blob in told.items():
                self._judged.put(blob, "blob", self._repository.common_dir, *key)
            found |= told
        return found

    def _of(self, subject: Subject, bases: Mapping[tuple[str, str], str]) -> list[Cited]:
        found: dict[Cited, None] = {}
        for cited in citations(subject.memory):
            known = subject.recorded.get(str(cited)) or subject.recorded.get(cited.path)
            base = known or bases.get((subject.memory.commit, cited.path), "")
            if base:
                found |= dict.fromkeys(self._judge(subject, cited, base))
        return list(found)

    # ── what stands there now ───────────────────────────────────────────────────────────────────────────────────

    def _judge(self, subject: Subject, cited: Citation, base: str) -> list[Cited]:
        current = self.current(cited.path)
        if current == base:
            return [Cited(str(cited), FRESH)]
        recorded = json.dumps(subject.recorded, sort_keys=True)  # what somebody confirmed counts
        key = ("cited", self._here.commit, base, current, subject.memory.id, str(cited), recorded)
        passing = (*key, signature(self._repository))
        known = self._judged.get(*key) or self._judged.get(*passing, younger_than=_PASSING)
        if known is not None:
            return _loaded(known)
        found = _Place(self._git, self._repository, subject, base).judged(cited, current, self._symbols_of)
        lasting = all(one.state in (FRESH, CHANGED) for one in found)  # the others depend on other files too
        self._judged.put(_dumped(found), *(key if lasting else passing))
        return found


class _Asked:
    """What git says, asked once for all citations of one look."""

    def __init__(self) -> None:
        self.text = cache(blobs.text)
        self.clean = cache(blobs.clean)
        self.touching = cache(blobs.touching)
        self.holding = cache(blobs.holding)
        self.renamed = cache(blobs.renamed)
        self.at = cache(_blob_at)


def _blob_at(repository: Repository, commit: str, path: str) -> str:
    return blobs.at_commits(repository, [(commit, path)]).get((commit, path), "")


class _Place:
    """One file that is not what it was when a memory cited it."""

    def __init__(self, git: _Asked, repository: Repository, subject: Subject, base: str) -> None:
        self._git = git
        self._repository = repository
        self._subject = subject
        self._base = base

    def judged(
        self, cited: Citation, current: str, symbols_of: Callable[[Memory], Sequence[str]]
    ) -> list[Cited]:
        """The citation as it stands; of a file of which the memory names symbols, each of those instead."""
        if not current:
            return [self._missing(cited)]
        if self._git.clean(self._repository, cited.path) and not self._differs(cited.path):
            return [Cited(str(cited), FRESH)]
        before = self._git.text(self._repository, self._base)
        if not before:
            return [self._changed(cited)]
        if cited.start:
            return [self._lines(cited, before)]
        if cited.symbol:
            return [self._symbol(cited, before)]
        named = [name for name in symbols_of(self._subject.memory) if symbols.find(before, name)]
        places = [cited._replace(symbol=name) for name in named]
        confirmed = [str(one) for one in places if self._subject.recorded.get(str(one)) == current]
        judged = [
            Cited(str(one), FRESH) if str(one) in confirmed else self._symbol(one, before) for one in places
        ]
        return judged or [self._changed(cited)]

    def _differs(self, path: str) -> bool:
        """Whether what git has of an unchanged file is another content than the one cited, line ends apart."""
        return self._git.at(self._repository, head(self._repository).commit, path) != self._base

    def _missing(self, cited: Citation) -> Cited:
        commit = self._subject.memory.commit
        found, taken = self._git.renamed(self._repository, cited.path, commit, self._base)
        if found:
            place = cited._replace(path=found)
            return self._within(cited, place) or Cited(str(cited), MOVED, str(place), tuple(taken))
        if cited.symbol:
            elsewhere = self._elsewhere(cited)
            if elsewhere:
                return Cited(str(cited), MOVED, elsewhere, tuple(taken))
        return Cited(str(cited), GONE, commits=tuple(taken), uncommitted=not taken)

    def _within(self, cited: Citation, place: Citation) -> Cited | None:
        """Lines of a renamed file where they stand in it now; None where the new name says it all."""
        if not cited.start:
            return None
        found = _where(_wanted(self._git.text(self._repository, self._base), cited), self._text(place.path))
        if not found:
            return None
        return Cited(
            str(cited), MOVED, str(place._replace(start=found[0], end=found[1])), self._commits(cited)[0]
        )

    def _lines(self, cited: Citation, before: str) -> Cited:
        wanted, text = _wanted(before, cited), self._text(cited.path)
        if not wanted:
            return self._changed(cited)
        if _wanted(text, cited) == wanted:
            return Cited(str(cited), FRESH)
        found = _where(wanted, text)
        if found:
            now = cited._replace(start=found[0], end=found[1])
            return Cited(str(cited), MOVED, str(now), self._commits(cited)[0])
        return self._changed(cited)

    def _symbol(self, cited: Citation, before: str) -> Cited:
        was, text = symbols.find(before, cited.symbol), self._text(cited.path)
        if was is None:
            return self._changed(cited)
        stands = symbols.find(text, cited.symbol)
        if stands is None:
            elsewhere = self._elsewhere(cited)
            if elsewhere:
                return Cited(str(cited), MOVED, elsewhere, self._commits(cited)[0])
            commits, uncommitted = self._commits(cited)
            return Cited(str(cited), GONE, commits=commits, uncommitted=uncommitted)
        same = _cut(before, was.start, was.end) == _cut(text, stands.start, stands.end)
        return Cited(str(cited), FRESH) if same else self._changed(cited)

    def _elsewhere(self, cited: Citation) -> str:
        """The one other file that defines the symbol now, as a place."""
        last = cited.symbol.replace("::", ".").rpartition(".")[2]
        paths = [
            path
            for path in self._git.holding(self._repository, last)
            if path != cited.path and symbols.find(self._text(path), cited.symbol)
        ]
        return str(cited._replace(path=paths[0])) if len(paths) == 1 else ""

    def _changed(self, cited: Citation) -> Cited:
        commits, uncommitted = self._commits(cited)
        return Cited(str(cited), CHANGED, commits=commits, uncommitted=uncommitted)

    def _commits(self, cited: Citation) -> tuple[tuple[Commit, ...], bool]:
        """The commits that touched the file since it was what the memory saw, and whether more is not committed."""
        repository, path, memory = self._repository, cited.path, self._subject.memory
        inner = find(os.path.dirname(os.path.join(repository.root, path)), {})
        if inner and inner.root != repository.root:  # a submodule has a history of its own
            path, repository = os.path.relpath(os.path.join(self._repository.root, path), inner.root), inner
        found = self._git.touching(repository, path, "HEAD")
        since = next((at for at, one in enumerate(found) if one.blob == self._base), None)
        if since is None and memory.commit and repository is self._repository:
            bounded = self._git.touching(repository, path, f"{memory.commit}..HEAD")
            known = {one.commit.hash for one in bounded}
            found = [one for one in found if one.commit.hash in known]
        elif since is None:
            found = [one for one in found if memory.created_at is None or one.commit.at >= memory.created_at]
        commits = tuple(one.commit for one in found[:since])
        return commits, not self._git.clean(repository, path)

    def _text(self, path: str) -> str:
        return (blobs.content(os.path.join(self._repository.root, path)) or b"").decode("utf-8", "replace")


def _cut(text: str, start: int, end: int) -> list[str]:
    return [line.rstrip() for line in lines_of(text)[start - 1 : end]]


def _wanted(text: str, cited: Citation) -> list[str]:
    """The cited lines; none when there are not that many."""
    found = _cut(text, cited.start, cited.end)
    return found if len(found) == cited.end - cited.start + 1 else []


def _where(wanted: Sequence[str], text: str) -> tuple[int, int] | None:
    """The only place in a text where these lines stand together."""
    if sum(letter.isalnum() for line in wanted for letter in line) < _SHORTEST:
        return None
    lines, size = [line.rstrip() for line in lines_of(text)], len(wanted)
    starts = [
        at for at, line in enumerate(lines) if line == wanted[0] and lines[at : at + size] == list(wanted)
    ]
    return (starts[0] + 1, starts[0] + size) if len(starts) == 1 else None


def _dumped(found: Sequence[Cited]) -> str:
    return json.dumps(
        [
            [
                one.place,
                one.state,
                one.now,
                [[each.hash, each.author, int(each.at.timestamp()), each.subject] for each in one.commits],
                one.uncommitted,
            ]
            for one in found
        ]
    )


def _loaded(text: str) -> list[Cited]:
    rows: list[Any] = json.loads(text)
    return [
        Cited(place, state, now, tuple(_commit(*each) for each in commits), bool(uncommitted))
        for place, state, now, commits, uncommitted in rows
    ]


def _commit(hashed: str, author: str, at: int, subject: str) -> Commit:
    return Commit(hashed, (), author, datetime.fromtimestamp(at, UTC), subject)
