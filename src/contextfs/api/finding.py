"""Finding what to import: named files, folders and archives become sources, and this machine is looked through."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from glob import glob
from typing import NamedTuple

from contextfs.domain.imported import Found
from contextfs.errors import InvalidInput
from contextfs.exchange.folder import leads_out
from contextfs.exchange.importers.table import FORMATS, Format, named, sniffed
from contextfs.exchange.source import Source

_KINDS = (".json", ".jsonl", ".ndjson", ".zip", ".gz", ".zst")
"""How files are called that are looked into when a folder is named."""
_PASSED = frozenset((".git", ".hg", ".svn", ".venv", "node_modules", ".obsidian", "__pycache__"))
_NOTES = "markdown"
"""The format that every folder with a Markdown file has."""
_MEMBERS = (".json", ".jsonl", ".ndjson")


class Gathered(NamedTuple):
    """What there is to import."""

    found: list[tuple[Source, Format]]
    refused: list[tuple[str, str]]
    """What was named and cannot be read, and why."""
    passed: int
    """Files in folders and archives that no format fits."""


def gathered(named_: Iterable[Source | str], format_name: str) -> Gathered:
    """Everything that was named, each with its format; raises InvalidInput where the format has no such name."""
    row = None if format_name in {"", "auto"} else named(format_name)
    all_ = Gathered([], [], 0)
    for one in named_:
        name = one.name if isinstance(one, Source) else one
        try:
            pairs = [(one, row or sniffed(one))] if isinstance(one, Source) else list(_sources(one, row))
        except InvalidInput as error:
            all_.refused.append((name, error.message))
            continue
        found = [(source, fitting) for source, fitting in pairs if fitting]
        all_.found.extend(found)
        if not found:
            trouble = pairs[0][0].head.trouble if len(pairs) == 1 else ""
            all_.refused.append((name, trouble or "Nothing in it is of a known format."))
        all_ = all_._replace(passed=all_.passed + (len(pairs) - len(found) if found else 0))
    return all_


def _sources(path: str, row: Format | None) -> Iterator[tuple[Source, Format | None]]:
    """What there is to read at a path, each with its format; None where no format fits."""
    if not os.path.exists(path):
        raise InvalidInput(f"There is no file or folder {path!r}.", hint="Check the path.")
    whole = Source(path, path)
    if whole.folder:
        yield from _folder(whole, row)
    elif zipfile.is_zipfile(path):
        yield from _members(path, row)
    else:
        yield whole, row or sniffed(whole)


def _folder(whole: Source, row: Format | None) -> Iterator[tuple[Source, Format | None]]:
    """The folder itself where it is of a format, else what is inside.

    A folder with some Markdown in it is a folder of notes only if it holds nothing else that can be read: beside their
    transcripts, assistants keep notes of their own.
    """
    fitting = row if row and row.sniff(whole.head) else None if row else sniffed(whole)
    if fitting and (row or fitting.name != _NOTES):
        yield whole, fitting
        return
    inside = list(_inside(whole.path, row))
    if fitting and not any(found for _, found in inside):
        yield whole, fitting
    else:
        yield from inside


def _inside(folder: str, row: Format | None) -> Iterator[tuple[Source, Format | None]]:
    """The files, and folders, below a folder that are or may be of a format."""
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in _PASSED)
        if directory != folder and not row:
            of_its_own = sniffed(Source(directory, directory))
            if of_its_own and of_its_own.name != _NOTES:
                names.clear()
                yield Source(directory, directory), of_its_own
                continue
        for file in sorted(files):
            path = os.path.join(directory, file)
            if not file.endswith(_KINDS) or not os.path.isfile(path) or leads_out(folder, path):
                continue
            if zipfile.is_zipfile(path):
                yield from _members(path, row)
            else:
                yield _fitting(Source(path, path), row)


def _fitting(source: Source, row: Format | None) -> tuple[Source, Format | None]:
    """The source with its format; of many files only those are read that look like the one that was asked for."""
    try:
        if row:
            return source, row if row.sniff(source.head) else None
        return source, sniffed(source)
    except InvalidInput:  # it cannot be opened, and nobody named it
        return source, None


def _members(path: str, row: Format | None) -> Iterator[tuple[Source, Format | None]]:
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if one.filename.lower().endswith(_MEMBERS)]
    locked = [one.filename for one in members if one.flag_bits & 1]
    if locked:
        raise InvalidInput(f"{path} is protected by a password.", hint="Unpack it first.")
    for name in sorted(one.filename for one in members):
        yield _fitting(Source(f"{path}!{name}", path, member=name), row)


def on_this_machine(environ: Mapping[str, str]) -> list[Found]:
    """What the tools on this machine have kept, format by format; empty where none has anything."""
    found: list[Found] = []
    for row in FORMATS:
        paths = sorted(_existing(row.places(environ)))
        if paths:
            sizes = sum(_size(path) for path in paths)
            found.append(Found(row.name, row.kind, row.sentence, paths, sizes))
    return found


def _existing(patterns: Iterable[str]) -> set[str]:
    return {path for pattern in patterns for path in glob(os.path.expanduser(pattern))}


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0
