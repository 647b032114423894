"""ctx.backups: copies of the whole store, and going back to one."""

from __future__ import annotations

import os

from contextfs.api.engine import Engine
from contextfs.errors import InvalidInput
from contextfs.store.migrate import backup_name


class Backups:
    """Copies of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, path: str | None = None) -> str:
        """Copy the store as it stands into a new file and return its path; other processes may go on writing."""
        store = self._engine.store
        if path is None:
            return store.backup()
        target = os.path.abspath(os.path.expanduser(path))
        if os.path.isdir(target):
            target = os.path.join(target, backup_name("manual"))
        if os.path.exists(target):
            raise InvalidInput(
                f"{target} already exists.", hint="Give another path; a backup never overwrites a file."
            )
        return store.backup(target)

    def restore(self, path: str) -> str:
        """Make the store what a backup holds; returns the path of a copy of what was there before."""
        source = os.path.abspath(os.path.expanduser(path))
        if not os.path.isfile(source):
            raise InvalidInput(
                f"There is no file {source}.", hint="Backups lie in the data directory under backups/."
            )
        if os.path.exists(store_path := self._engine.store.path) and os.path.samefile(source, store_path):
            raise InvalidInput(f"{source} is the store itself.", hint="Give the path of a backup.")
        return self._engine.store.restore(source)
