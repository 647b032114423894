"""What git tracks in a working tree, and how far that differs from what it last saw; as raw as git tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from contextfs.git.repository import Repository, ask_bytes, find, head

_PATIENCE = 120.0
"""Seconds that a very large working tree may take."""


def listing(repository: Repository) -> bytes:
    """Every tracked path with its mode and blob id, as `entries` reads it."""
    return ask_bytes(repository, "ls-files", "--stage", "-z", timeout=_PATIENCE)


def answers(repository: Repository) -> bool:
    """Whether git works here at all; it refuses repositories that belong to somebody else."""
    return bool(ask_bytes(repository, "rev-parse", "--git-dir"))


def entries(listed: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Mode, blob id and path of each entry; of an unmerged path one for each side."""
    for entry in listed.split(b"\0"):
        if entry:
            told, _, path = entry.partition(b"\t")
            mode, blob, _ = told.split(b" ")
            yield mode, blob, path


def differing(repository: Repository) -> list[bytes]:
    """The tracked paths whose files seem to differ from what git last saw: changed, deleted or unmerged."""
    told = ask_bytes(
        repository, "diff-files", "--name-only", "-z", "--ignore-submodules=all", timeout=_PATIENCE
    )
    return list(dict.fromkeys(path for path in told.split(b"\0") if path))


def ignored(repository: Repository, rules: str) -> list[bytes]:
    """The tracked paths that `.gitignore` would leave out if they were new, or that a file of such rules leaves out."""
    more = (f"--exclude-from={rules}",) if os.path.exists(os.path.join(repository.root, rules)) else ()
    told = ask_bytes(
        repository, "ls-files", "--cached", "--ignored", "--exclude-standard", *more, "-z", timeout=_PATIENCE
    )
    return [path for path in told.split(b"\0") if path]


def marked(repository: Repository) -> list[bytes]:
    """The tracked paths that `.gitattributes` calls generated or vendored."""
    kinds = ("linguist-generated", "linguist-vendored")
    return _with_attribute(
        repository, [f":(attr:{kind}{value})" for kind in kinds for value in ("", "=true")]
    )


def _with_attribute(repository: Repository, patterns: list[str]) -> list[bytes]:
    if not os.path.exists(os.path.join(repository.root, ".gitattributes")):
        return []
    told = ask_bytes(repository, "ls-files", "-z", "--", *patterns, timeout=_PATIENCE)
    return [path for path in told.split(b"\0") if path]


def unmarked(repository: Repository) -> set[bytes]:
    """The tracked paths that `.gitattributes` says are neither generated nor vendored, whatever they look like."""
    kinds = ("linguist-generated", "linguist-vendored")
    return set(
        _with_attribute(
            repository, [f":(attr:{one})" for kind in kinds for one in (f"-{kind}", f"{kind}=false")]
        )
    )


def index_of(root: str) -> bytes:
    """The index of a working tree as it lies on the disk; it holds the id of each content that was staged."""
    repository = find(root, {})
    try:
        with open(os.path.join(repository.git_dir if repository else "", "index"), "rb") as file:
            return file.read()
    except OSError:
        return b""


def signature(repository: Repository) -> str:
    """Changes whenever something is checked out, committed or staged; asks no process."""
    try:
        index = os.stat(os.path.join(repository.git_dir, "index"))
        return f"{head(repository).commit} {index.st_mtime_ns} {index.st_size}"
    except OSError:
        return f"{head(repository).commit} -"


def refs(repository: Repository) -> str:
    """The same text means the same branches and tags."""
    from hashlib import blake2b  # it loads OpenSSL, and a search needs none of it

    told = ask_bytes(repository, "for-each-ref", "--format=%(objectname)", timeout=_PATIENCE)
    return blake2b(told, digest_size=8).hexdigest()


def log(repository: Repository, most: int) -> list[str]:
    """The latest commits of what is checked out, newest first; empty before the first one."""
    told = ask_bytes(repository, "rev-list", f"--max-count={most}", "HEAD", "--", timeout=_PATIENCE)
    return told.decode().split()


def forgotten(repository: Repository, commits: list[str]) -> list[str]:
    """Those of these commits that no branch, tag or checkout leads to any more."""
    known = ask_bytes(
        repository,
        "cat-file",
        "--batch-check=%(objectname)",
        given="".join(f"{one}\n" for one in commits).encode(),
        timeout=_PATIENCE,
    )
    lines = known.decode().splitlines()
    there = [line for line in lines if " " not in line]
    listed = "".join(f"{one}\n" for one in there)
    # what is read comes first, so that --not does not turn it round
    wanted = ("rev-list", "--stdin", "--not", "--all")
    loose = ask_bytes(repository, *wanted, given=listed.encode(), timeout=_PATIENCE) if there else b""
    return sorted((set(commits) - set(there)) | (set(commits) & set(loose.decode().split())))
