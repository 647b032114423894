"""What stands in a working tree now: each tracked file with its blob id, found without reading unchanged files.

Git knows the blob of every file that did not change since it last looked; only the files that it says differ are read
and named as git would name them.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from contextfs.domain.indexed import Source
from contextfs.errors import InvalidInput
from contextfs.git import tracked
from contextfs.git.repository import Repository
from contextfs.indexing.choosing import LARGEST, name_verdict
from contextfs.indexing.readers import RULES, reader_of

IGNORE_FILE = ".contextfsignore"
"""The file in which a project names what is not to be indexed, in the language of `.gitignore`."""
_ORDINARY = (b"100644", b"100755")


class Snapshot(NamedTuple):
    """The state of a working tree as git tells it."""

    listed: bytes
    differing: list[bytes]
    state: str
    """The same text means the same tree."""


class Entry(NamedTuple):
    """A tracked file."""

    path: str
    source: Source
    verdict: str = ""
    """Why it is not to be read; empty when it is."""


def snapshot(repository: Repository) -> Snapshot:
    """Look at the working tree: two questions to git, and one stat for each file that differs.

    Raises InvalidInput where git does not answer, since no answer must not pass for an empty tree.
    """
    listed = tracked.listing(repository)
    if not listed and not tracked.answers(repository):
        raise InvalidInput(
            f"Git does not answer in {repository.root}.",
            hint="See what it says with: git status. A repository of somebody else has to be a safe.directory of git.",
        )
    differing = tracked.differing(repository)
    digest = hashlib.blake2b(listed, digest_size=16)
    for path in differing:
        digest.update(path + _stat(repository.root, path))
    digest.update(
        RULES.encode() + reader_of("a.py").encode() + _content(repository.root, IGNORE_FILE.encode())
    )
    return Snapshot(listed, differing, digest.hexdigest())


def entries(repository: Repository, seen: Snapshot) -> Iterator[Entry]:
    """The tracked files that are there, each once."""
    left_out = dict.fromkeys(tracked.ignored(repository, IGNORE_FILE), "ignored")
    left_out |= dict.fromkeys(tracked.marked(repository), "generated or vendored")
    differing, kept = set(seen.differing), tracked.unmarked(repository)
    last = b""
    for mode, blob, path in tracked.entries(seen.listed):
        if mode not in _ORDINARY or path == last:
            continue
        last = path
        one = _entry(
            repository.root, path, blob, left_out.get(path, ""), differs=path in differing, kept=path in kept
        )
        if one:
            yield one


def _entry(root: str, path: bytes, blob: bytes, verdict: str, *, differs: bool, kept: bool) -> Entry | None:
    try:
        name = path.decode()
    except UnicodeDecodeError:
        return Entry(path.decode("utf-8", "replace"), Source(b"", ""), "name that is not UTF-8")
    verdict = verdict or name_verdict(name)
    verdict = "" if kept and verdict in {"generated", "vendored"} else verdict
    key = bytes.fromhex(blob.decode())
    if differs and not verdict:
        data = content(root, name)
        if data is None:
            return None
        key = named(data, len(key))
    return Entry(name, Source(key, reader_of(name)), verdict)


def content(root: str, path: str) -> bytes | None:
    """The content of a file of the working tree, of a very large one only its beginning; None if it is not there."""
    return _read(os.path.join(root, path), LARGEST + 1)


def _read(path: str | bytes, most: int = -1) -> bytes | None:
    try:
        # A pipe in the place of a file would have us wait for ever, and a link would lead elsewhere.
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return None


def named(data: bytes, size: int) -> bytes:
    """The blob id of a content, in a repository whose ids have so many bytes."""
    make = hashlib.sha256 if size == 32 else hashlib.sha1
    return make(b"blob %d\0" % len(data) + data).digest()


def _stat(root: str, path: bytes) -> bytes:
    try:
        found = os.lstat(os.path.join(os.fsencode(root), path))
        return f" {found.st_mtime_ns} {found.st_size} {found.st_ino}\0".encode()
    except OSError:
        return b" -\0"


def _content(root: str, path: bytes) -> bytes:
    return _read(os.path.join(os.fsencode(root), path)) or b""
