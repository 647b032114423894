"""The verbs of tending: memories merged and split, tags renamed, what repeats and what contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import joining, tagging
    from contextfs.api.engine import Engine
    from contextfs.api.tagging import Tags
    from contextfs.domain.memory import Memory
    from contextfs.domain.tending import Merge, Split
else:
    joining, tagging = Later("contextfs.api.joining"), Later("contextfs.api.tagging")


def _name(given: Memory | str) -> str:
    return given if isinstance(given, str) else str(getattr(given, "id", given))


class TendingVerbs:
    """What a ContextFS can do to keep its memories worth reading."""

    _engine: Engine

    @cached_property
    def tags(self) -> Tags:
        """The tags in use: list, rename and merge them; called, it returns them with their counts."""
        return tagging.Tags(self._engine)

    def merge(
        self,
        *memories: Memory | str,
        into: Memory | str | None = None,
        content: str | None = None,
        join: bool = False,
        dry_run: bool = False,
        allow_secret: bool = False,
    ) -> Merge:
        """Make one memory of several, as one action; the others are superseded by it.

        `into` names the one that is kept, by default the first. It keeps its text unless `content` gives another or
        `join` adds the paragraphs that only the others have. Tags, files and metadata are united. Raises
        MemoryNotFound, AmbiguousId, InvalidInput.
        """
        return joining.merge(
            self._engine,
            [_name(one) for one in memories],
            into=_name(into) if into else "",
            content=content,
            join=join,
            dry_run=dry_run,
            allow_secret=allow_secret,
        )

    def split(
        self,
        memory: Memory | str,
        parts: Sequence[str] | None = None,
        *,
        dry_run: bool = False,
        allow_secret: bool = False,
    ) -> Split:
        """Make several memories of one, as one action; it is then superseded by the first of them.

        Parts are its paragraphs, or what stands between lines of three dashes, unless they are given. Each keeps tags,
        files, metadata, session and place of origin. Raises MemoryNotFound, AmbiguousId, InvalidInput.
        """
        return joining.split(self._engine, _name(memory), parts, dry_run=dry_run, allow_secret=allow_secret)
