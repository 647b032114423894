"""The files of a folder that people wrote: hidden ones and those that tools make are left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from contextfs.exchange.source import Source

_SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "target", "dist", "build", "site-packages"))
_MOST = 100_000


def texts(source: Source, *suffixes: str) -> Iterator[tuple[str, Source]]:
    """The files with these endings, each with its path inside the folder; a file stands for itself."""
    if not source.folder:
        yield source.base or source.name, source
        return
    seen = 0
    for directory, folders, names in os.walk(source.path):
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _SKIPPED)
        for name in sorted(names):
            path = os.path.join(directory, name)
            fits = name.lower().endswith(suffixes) and name[0] != "." and seen < _MOST
            if fits and not leads_out(source.path, path):
                seen += 1
                yield os.path.relpath(path, source.path).replace(os.sep, "/"), Source(path, path)


def leads_out(folder: str, path: str) -> bool:
    """Whether a file in a folder is a link to something outside it: who names a folder does not mean what is there."""
    if not os.path.islink(path):
        return False
    root = os.path.join(os.path.realpath(folder), "")
    return not os.path.realpath(path).startswith(root)


def entries(path: str) -> list[str]:
    """The names in a folder; none where it cannot be read."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def changed_at(source: Source) -> datetime | None:
    """When a file was last written."""
    try:
        return datetime.fromtimestamp(os.stat(source.path).st_mtime, UTC) if source.path else None
    except (OSError, OverflowError, ValueError):
        return None


def around(path: str) -> str:
    """The folder in which a file lies, or the folder itself."""
    return path if os.path.isdir(path) else os.path.dirname(path)
