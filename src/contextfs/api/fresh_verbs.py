"""The verbs of freshness: what memories cite is read again, and citations are brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import standing, verifying
    from contextfs.api.engine import Engine
    from contextfs.domain.freshness import Fix, Freshness
    from contextfs.domain.memory import Memory
else:
    standing, verifying = Later("contextfs.api.standing"), Later("contextfs.api.verifying")


class FreshVerbs:
    """What a ContextFS can do with memories that cite code."""

    _engine: Engine

    def freshness(self, memory: Memory | str) -> Freshness:
        """What is to be known before believing a memory: its branch, and the code it cites as it stands now."""
        found = verifying.named(self._engine, [memory])
        self._engine.shown("recalled", found)
        return standing.freshness(self._engine, found)[0]

    def verify(self, memories: Sequence[Memory | str] = (), *, all: bool = False) -> list[Freshness]:
        """The memories whose citations no longer stand as they did, with the commits that made them so.

        Named memories are told whatever they are; else those of this repository that are stale, or with `all` every
        one that cites something. Raises MemoryNotFound, AmbiguousId, InvalidInput where no repository is.
        """
        return verifying.verify(self._engine, memories, everything=all)

    def fixes(self, found: Sequence[Freshness]) -> list[Fix]:
        """What could be changed so that stale citations are right again; nothing is changed yet."""
        return verifying.fixes(found)

    def fix(self, fixes: Sequence[Fix]) -> list[Memory]:
        """Carry out such changes as one action, which `undo` takes back; returns the memories as they are now."""
        return verifying.fix(self._engine, fixes)
