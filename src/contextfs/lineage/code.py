"""What stands at a place: its lines, the commits that wrote them, the names it had and the symbols it belongs to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from contextfs.domain.lineage import BlamedLine, Commit, Place
from contextfs.domain.search import Scope
from contextfs.domain.text import lines_of
from contextfs.errors import InvalidInput
from contextfs.git import blobs, history, repository
from contextfs.git.repository import Repository
from contextfs.indexing import symbols

LARGEST = 8 << 20
"""Bytes of a file that are read; what is larger is data."""
EARLIER = 30
"""Commits looked at beyond those that wrote the lines as they are."""
_MOST_WORDS = 80
_MOST_SYMBOLS = 8


class Outer(NamedTuple):
    """What a place of another repository is called where we are."""

    names: Sequence[str]
    scope: Scope


class Code(NamedTuple):
    """A place in the code with its history."""

    place: Place
    repository: Repository | None = None
    exists: bool = False
    folder: bool = False
    is_text: bool = False
    lines: Sequence[BlamedLine] = ()
    counts: Mapping[str, int] = {}
    """Commit -> how many of the lines it wrote."""
    commits: Mapping[str, Commit] = {}
    """Those commits and the ones that changed the place before, newest first."""
    bases: Mapping[str, Commit] = {}
    """The first parents of those commits: what was checked out while they were made."""
    merges: Mapping[str, Commit] = {}
    """Commit -> the merge that brought it here."""
    names: Sequence[str] = ()
    """The path, then those it had earlier."""
    symbols: Sequence[str] = ()
    """What the lines define or belong to, the innermost first."""
    words: str = ""
    """What the code says about itself, for a search by meaning."""
    notes: Sequence[str] = ()
    outer: Outer | None = None


def is_there(path: str, cwd: str, environ: Mapping[str, str]) -> bool:
    """Whether something lies at a path, seen from a directory or from the top of the repository around it."""
    return os.path.lexists(_absolute(path, cwd, environ))


def read(place: Place, cwd: str, environ: Mapping[str, str]) -> Code:
    """Look at a place as it is in the working tree; raises InvalidInput for lines and symbols that are not there."""
    path = _absolute(place.path, cwd, environ)
    found = repository.find(path if os.path.isdir(path) else os.path.dirname(path), environ)
    known = place._replace(path=_relative(path, found))
    if os.path.isdir(path):
        return _with_history(Code(known, found, exists=True, folder=True))
    text = _text(path)
    if text is None:
        return _with_history(Code(known, found, exists=os.path.lexists(path)))
    known = _with_lines(known, text)
    start, end = known.start or 1, known.end or max(1, len(lines_of(text)))
    around = symbols.around(text, start, end) if known.start else symbols.definitions(text)
    names = [symbols.qualified(one, around) for one in around][:_MOST_SYMBOLS]
    if known.symbol:
        names = [known.symbol, *(name for name in names if name != known.symbol)]
    words = " ".join((*names[:3], *_said(lines_of(text)[start - 1 : end])))
    return _with_history(Code(known, found, exists=True, is_text=True, symbols=tuple(names), words=words))


def _absolute(path: str, cwd: str, environ: Mapping[str, str]) -> str:
    """Where a path lies: below the current directory, else below the top of the repository around it."""
    here = os.path.normpath(os.path.join(cwd, os.path.expanduser(path)))
    around = None if os.path.lexists(here) or os.path.isabs(path) else repository.find(cwd, environ)
    there = os.path.join(around.root, path) if around else here
    chosen = there if os.path.lexists(there) else here
    return os.path.join(os.path.realpath(os.path.dirname(chosen)), os.path.basename(chosen))


def _relative(path: str, found: Repository | None) -> str:
    inside = found and (path == found.root or path.startswith(found.root + os.sep))
    return (os.path.relpath(path, found.root) if found and inside else path).replace(os.sep, "/")


def _text(path: str) -> str | None:
    """The text of a file; None when there is none to read."""
    data = blobs.read(path, LARGEST + 1)
    if data is None:
        return None
    return None if len(data) > LARGEST or b"\0" in data[:8192] else data.decode("utf-8", "replace")


def _with_lines(place: Place, text: str) -> Place:
    if place.symbol:
        definition = symbols.find(text, place.symbol)
        if definition is None:
            raise InvalidInput(f"{place.path} defines no {place.symbol!r}.", hint=_near(place.symbol, text))
        return place._replace(start=definition.start, end=definition.end)
    lines = len(lines_of(text))
    if place.start > lines:
        raise InvalidInput(f"{place.path} has {lines} lines; {place.start} is not one of them.")
    return place._replace(end=min(place.end, lines))


def _near(symbol: str, text: str) -> str:
    known = list(symbols.names(text))
    near = get_close_matches(symbol.rpartition(".")[2], known, n=3, cutoff=0.5) or known[:5]
    return f"It defines, among others: {', '.join(near)}." if near else "No definition was found in it."


def _said(lines: Sequence[str]) -> list[str]:
    """The words of comments and of documentation at the beginning of the lines."""
    words: list[str] = []
    quoted = False
    for line in lines:
        bare = line.strip()
        marks = bare.count('"""') + bare.count("'''")
        if quoted or marks or bare.startswith(("#", "//", "/*", "*", "--", "<!--")):
            words += bare.strip("\"'#/*-<!> ").split()
        quoted ^= marks % 2 == 1
        if len(words) >= _MOST_WORDS:
            break
    return words[:_MOST_WORDS]


# ── history ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _with_history(code: Code) -> Code:
    found, path = code.repository, code.place.path
    if found is None:
        return code._replace(names=(path,), notes=("This file is not in a git repository.",))
    if code.folder:
        return _with_commits(code._replace(names=(path,)), {}, history.folder_history(found, path, EARLIER))
    named = history.file_history(found, path, EARLIER)
    names = tuple(dict.fromkeys((path, *(name for _, name in named))))
    code = code._replace(names=names)
    start, end = code.place.start, code.place.end
    lines = history.blame(found, path, start, end) if code.exists and code.is_text else []
    earlier = history.line_history(found, path, start, end, EARLIER) if start else [one for one, _ in named]
    return _with_commits(code._replace(lines=tuple(lines)), Counter(line.commit for line in lines), earlier)


def _with_commits(code: Code, counts: Mapping[str, int], earlier: Sequence[str]) -> Code:
    found = code.repository
    written = {commit: count for commit, count in counts.items() if commit}
    hashes = [*sorted(written, key=lambda one: -written[one]), *earlier]
    known = history.commits(found, hashes) if found and hashes else {}
    newest = dict(sorted(known.items(), key=lambda pair: pair[1].at, reverse=True))
    parents = [parent for commit in newest.values() for parent in commit.parents[:1]]
    bases = history.commits(found, parents) if found and parents else {}
    merged = history.brought_by(found, list(known)[:_MOST_SYMBOLS]) if found and known else {}
    merges = history.commits(found, merged.values()) if found and merged else {}
    return code._replace(
        counts=written,
        commits=newest,
        bases=bases,
        merges={one: merges[merge] for one, merge in merged.items() if merge in merges},
        notes=(*code.notes, *_notes(code, counts.get("", 0), bool(known))),
    )


def _notes(code: Code, uncommitted: int, known: bool) -> list[str]:
    notes: list[str] = []
    if not code.exists and known:
        notes.append(f"{code.place.path} is not in the working tree any more; its history is.")
    if uncommitted:
        notes.append(f"{uncommitted} of the lines {'is' if uncommitted == 1 else 'are'} not committed yet.")
    if len(code.names) > 1:
        notes.append(f"Earlier called {', '.join(code.names[1:])}.")
    if code.exists and not known:
        notes.append("git has no commit of it yet.")
    if known and code.repository and history.is_shallow(code.repository):
        notes.append("The clone is shallow: older commits are not here. Get them with: git fetch --unshallow")
    return notes
