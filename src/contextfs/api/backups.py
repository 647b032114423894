"""ctx.backups: copies of the whole store, and going back to one."""

from __future__ import annotations

import os

from contextfs.api.engine import Engine
from contextfs.errors import InvalidInput
from contextfs.store.migrate import backup_path


class Backups:
    """Copies of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, path: str | None = None) -> str:
        """Copy the store as it stands into a new file and return its path; other processes may go on writing."""
        store = self._engine.store
        target = os.path.abspath(os.path.expanduser(path)) if path else backup_path(store.path, "manual")
        if os.path.isdir(target):
            target = os.path.join(target, os.path.basename(backup_path(store.path, "manual")))
        if os.path.exists(target):
            raise InvalidInput(
                f"{target} already exists.", hint="Give another path; a backup never overwrites a file."
            )
        store.backup(target)
        return target

    def restore(self, path: str) -> str:
        """Make the store what a backup holds; returns the path of a copy of what was there before."""
        source = os.path.abspath(os.path.expanduser(path))
        if not os.path.isfile(source):
            raise InvalidInput(
                f"There is no file {source}.", hint="Backups lie in the data directory under backups/."
            )
        return self._engine.store.restore(source)
