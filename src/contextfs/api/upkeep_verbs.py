"""The verbs that tell how things stand, and make again what is derived."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import lookup, upkeep
    from contextfs.api.engine import Engine
    from contextfs.domain.status import Status
else:
    lookup, upkeep = Later("contextfs.api.lookup"), Later("contextfs.api.upkeep")

Progress = Callable[[int, int], None]


class UpkeepVerbs:
    """What a ContextFS can say and do about its own state."""

    _engine: Engine

    def status(self) -> Status:
        """Where we are, what the store holds and what it runs on."""
        return upkeep.status(self._engine)

    def reindex(self, *, progress: Progress | None = None) -> int:
        """Build the word index and the vectors again from the memories; returns how many memories there are."""
        return upkeep.reindex(self._engine, progress)

    def embed_waiting(self, limit: int = 64) -> int:
        """Make vectors that are missing, for a long-lived process to call when idle; returns how many it made."""
        return lookup.embed_waiting(self._engine, limit)
