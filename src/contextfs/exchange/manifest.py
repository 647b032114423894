"""What an export wrote into a folder: which file shows which memory at which revision, and how it read then.

It tells a file that a person has edited from one that is merely old, one that was deleted from one that never was,
and our files from everybody else's.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from contextfs.domain.digest import digest
from contextfs.errors import InvalidInput, UnreadableSource

NAME = ".contextfs.json"
ROOT = "namespaces"
_LOCK = ".contextfs.lock"
_STALE, _ANCIENT = 10.0, 3600.0
"""Seconds after which a lock is taken over: that of a process that has ended, and any."""
_PATIENCE = 20.0
_VERSION = 1


class Written(NamedTuple):
    """One file of ours."""

    id: str
    revision: str
    hash: str


class Manifest:
    """The files of one tree."""

    def __init__(
        self, files: dict[str, Written] | None = None, *, seq: int = 0, change: str = "", scope: str = ""
    ) -> None:
        self.files = files or {}
        self.seq = seq
        self.change = change
        """Up to which change of the store the files are current: its number there, and its id."""
        self.scope = scope
        """What was exported, so that another choice of memories is not taken for news of the same."""

    def paths(self) -> dict[str, str]:
        """Memory id -> path of its file."""
        return {written.id: path for path, written in self.files.items()}


def mark(text: str) -> str:
    """What tells two texts of a file apart."""
    return digest(text)[:16]


def root_of(directory: str) -> str:
    """The folder that holds the tree of this directory: `namespaces` in it, or itself when it is that."""
    full = os.path.abspath(os.path.expanduser(directory))
    return (
        full
        if os.path.basename(full) == ROOT and os.path.exists(os.path.join(full, NAME))
        else os.path.join(full, ROOT)
    )


def tree_of(directory: str) -> str:
    """The folder that holds the tree that somebody means by a directory: the tree itself, or any folder in it."""
    root = root_of(directory)
    place = os.path.abspath(os.path.expanduser(directory))
    while not os.path.exists(os.path.join(root, NAME)) and os.path.dirname(place) != place:
        if os.path.basename(place) == ROOT and os.path.exists(os.path.join(place, NAME)):
            return place
        place = os.path.dirname(place)
    return root


def load(root: str) -> Manifest:
    """The manifest of a tree; an empty one where there is none."""
    path = os.path.join(root, NAME)
    try:
        with open(path, encoding="utf-8") as file:
            told: Any = json.load(file)
        if told["version"] > _VERSION:
            raise UnreadableSource(f"{path} was written by a newer contextfs.", hint="Upgrade contextfs.")
        files = {
            str(name): Written(*map(str, row)) for name, row in cast("dict[str, Any]", told["files"]).items()
        }
        return Manifest(files, seq=int(told["seq"]), change=str(told["change"]), scope=str(told["scope"]))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableSource(
            f"{path} cannot be read: {error}.", hint="Move it away; the next export writes it anew."
        ) from None


def save(root: str, manifest: Manifest) -> None:
    """Keep the manifest beside its files."""
    told = {
        "version": _VERSION,
        "about": "Written by contextfs export. It tells your edits from ours; do not edit it.",
        "seq": manifest.seq,
        "change": manifest.change,
        "scope": manifest.scope,
        "files": dict(sorted(manifest.files.items())),
    }
    write_file(os.path.join(root, NAME), json.dumps(told, ensure_ascii=False, indent=0))


def write_file(path: str, text: str) -> None:
    """Write a file whole or not at all; whoever reads meanwhile sees the old one."""
    scratch = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(scratch, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(scratch, path)
    except OSError as error:
        if os.path.exists(scratch):
            os.unlink(scratch)
        raise InvalidInput(
            f"Cannot write {path}: {error.strerror}.", hint="Check the folder, or name another."
        ) from None


def read_file(path: str) -> str | None:
    """The text of a file; None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read().removeprefix("\ufeff")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise UnreadableSource(f"Cannot read {path}: {error.strerror}.") from None


@contextmanager
def alone(root: str) -> Generator[None]:
    """Nobody else writes this tree meanwhile; raises InvalidInput when somebody does and does not end."""
    path = os.path.join(root, _LOCK)
    try:
        os.makedirs(root, exist_ok=True)
    except OSError as error:
        raise InvalidInput(
            f"Cannot write in {root}: {error.strerror}.", hint="Name another folder."
        ) from None
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            lock = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            os.write(lock, str(os.getpid()).encode())
            os.close(lock)
            break
        except FileExistsError:
            if _age(path) > (_ANCIENT if _is_held(path) else _STALE):
                _remove(path)
            elif time.monotonic() > until:
                raise InvalidInput(
                    f"Another process is writing {root}.", hint=f"If none is, remove {path}."
                ) from None
            else:
                time.sleep(0.05)
        except OSError as error:
            raise InvalidInput(
                f"Cannot write in {root}: {error.strerror}.", hint="Name another folder."
            ) from None
    try:
        yield
    finally:
        _remove(path)


def _is_held(path: str) -> bool:
    """Whether the process that made a lock still runs, as far as one can tell."""
    if sys.platform == "win32":  # asking there means ending it
        return True
    try:
        with open(path, encoding="ascii") as file:
            os.kill(int(file.read()), 0)
    except (ProcessLookupError, ValueError, FileNotFoundError):
        return False
    except OSError:  # somebody else's process runs
        return True
    return True


def _age(path: str) -> float:
    try:
        return time.time() - os.stat(path).st_mtime
    except OSError:
        return 0.0


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
