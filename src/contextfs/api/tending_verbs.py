"""The verbs of tending: memories merged and split, tags renamed, what repeats and what contradicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import joining, lookup, pairing, statistics, tagging, verdicts
    from contextfs.api import review as review_
    from contextfs.api.engine import Engine
    from contextfs.api.review import Review
    from contextfs.api.tagging import Tags
    from contextfs.domain.memory import Memory
    from contextfs.domain.search import Scope
    from contextfs.domain.tending import Feedback, Merge, Pairs, Split, Stats
else:
    joining, tagging = Later("contextfs.api.joining"), Later("contextfs.api.tagging")
    review_ = Later("contextfs.api.review")
    lookup, pairing = Later("contextfs.api.lookup"), Later("contextfs.api.pairing")
    statistics, verdicts = Later("contextfs.api.statistics"), Later("contextfs.api.verdicts")

Progress = Callable[[int, int], None]
MOST = 1000
"""Memories that are compared with all others unless more are asked for, the newest."""


def _name(given: Memory | str) -> str:
    return given if isinstance(given, str) else str(getattr(given, "id", given))


class TendingVerbs:
    """What a ContextFS can do to keep its memories worth reading."""

    _engine: Engine

    @cached_property
    def tags(self) -> Tags:
        """The tags in use: list, rename and merge them; called, it returns them with their counts."""
        return tagging.Tags(self._engine)

    @cached_property
    def review(self) -> Review:
        """The weekly and the quarterly round: what is worth a look, and what each answer does."""
        return review_.Review(self._engine)

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

    def duplicates(
        self,
        most: int = MOST,
        *,
        namespace: str | None = None,
        all: bool = False,
        progress: Progress | None = None,
    ) -> Pairs:
        """Memories that say nearly the same, the surest first: the newest `most` are compared with all near them."""
        return pairing.duplicates(self._engine, self._tended(namespace, everywhere=all), most, progress)

    def contradictions(
        self,
        most: int = MOST,
        *,
        namespace: str | None = None,
        all: bool = False,
        progress: Progress | None = None,
    ) -> Pairs:
        """Memories that say the opposite of each other, with the two sentences, told by rules and vectors.

        The newest `most` are compared with all that lie near them. What was said to be no contradiction is left out
        until one of the two texts changes.
        """
        return pairing.contradictions(self._engine, self._tended(namespace, everywhere=all), most, progress)

    def stats(self, weeks: int = 12, *, namespace: str | None = None, all: bool = False) -> Stats:
        """What the memories are, how they grow, what is read of them and what never was."""
        return statistics.stats(self._engine, self._tended(namespace, everywhere=all), weeks)

    def feedback(self, memory: Memory | str, said: str, *, dry_run: bool = False) -> Feedback:
        """Remember that a memory was ``useful`` or is ``wrong``; what is wrong comes into the review queue.

        Raises MemoryNotFound, AmbiguousId, InvalidInput.
        """
        return verdicts.feedback(self._engine, _name(memory), said, dry_run=dry_run)

    def _tended(self, namespace: str | None, *, everywhere: bool) -> Scope:
        return lookup.scope_of(
            self._engine, namespace=namespace, project="", source_repo="", everywhere=everywhere
        )
