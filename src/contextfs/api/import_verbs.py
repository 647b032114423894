"""The verbs of importing that stand on ContextFS itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import importing
    from contextfs.api.engine import Engine
    from contextfs.domain.imported import Found, Imported
    from contextfs.domain.memory import Memory
else:  # loaded when something is moved
    importing = Later("contextfs.api.importing")

Progress = Callable[[int, int], None]


class ImportVerbs:
    """Bring in what other tools keep: their files, or one conversation in hand."""

    _engine: Engine

    def import_conversation(
        self,
        json_content: str | bytes | Mapping[str, object] | Sequence[object],
        summary: str | None = None,
        tags: Sequence[str] | str | None = None,
        *,
        format: str = "auto",
        namespace: str | None = None,
        project: str | None = None,
    ) -> Memory:
        """Take in a conversation given as JSON and return the episodic memory of it, which is linked to its session.

        Without a `summary` one is worked out. Importing the same again changes nothing. Raises InvalidInput.
        """
        return importing.import_conversation(
            self._engine,
            json_content,
            summary=summary or "",
            tags=tags,
            options=importing.options({"format": format, "namespace": namespace, "project": project}),
        )

    def import_files(
        self,
        paths: Iterable[str | os.PathLike[str] | BinaryIO] | str | os.PathLike[str],
        *,
        format: str = "auto",
        dry_run: bool = False,
        progress: Progress | None = None,
        **more: object,
    ) -> Imported:
        """Take in files, folders, archives and open binary files; what was imported before is not imported again.

        `more` takes namespace, project and again, and for memories tags, force, delete_missing, allow_secret and
        indexed. What cannot be read is named in the result. Raises InvalidInput, StoreError.
        """
        named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        options = importing.options({"format": format, "dry_run": dry_run, **more})
        return importing.import_files(self._engine, named, options, progress=progress)

    def importable(self) -> list[Found]:
        """What the tools on this machine have kept, format by format, for `import_files` to take in."""
        return importing.discovered()
