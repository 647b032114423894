"""Reading and writing hosts' files: whole or not at all, through links, and only what was looked at."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from contextfs.errors import InvalidInput
from contextfs.integrations.install.ledger import Ledger
from contextfs.integrations.install.planning import FileChange

_LARGEST = 64 * 1024 * 1024


class Moved(Exception):
    """A file is no longer as it was when the change was planned."""


def read(path: str) -> str | None:
    """The text of a file exactly as it is, or None where there is none."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size > _LARGEST:
                raise _untouched(path, "is larger than any configuration")
            return file.read().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _untouched(path, "is not UTF-8 text") from None
    except OSError as error:
        raise _untouched(path, f"cannot be read: {error.strerror}") from None


def carry_out(changes: Sequence[FileChange], ledger: Ledger) -> None:
    """Write all changes or none; raises Moved when a file was changed since it was read."""
    with ledger.locked():
        for change in changes:
            _ready(change)
        done: list[tuple[FileChange, list[str]]] = []
        try:
            for change in changes:
                made = _write(change)
                done.append((change, made))
        except OSError as error:
            _take_back(done)
            raise _untouched(
                error.filename or changes[len(done)].path, f"cannot be written: {error.strerror}"
            ) from None
        _remember(done, ledger)


def _remember(done: Sequence[tuple[FileChange, list[str]]], ledger: Ledger) -> None:
    """Keep what files were before, or forget it where they are that again; folders that we made go when empty."""
    folders: list[str] = []
    for change, made in done:
        if change.after == change.base:
            folders += ledger.forget(change.path)
        else:
            ledger.note(change, made)
    for folder in sorted(folders, key=len, reverse=True):
        try:
            os.rmdir(folder)
        except OSError:
            continue  # somebody else put something there, or took it away


def _ready(change: FileChange) -> None:
    """Make sure that a file is as it was and may be written, before the first one is."""
    if read(change.path) != change.before:
        raise Moved(change.path)
    target = os.path.realpath(change.path)
    if change.before is not None and not os.stat(target).st_mode & stat.S_IWUSR:
        raise _untouched(change.path, "is write-protected")
    if change.executable and change.before is not None and not os.access(target, os.X_OK):
        raise _untouched(change.path, "is not executable, so git does not run it")
    folder = os.path.dirname(target)
    while not os.path.isdir(folder):
        if os.path.lexists(folder):
            raise _untouched(change.path, f"cannot be written: {folder} is no folder")
        folder = os.path.dirname(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _untouched(change.path, f"cannot be written: no permission in {folder}")


def _write(change: FileChange) -> list[str]:
    """Write one file in place of what is there, following links; returns the folders that had to be made."""
    target = os.path.realpath(change.path)
    if change.after is None:
        os.unlink(target)
        return []
    made = _folders(os.path.dirname(target))
    partial = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.contextfs-{os.getpid()}")
    try:
        with open(partial, "xb") as file:
            file.write(change.after.encode())
            file.flush()
            os.fsync(file.fileno())
        _same_owner(target, partial, executable=change.executable)
        os.replace(partial, target)
    except OSError:
        if os.path.exists(partial):
            os.unlink(partial)
        raise
    return made


def _folders(folder: str) -> list[str]:
    missing: list[str] = []
    while not os.path.isdir(folder):
        missing.insert(0, folder)
        folder = os.path.dirname(folder)
    for one in missing:
        os.mkdir(one)
    return missing


def _same_owner(target: str, partial: str, *, executable: bool) -> None:
    """Give the new file the permissions of the one it replaces; a new script may be run."""
    try:
        old = os.stat(target)
    except FileNotFoundError:
        if executable:
            os.chmod(partial, os.stat(partial).st_mode | (os.stat(partial).st_mode & 0o444) >> 2)
        return
    os.chmod(partial, stat.S_IMODE(old.st_mode))
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        try:
            os.chown(partial, old.st_uid, old.st_gid)
        except OSError:
            return  # only root may give files away


def _take_back(done: Sequence[tuple[FileChange, list[str]]]) -> None:
    """Put back what was written before something failed."""
    for change, made in reversed(done):
        _write(change._replace(before=change.after, after=change.before))
        for folder in reversed(made):
            os.rmdir(folder)


def _untouched(path: str, what: str) -> InvalidInput:
    return InvalidInput(f"{path} {what}.", hint="Nothing was changed. Mend that, or leave this host out.")
