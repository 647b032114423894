"""What an installation changed on this machine: each file as it was before, and how we left it.

It lies in the data directory, one folder of plain copies with a row beside each, so that a file can be put back by
hand, too. Without it an installation can still be taken out; with it every file comes back byte for byte.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from contextfs.domain.digest import digest
from contextfs.integrations.install.planning import FileChange, Kept
from contextfs.settings import make_private

FOLDER = "installed"


class Ledger:
    """The copies and rows of one data directory."""

    def __init__(self, data_dir: str) -> None:
        self.folder = os.path.join(data_dir, FOLDER)

    def kept(self, path: str, now: str | None) -> Kept | None:
        """What is known of a file, seen that it holds this text now."""
        row = self._row(path)
        if row is None:
            return None
        before = None
        if row["existed"]:
            try:
                with open(self._name(path, "before"), encoding="utf-8", newline="") as file:
                    before = file.read()
            except (OSError, UnicodeDecodeError):
                return None
        return Kept(before, now is not None and row["after"] == digest(now))

    def note(self, change: FileChange, made: list[str]) -> None:
        """Remember a file that was changed, and the folders that were made for it."""
        make_private(self.folder)
        earlier = self._row(change.path)
        if change.base is not None:
            self._write(self._name(change.path, "before"), change.base)
        row = {
            "host": change.host,
            "path": os.path.abspath(change.path),
            "existed": change.base is not None,
            "after": digest(change.after or ""),
            "folders": made or (earlier or {}).get("folders", []),
        }
        self._write(self._name(change.path, "json"), json.dumps(row, indent=2, ensure_ascii=False) + "\n")

    def forget(self, path: str) -> list[str]:
        """Drop what is known of a file; returns the folders that were made for it."""
        row = self._row(path) or {}
        for kind in ("before", "json"):
            if os.path.exists(self._name(path, kind)):
                os.unlink(self._name(path, kind))
        return cast("list[str]", row.get("folders", []))

    @contextmanager
    def locked(self) -> Generator[None]:
        """Let one installation at a time write; the lock goes with its process, however that ends."""
        make_private(self.folder)
        with open(os.path.join(self.folder, "lock"), "a+b") as file:
            _lock(file.fileno())
            yield

    def _row(self, path: str) -> dict[str, object] | None:
        try:
            with open(self._name(path, "json"), encoding="utf-8") as file:
                row = json.load(file)
        except (OSError, ValueError):
            return None
        return cast("dict[str, object]", row) if isinstance(row, dict) and "after" in row else None

    def _name(self, path: str, kind: str) -> str:
        full = os.path.abspath(path)
        return os.path.join(self.folder, f"{os.path.basename(full)}.{digest(full)[:12]}.{kind}")

    def _write(self, path: str, text: str) -> None:
        partial = f"{path}.{os.getpid()}.tmp"
        with open(
            os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)


def _lock(descriptor: int) -> None:
    """Wait for the lock on an open file."""
    try:
        import fcntl
    except ImportError:
        import msvcrt  # Windows has this one instead

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
