"""Contents of files as git knows them: blob ids of files in the working tree, and what became of a path."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, NamedTuple

from contextfs.domain.lineage import Commit
from contextfs.git.repository import Repository, ask, ask_bytes

LARGEST = 8 << 20
"""Bytes of a file that are read; what is larger is data, and not judged."""
_PATIENCE = 20.0
_SIMILAR = "-M40%"
_MOST = 50
"""Commits looked through for what happened to a path."""
_RECORD, _FIELD = "\x1e", "\x1f"
_SHA256 = 64


def _hasher(name: str, inner: Sequence[str]) -> Any:
    for module in (*inner, "hashlib"):  # hashlib loads OpenSSL, which costs half a bare interpreter
        try:
            return getattr(import_module(module), name)()
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"no {name} in this Python")


def blob_of(data: bytes, length: int = 40) -> str:
    """The id that git gives to this content, in a repository whose ids are so long."""
    hasher = _hasher("sha256", ("_sha2", "_sha256")) if length == _SHA256 else _hasher("sha1", ("_sha1",))
    hasher.update(b"blob %d\0" % len(data))
    hasher.update(data)
    return str(hasher.hexdigest())


def blob_at(path: str, length: int = 40) -> str:
    """The blob id of a file as it lies on the disk; "" when there is none to read."""
    data = content(path)
    return "" if data is None else blob_of(data, length)


def content(path: str) -> bytes | None:
    """The bytes of a file, or where a symbolic link points; None when there is none, or too much, to read."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return os.fsencode(os.readlink(path))
        if not stat.S_ISREG(mode):  # a pipe would have us wait for ever
            return None
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= LARGEST else None


def read(path: str, most: int) -> bytes | None:
    """The first bytes of a file, or of where a link leads; None when there is none, and of a pipe, which never ends."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return None


def id_length(repository: Repository, commit: str) -> int:
    """How many characters the ids of a repository have; before its first commit its configuration tells."""
    if commit:
        return len(commit)
    try:
        with open(os.path.join(repository.common_dir, "config"), encoding="utf-8", errors="replace") as file:
            return _SHA256 if "sha256" in file.read().lower() else 40
    except OSError:
        return 40


def at_commits(repository: Repository, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(commit, path) -> the blob id that the path had there, "" where it was not; asked in one process."""
    pairs = [(commit, path) for commit, path in wanted if "\n" not in path]
    given = "".join(f"{commit}:{path}\n" for commit, path in pairs)
    told = ask_bytes(
        repository, "cat-file", "--batch-check=%(objecttype) %(objectname)", given=given.encode()
    ).decode("utf-8", "replace")
    lines = told.splitlines()
    if len(lines) != len(pairs):
        return {}
    return {
        pair: line[5:] if line.startswith("blob ") else "" for pair, line in zip(pairs, lines, strict=True)
    }


def text(repository: Repository, blob: str) -> str:
    """The text of a blob; "" when git does not have it."""
    return ask_bytes(repository, "cat-file", "blob", blob).decode("utf-8", "replace") if blob else ""


def texts(repository: Repository, wanted: Iterable[str]) -> dict[str, str]:
    """Blob id -> its text, for those that git has; asked in one process."""
    asked = [one for one in dict.fromkeys(wanted) if one.strip("0")]
    given = "".join(f"{one}\n" for one in asked).encode()
    told = ask_bytes(repository, "cat-file", "--batch", given=given, timeout=_PATIENCE) if asked else b""
    found: dict[str, str] = {}
    place = 0
    for blob in asked:
        line_end = told.find(b"\n", place)
        head = told[place:line_end].split(b" ")
        place = line_end + 1
        if len(head) == 3 and head[2].isdigit():
            size = int(head[2])
            found[blob] = told[place : place + size].decode("utf-8", "replace")
            place += size + 1
    return found


class Touched(NamedTuple):
    """A commit that touched a path, with the content it found and the one it left there."""

    commit: Commit
    before: str
    blob: str
    hunks: Sequence[tuple[int, int, int, int]] = ()
    """First line and count before, first line and count after, of each run of lines that it changed."""
    renamed: bool = False
    """Whether the path had another name before."""


def touching(
    repository: Repository, path: str, span: str, *, follow: bool = False, hunks: bool = False
) -> list[Touched]:
    """The commits of a range that touched a path, newest first; `follow` goes on below the name it had before."""
    form = "--format=%x1e" + "%H%x1f%P%x1f%aN%x1f%at%x1f%s%x1f"
    names = ("--follow", _SIMILAR) if follow else ("--no-renames",)
    patch = ("-p", "-U0") if hunks else ()
    told = ask(
        repository,
        *("log", f"-n{_MOST}", *names, "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv"),
        *(*patch, form, span, "--", path),
        timeout=_PATIENCE,
    )
    return list(_touched(told))


def _touched(told: str) -> Iterator[Touched]:
    for part in ("\n" + told).split("\n" + _RECORD)[1:]:  # lines of a patch never begin like this
        hashed, parents, author, at, subject, rest = part.split(_FIELD, 5)
        raw = rest.strip().partition("\t")[0].split()
        commit = Commit(hashed, tuple(parents.split()), author, datetime.fromtimestamp(int(at), UTC), subject)
        before, after = raw[2:4] if len(raw) > 3 else ("", "")
        yield Touched(commit, before, after, _hunks(rest), renamed="".join(raw[4:5]).startswith("R"))


def uncommitted(repository: Repository, path: str) -> Sequence[tuple[int, int, int, int]]:
    """The runs of lines in which the working tree differs from the last commit."""
    plain = ("--no-ext-diff", "--no-textconv", "-U0")
    return _hunks(ask(repository, "diff", *plain, "HEAD", "--", f":(literal){path}", timeout=_PATIENCE))


def _hunks(patch: str) -> tuple[tuple[int, int, int, int], ...]:
    lines = (line.split(" ", 3) for line in patch.split("\n") if line.startswith("@@ -"))
    return tuple((*_run(line[1]), *_run(line[2])) for line in lines)


def _run(told: str) -> tuple[int, int]:
    first, _, count = told[1:].partition(",")
    return int(first), int(count or 1)


def clean(repository: Repository, path: str) -> bool:
    """Whether a tracked file is what git last saw, line ends and filters taken into account."""
    tracked = ask(repository, "ls-files", "--", f":(literal){path}")
    return bool(tracked) and not ask(repository, "status", "--porcelain", "--", f":(literal){path}")


def renamed(repository: Repository, path: str, commit: str, blob: str) -> tuple[str, list[Commit], str]:
    """Where a file that is gone lies now, "" when nowhere, the commit that took it away, and its last name."""
    taken = _deleted(repository, path)
    through, taken, last = _through(repository, path, taken)
    found = _since(repository, commit, path) if commit else ""
    return found or through or _same_content(repository, blob), taken, last


def _deleted(repository: Repository, path: str) -> list[Commit]:
    """The commit that took a path away, if that is the last that happened to it."""
    return [one.commit for one in touching(repository, path, "HEAD")[:1] if not one.blob.strip("0")]


def _since(repository: Repository, commit: str, path: str) -> str:
    """The new name between a commit and the working tree."""
    told = ask(
        repository, "diff", _SIMILAR, "--diff-filter=R", "--name-status", "-z", commit, timeout=_PATIENCE
    )
    return dict(_renames(told)).get(path, "")


def _through(repository: Repository, path: str, taken: list[Commit]) -> tuple[str, list[Commit], str]:
    """The new name step by step, through the commits that renamed it, the last of them, and the last name of all."""
    for _ in range(10):
        if not taken:
            break
        told = ask(
            repository,
            *("diff-tree", "-r", _SIMILAR, "--diff-filter=R", "--name-status", "-z", "--no-commit-id", "-m"),
            taken[0].hash,
            timeout=_PATIENCE,
        )
        then = dict(_renames(told)).get(path, "")
        if not then:
            break
        path = then
        if os.path.lexists(os.path.join(repository.root, path)):
            return path, taken, path
        taken = _deleted(repository, path) or taken
    return "", taken, path


def _renames(told: str) -> Iterator[tuple[str, str]]:
    parts = told.split("\0")
    for place in range(0, len(parts) - 2, 3):
        yield parts[place + 1], parts[place + 2]


def _same_content(repository: Repository, blob: str) -> str:
    """A tracked file with exactly this content."""
    if not blob:
        return ""
    for entry in ask(repository, "ls-files", "--stage", "-z", timeout=_PATIENCE).split("\0"):
        told, _, path = entry.partition("\t")
        if blob in told and os.path.isfile(os.path.join(repository.root, path)):
            return path
    return ""


def holding(repository: Repository, word: str) -> list[str]:
    """The files of the working tree that hold a word, new ones included."""
    told = ask(
        repository,
        *("grep", "--untracked", "-I", "-l", "-z", "-w", "-F", "-e", word),
        timeout=_PATIENCE,
    )
    return [path for path in told.split("\0") if path][:_MOST]
