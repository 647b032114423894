"""Citing: the contents that cited files and parts of them have at the moment of a save, as fields of the change log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.citation import ALL_LOOKED_AT, FIELD, Citation, citations, may_cite, parsed
from contextfs.domain.given import listed
from contextfs.lazy import Later
from contextfs.workspace import Workspace

if TYPE_CHECKING:
    from contextfs.capture import linking
    from contextfs.domain import citation
    from contextfs.domain.memory import Memory
    from contextfs.git import blobs, tracked
    from contextfs.lineage import parts
else:  # only memories that cite a file
    tracked = Later("contextfs.git.tracked")
    blobs, parts = Later("contextfs.git.blobs"), Later("contextfs.lineage.parts")
    linking, citation = Later("contextfs.capture.linking"), Later("contextfs.domain.citation")

_LARGEST = 1 << 20
"""Bytes of a file that a save reads; of a larger one the commit tells later what it held."""


class Noted(NamedTuple):
    """What a save notes of the places that a memory names."""

    fields: dict[str, object]
    """For the change log: the blob id of each file, and the hash of a part that may otherwise not be told later."""
    missing: Sequence[str] = ()
    """The places that are not there."""


def cited(here: Workspace, memory: Memory, given: Sequence[str] = ()) -> Noted:
    """What the places that a memory names hold now; nothing outside its own repository.

    `given` are its files as somebody gave them, with the parts that are meant.
    """
    if not here.root or memory.source_repo != here.repo or memory.commit != here.commit:
        return Noted({})
    if not may_cite(memory):
        return Noted({})
    return _Noting(here, memory).noted(given)


def names(memory: Memory) -> list[str]:
    """What a memory may mean as functions and classes of the files that it names."""
    text = f"{memory.summary}\n{memory.content}"
    mentioned = (one.name for one in linking.mentions(text) if one.kind == "symbol")
    return list(dict.fromkeys((*mentioned, *citation.names(text))))


class _Noting:
    """One save, looked at."""

    def __init__(self, here: Workspace, memory: Memory) -> None:
        self._here = here
        self._memory = memory
        self._contents: dict[str, bytes | None] = {}
        self._fields: dict[str, object] = {}
        self._missing: list[str] = []
        self._complete = True
        self._read: bytes | None = None

    def noted(self, given: Sequence[str]) -> Noted:
        """All of its places."""
        for place in self._places(given):
            self._note(place)
        self._missing += [path for path in self._memory.files if not self._is_there(path)]
        complete: dict[str, object] = {ALL_LOOKED_AT: True} if self._complete else {}
        return Noted({**self._fields, **complete}, tuple(dict.fromkeys(self._missing)))

    def _places(self, given: Sequence[str]) -> list[Citation]:
        """The places, the parts of given files among them instead of the whole files."""
        files = self._memory.files
        meant = [one for text in listed("files", given) if (one := _with_part(text)).path in files]
        meant = [one for one in meant if one.is_part]
        found = dict.fromkeys((*meant, *citations(self._memory, self._here.root)))
        whole = {one.path for one in meant}
        return [one for one in found if one.is_part or one.path not in whole]

    def _note(self, cited: Citation) -> None:
        path = self._found(cited.path)
        if not path:
            return
        cited = cited._replace(path=path)
        content = self._content(path)
        if content is None:
            self._complete = False
            return
        blob = blobs.blob_of(content, _length(self._here))
        note = blob
        if cited.start or (cited.symbol and not self._in_git(blob)):
            note = f"{blob} {self._part(content, cited)}".rstrip()
        elif cited.symbol:
            note += f" {parts.NEVER}" if parts.cannot_be(_text(content), cited) else ""
        elif not self._in_git(blob):
            self._note_named(cited, content, blob)
        if note.endswith(f" {parts.NEVER}"):
            self._missing.append(str(cited))
        self._fields[FIELD + str(cited)] = note

    def _note_named(self, cited: Citation, content: bytes, blob: str) -> None:
        """What the text names of a file that git does not have like this."""
        text = _text(content)
        for name in names(self._memory):
            place = cited._replace(symbol=name)
            part = "" if parts.cannot_be(text, place) else parts.part(text, place)
            if part:
                self._fields[FIELD + str(place)] = f"{blob} {part}"

    def _part(self, content: bytes, cited: Citation) -> str:
        text = _text(content)
        return parts.part(text, cited) or (parts.NEVER if parts.cannot_be(text, cited) else "")

    def _found(self, path: str) -> str:
        """The file that is meant: from the root, else from the directory that we are in."""
        root, cwd = self._here.root, self._here.cwd
        path = path.removeprefix(f"{root}/")
        if os.path.isabs(path):
            return ""
        if os.path.isfile(os.path.join(root, path)):
            return path
        full = os.path.join(cwd, path)
        inside = cwd != root and full.startswith(os.path.join(root, "")) and os.path.isfile(full)
        return os.path.relpath(full, root).replace(os.sep, "/") if inside else ""

    def _is_there(self, path: str) -> bool:
        full = os.path.join(self._here.root, os.path.expanduser(path))
        return "://" in path or os.path.lexists(full) or bool(self._found(path))

    def _content(self, path: str) -> bytes | None:
        if path not in self._contents:
            full = os.path.join(self._here.root, path)
            try:
                small = os.stat(full).st_size <= _LARGEST
            except (OSError, ValueError):
                small = False
            self._contents[path] = blobs.content(full) if small else None
        return self._contents[path]

    def _in_git(self, blob: str) -> bool:
        """Whether the content is that of a file which git has seen: its index holds the ids of all these."""
        return bytes.fromhex(blob) in self._index

    @property
    def _index(self) -> bytes:
        if self._read is None:
            self._read = tracked.index_of(self._here.root)
        return self._read


def _with_part(given: str) -> Citation:
    """A file as somebody gave it: `a.py:6-9`, `a.py#L6-L9`, `a.py::send`, `a.md#one`, or all of it."""
    path, marked, lines = given.rpartition("#L")
    if not (marked and lines[:1].isdigit()):
        path, _, lines = given.rpartition(":")
    found = parsed(f"{path}:{lines.replace('L', '')}")
    if found.start:
        return found
    found = parsed(given)
    symbol = found.symbol.lower() if found.is_heading else found.symbol.removesuffix("()")
    return found._replace(symbol=symbol)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _length(here: Workspace) -> int:
    if here.commit:
        return len(here.commit)
    from contextfs.git.repository import find  # only before the first commit

    repository = find(here.root, {})
    return blobs.id_length(repository, "") if repository else 40
