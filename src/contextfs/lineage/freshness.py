"""Freshness: the places that memories cite, read again and compared with what stood there when they were saved.

A file that is byte for byte what it was costs one reading of it. Only where it differs is git asked for what stood
there and for the commits since; that answer holds for as long as file and HEAD stay as they are, and is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from contextfs.domain.citation import Citation, citations, parsed
from contextfs.domain.freshness import CHANGED, FRESH, GONE, MOVED, UNKNOWN, Cited
from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory
from contextfs.git import blobs
from contextfs.git.repository import Head, Repository, head
from contextfs.git.tracked import signature
from contextfs.lineage import parts
from contextfs.lineage.since import Asked, Cause, Since, movers, since
from contextfs.store.judged import Judged

SMALL = 1 << 16
"""Bytes up to which reading a file costs less than looking up what was known of it."""
_PASSING = 60.0
"""Seconds for which is believed what depends on the whole working tree."""


class Subject(NamedTuple):
    """One memory, with what the change log knows of the files it cites."""

    memory: Memory
    recorded: Mapping[str, str]
    """Path or place -> the blob id the file had when the memory was saved, or when somebody confirmed the place.

    Behind the id may stand the hash of the part that is meant.
    """
    known: bool = False
    """Whether what is not recorded is known to have been no file then."""


class _Base(NamedTuple):
    """What a place was."""

    blob: str
    part: str = ""
    """The hash of the part that is meant, where it was noted."""


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
        self._git = Asked()

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
                if cited.path in one.recorded or str(cited) in one.recorded or key in found:
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
        for cited, base in self._places(subject, bases):
            found |= dict.fromkeys(self._judge(subject, cited, base))
        return list(found)

    def _places(
        self, subject: Subject, bases: Mapping[tuple[str, str], str]
    ) -> Iterator[tuple[Citation, _Base]]:
        """The places with what they were: those that the text names, then those that only the log does."""
        named = citations(subject.memory)
        partly = {one.path for one in named if one.is_part}  # old records have the file of a part by itself
        for cited in named:
            known = subject.recorded.get(str(cited)) or subject.recorded.get(cited.path)
            base = known or bases.get((subject.memory.commit, cited.path), "")
            if base and not base.endswith(parts.ELSEWHERE):
                yield cited, _Base(*base.split(" ", 1))
        for place, noted in subject.recorded.items():
            cited = parsed(place)
            if noted.endswith(parts.ELSEWHERE):
                continue
            whole = not cited.is_part and cited.path not in partly and not _has_parts(subject, cited.path)
            if cited not in named and (cited.is_part or whole):
                yield cited, _Base(*noted.split(" ", 1))

    # ── what stands there now ───────────────────────────────────────────────────────────────────────────────────

    def _judge(self, subject: Subject, cited: Citation, base: _Base) -> list[Cited]:
        if base.part == parts.NEVER:
            return [Cited(str(cited), UNKNOWN)]
        current = self.current(cited.path)
        if current == base.blob:
            return (
                [] if _stands_for_parts(subject, cited) else [Cited(str(cited), self._attested(cited, base))]
            )
        recorded = json.dumps(subject.recorded, sort_keys=True)  # what somebody confirmed counts
        key = ("stood", self._here.commit, base.blob, current, subject.memory.id, str(cited), recorded)
        passing = (*key, signature(self._repository))
        known = self._judged.get(*key) or self._judged.get(*passing, younger_than=_PASSING)
        if known is not None:
            return _loaded(known)
        found = _Place(self._git, self._repository, subject, base).judged(cited, current, self._symbols_of)
        lasting = all(_needs_no_other(one, cited) for one in found)
        self._judged.put(_dumped(found), *(key if lasting and found else passing))
        return found

    def _attested(self, cited: Citation, base: _Base) -> str:
        """Whether a part of a file that is what it was can be there at all."""
        if base.part or not cited.is_part:
            return FRESH
        return UNKNOWN if parts.cannot_be(_text(self._repository, cited.path), cited) else FRESH


def _needs_no_other(found: Cited, cited: Citation) -> bool:
    """Whether the answer depends on no other file than the cited one."""
    return found.state in (FRESH, CHANGED) and (not found.now or parsed(found.now).path == cited.path)


def _has_parts(subject: Subject, path: str) -> bool:
    return any(place != path and parsed(place).path == path for place in subject.recorded)


def _stands_for_parts(subject: Subject, cited: Citation) -> bool:
    """Whether a file is named where the log knows which of its parts were meant."""
    return not cited.is_part and _has_parts(subject, cited.path)


def _text(repository: Repository, path: str) -> str:
    return (blobs.content(os.path.join(repository.root, path)) or b"").decode("utf-8", "replace")


class _Place:
    """One file that is not what it was when a memory cited it."""

    def __init__(self, git: Asked, repository: Repository, subject: Subject, base: _Base) -> None:
        self._git = git
        self._repository = repository
        self._subject = subject
        self._base = base
        self._last = ""

    def judged(
        self, cited: Citation, current: str, symbols_of: Callable[[Memory], Sequence[str]]
    ) -> list[Cited]:
        """The citation as it stands; of a file of which the memory names symbols, each of those instead."""
        path, taken = cited.path, ()
        if not current:
            path, gone, self._last = self._git.renamed(
                self._repository, cited.path, self._subject.memory.commit, self._base.blob
            )
            taken = tuple(gone)
        before = self._git.text(self._repository, self._base.blob)
        if cited.is_part:
            return [self._part(cited, path, before, taken)]
        places = self._named(cited, before, symbols_of) if path else []
        if places:
            return [self._part(one, path, before, taken) for one in places]
        return [] if _stands_for_parts(self._subject, cited) else [self._file(cited, path, taken)]

    def _named(
        self, cited: Citation, before: str, symbols_of: Callable[[Memory], Sequence[str]]
    ) -> list[Citation]:
        """The symbols that the memory names of this file, but for those that the log knows to be meant."""
        names = symbols_of(self._subject.memory) if before else ()
        places = (cited._replace(symbol=name) for name in names)
        known = self._subject.recorded
        return [one for one in places if str(one) not in known and parts.part(before, one)]

    def _file(self, cited: Citation, path: str, taken: tuple[Commit, ...]) -> Cited:
        if not path:
            return self._gone(cited, taken)
        moved = path != cited.path
        if self._same(path):
            return Cited(str(cited), MOVED, path, taken) if moved else Cited(str(cited), FRESH)
        return self._changed(cited, path, path if moved else "")

    def _same(self, path: str) -> bool:
        """Whether a file holds what was cited, line ends apart."""
        at = self._git.at(self._repository, head(self._repository).commit, path)
        return self._hashed(path) == self._base.blob or (
            at == self._base.blob and self._git.clean(self._repository, path)
        )

    def _hashed(self, path: str) -> str:
        return blobs.blob_at(os.path.join(self._repository.root, path), len(self._base.blob))

    def _part(self, cited: Citation, path: str, before: str, taken: tuple[Commit, ...]) -> Cited:
        wanted = self._base.part or parts.part(before, cited)
        if not wanted:
            never = before and parts.cannot_be(before, cited)
            return Cited(str(cited), UNKNOWN) if never else self._file(cited, path, taken)
        if not path and cited.symbol:
            elsewhere = self._elsewhere(cited, wanted, path, taken)
            return elsewhere or self._taken(cited, self._last, wanted, taken)
        if not path:
            return self._gone(cited, taken)
        text, place = _text(self._repository, path), cited._replace(path=path)
        moved = path != cited.path
        if parts.part(text, place) == wanted:
            return Cited(str(cited), MOVED, str(place), taken) if moved else Cited(str(cited), FRESH)
        if cited.start:
            found = parts.where(text, cited.end - cited.start + 1, wanted)
            if found:
                return self._moved(cited, place._replace(start=found[0], end=found[1]), wanted)
        elif parts.span(text, place) is None:
            return self._elsewhere(cited, wanted, path, ()) or self._taken(cited, path, wanted)
        return self._changed(cited, path, str(place) if moved else "", wanted)

    def _elsewhere(self, cited: Citation, wanted: str, path: str, taken: tuple[Commit, ...]) -> Cited | None:
        """The symbol in the one other file that defines it now."""
        if cited.is_heading:
            return None
        found: list[tuple[Citation, str]] = []
        for other in self._git.holding(self._repository, parts.last_name(cited)):
            place = cited._replace(path=other)
            if other not in (cited.path, path) and (
                part := parts.part(_text(self._repository, other), place)
            ):
                found.append((place, part))
        if len(found) != 1:
            return None
        place, part = found[0]
        commits = taken or self._since(cited, path, wanted).commits
        if part == wanted:
            return Cited(str(cited), MOVED, str(place), commits)
        own = self._since(cited, place.path, wanted)
        commits = tuple(dict.fromkeys((*own.commits, *commits)))
        return Cited(str(cited), CHANGED, str(place), commits, own.uncommitted, own.note)

    def _moved(self, cited: Citation, now: Citation, wanted: str) -> Cited:
        """Lines that stand elsewhere, with the commits that brought them there."""
        commits = movers(self._git, self._repository, self._cause(cited, now.path, wanted))
        return Cited(str(cited), MOVED, str(now), commits)

    def _changed(self, cited: Citation, path: str, now: str, wanted: str = "") -> Cited:
        told = self._since(cited, path, wanted)
        if cited.start and wanted:
            lines = told.lines or (0, 0)
            now = str(cited._replace(path=path, start=lines[0], end=lines[1]))
            now = "" if now == str(cited) or (not told.lines and path == cited.path) else now
        return Cited(str(cited), CHANGED, now, told.commits, told.uncommitted, told.note)

    def _gone(self, cited: Citation, taken: tuple[Commit, ...]) -> Cited:
        return Cited(str(cited), GONE, commits=taken, uncommitted=not taken)

    def _taken(self, cited: Citation, path: str, wanted: str, file: tuple[Commit, ...] = ()) -> Cited:
        """A symbol that its file has no more, with the commit that took it away, or else the file."""
        told = self._since(cited, path, wanted)
        commits = (
            () if told.uncommitted else told.commits[:1] or file
        )  # what is still committed, no commit took
        return Cited(str(cited), GONE, commits=commits, uncommitted=told.uncommitted)

    def _since(self, cited: Citation, path: str, wanted: str) -> Since:
        return since(self._git, self._repository, self._cause(cited, path, wanted))

    def _cause(self, cited: Citation, path: str, wanted: str) -> Cause:
        return Cause(self._subject.memory, cited, path or cited.path, self._base.blob, wanted)


def _dumped(found: Sequence[Cited]) -> str:
    return json.dumps(
        [
            [
                one.place,
                one.state,
                one.now,
                [[each.hash, each.author, int(each.at.timestamp()), each.subject] for each in one.commits],
                one.uncommitted,
                one.note,
            ]
            for one in found
        ]
    )


def _loaded(text: str) -> list[Cited]:
    rows: list[Any] = json.loads(text)
    return [
        Cited(place, state, now, tuple(_commit(*each) for each in commits), bool(uncommitted), note)
        for place, state, now, commits, uncommitted, note in rows
    ]


def _commit(hashed: str, author: str, at: int, subject: str) -> Commit:
    return Commit(hashed, (), author, datetime.fromtimestamp(at, UTC), subject)
