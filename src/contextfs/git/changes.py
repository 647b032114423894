"""What a change consists of: its range of commits, and the lines of each file that it touches."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.errors import InvalidInput
from contextfs.git.blobs import read
from contextfs.git.history import uncommitted
from contextfs.git.repository import Repository, ask, head

_PATIENCE = 60.0
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master", "trunk")
"""What a change is compared with where nobody says so, the first that there is."""


class Range(NamedTuple):
    """From where a change goes to where."""

    base: str
    """The commit that it goes out from; of a whole history the empty tree."""
    head: str
    """The commit that it leads to; "" for the working tree."""
    said: str
    """The same in words."""


class Changed(NamedTuple):
    """One file of a change."""

    path: str
    before: str = ""
    """The name that it had, where that was another one."""
    lines: Sequence[tuple[int, int]] = ()
    """First and last line of each changed place, as they are after it."""
    gone: bool = False
    new: bool = False


def range_of(repository: Repository, given: str) -> Range:
    """The range that somebody means by ``BASE..HEAD`` or ``BASE``, or by nothing; raises InvalidInput."""
    if not head(repository).commit:
        raise InvalidInput(f"{repository.root} has no commit yet.", hint="There is nothing to compare with.")
    if not given.strip():
        return _usual(repository)
    base, dots, end = given.strip().partition("..")
    end = end.removeprefix(".") or "HEAD"
    first, last = _commit(repository, base or "HEAD"), _commit(repository, end)
    start = ask(repository, "merge-base", first, last) or first
    whole = f"{base or 'HEAD'}..{end}" if dots else f"{base}..HEAD"
    moved = f", from {start[:8]}, where they parted" if start != first else ""
    return Range(start, last, whole + moved)


def _commit(repository: Repository, name: str) -> str:
    found = ask(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not found:
        raise InvalidInput(
            f"{name!r} names no commit of {repository.name}.",
            hint="Give BASE..HEAD by branches, tags or hashes, such as main..HEAD or v1.2..v1.3.",
        )
    return found


def _usual(repository: Repository) -> Range:
    """What goes beyond the default branch, committed or not; there what is not committed, else the last commit."""
    here = head(repository)
    name, tip = _default(repository)
    base = ask(repository, "merge-base", tip, here.commit) if tip else ""
    if base and base != here.commit:
        return Range(base, "", f"what goes beyond {name}, since {base[:8]}")
    if uncommitted(repository):
        return Range(here.commit, "", f"what is not committed since {here.commit[:8]}")
    before = ask(repository, "rev-parse", "--verify", "--quiet", f"{here.commit}^") or _EMPTY_TREE
    beyond = f"; nothing goes beyond {name}" if name else ""
    return Range(before, here.commit, f"the last commit, {here.commit[:8]}{beyond}")


def _default(repository: Repository) -> tuple[str, str]:
    """The default branch and its commit; nothing where no branch is called like one."""
    for name in _DEFAULTS:
        tip = ask(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if tip:
            real = ask(repository, "rev-parse", "--abbrev-ref", name) if name.endswith("/HEAD") else ""
            return real or name, tip
    return "", ""


def commits_in(repository: Repository, span: Range, most: int = 2000) -> list[str]:
    """The commits of a range without merges, newest first."""
    start = () if span.base == _EMPTY_TREE else (f"^{span.base}",)
    told = ask(repository, "rev-list", "--no-merges", f"-n{most}", span.head or "HEAD", *start, "--")
    return told.split()


def changed(repository: Repository, span: Range) -> list[Changed]:
    """The files of a change with their changed lines."""
    ends = (span.base, *((span.head,) if span.head else ()))
    plain = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", "-M", *ends, "--")
    named = list(_named(ask(repository, *_with(plain, "--name-status", "-z"), timeout=_PATIENCE)))
    patch = ask(repository, *_with(plain, "-U0"), timeout=_PATIENCE)
    # What begins so is no line of a file: those begin with a sign of their own.
    places = [list(_places(part)) for part in re.split(r"^diff --git ", patch, flags=re.MULTILINE)[1:]]
    if len(places) == len(named):
        named = [one._replace(lines=lines) for one, lines in zip(named, places, strict=True)]
    if not span.head:
        named += [Changed(path, new=True) for path in _untracked(repository)]
    return named


def _with(command: Sequence[str], *options: str) -> tuple[str, ...]:
    return (command[0], *options, *command[1:])


def _named(told: str) -> Iterator[Changed]:
    parts = iter(told.split("\0"))
    for state in parts:
        if state[:1] in {"R", "C"}:
            before, path = next(parts), next(parts)
            yield Changed(path, before)
        elif state:
            yield Changed(next(parts), gone=state == "D", new=state == "A")


def _places(patch: str) -> Iterator[tuple[int, int]]:
    for start, count in _HUNK.findall(patch):
        first = max(1, int(start))
        yield first, first + max(1, int(count or 1)) - 1


def _untracked(repository: Repository) -> list[str]:
    told = ask(repository, "ls-files", "--others", "--exclude-standard", "-z", timeout=_PATIENCE)
    return [path for path in told.split("\0") if path]


def text_after(repository: Repository, span: Range, path: str, largest: int) -> str:
    """The text of a file as it is after a change; "" where there is none to read."""
    if span.head:
        told = ask(repository, "cat-file", "blob", f"{span.head}:{path}", timeout=_PATIENCE)
        return told if len(told) <= largest and "\0" not in told[:8192] else ""
    data = read(os.path.join(repository.root, path), largest + 1)
    if data is None:
        return ""
    return "" if len(data) > largest or b"\0" in data[:8192] else data.decode("utf-8", "replace")
