"""The verbs that stand on ContextFS itself for what leaves as files and comes back from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import afterwards, mirror, moving, moving_out
    from contextfs.api.engine import Engine
    from contextfs.domain.exported import Exported
    from contextfs.domain.imported import Taken
else:  # loaded when something moves
    mirror, moving = Later("contextfs.api.mirror"), Later("contextfs.api.moving")
    moving_out, afterwards = Later("contextfs.api.moving_out"), Later("contextfs.api.afterwards")

Path = str | os.PathLike[str]


class ExchangeVerbs:
    """Export memories to files that need no contextfs to be read, and import them from files of any kind."""

    _engine: Engine

    def export(
        self, to: Path | Callable[[str], object], format: str = "", *, force: bool = False, **filters: object
    ) -> Exported:
        """Write memories to a folder or a file, or line by line to a callable such as `file.write`.

        The format is `jsonl` (lossless, with history), `markdown` (a folder of pages to read and edit) or
        `memory-server`; without one a folder gets Markdown and a file JSONL. `filters` are those of `search`; without
        any, everything of the current and the global namespace, with `all=True` of every one. `force` overwrites the
        pages that somebody has edited. Raises InvalidInput.
        """
        return moving_out.export(self._engine, to, format, filters, force=force)

    def export_again(self, to: Path, interval: float = 1.0, **filters: object) -> Iterator[Exported]:
        """Keep the Markdown tree of a folder current; yields what was done whenever something was, without an end."""
        return moving_out.follow(self._engine, os.fspath(to), filters, interval)

    def import_memories(self, path: Path, format: str = "auto", **options: object) -> Taken:
        """Take in what another tool, an export or an edited Markdown tree holds; importing again changes nothing.

        `options` are those of `domain.imported.Options`: namespace, project, tags, dry_run, again, force,
        delete_missing, allow_secret, indexed. Raises InvalidInput, UnreadableSource.
        """
        return moving.import_memories(self._engine, os.fspath(path), format, options)

    def refresh_mirror(self) -> int:
        """Bring the Markdown tree in the data directory up to date if the setting `mirror` is on; returns the pages."""
        return mirror.refresh(self._engine)

    def _forget_page(self, subject: str) -> list[str]:
        """Remove the page of an erased memory from the mirror, edited or not; returns it where that failed."""
        if not os.path.isdir(os.path.join(self._engine.settings.data_dir, "namespaces")):
            return []
        return mirror.forget(self._engine, subject)

    def _mirror_later(self) -> None:
        """Start bringing the mirror up to date where something was written; whoever closes does not wait for it."""
        if self._engine.store.changed and self._engine.settings.flag("mirror"):
            afterwards.refresh_mirror(self._engine.settings.data_dir)
