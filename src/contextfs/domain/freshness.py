"""Freshness: whether what a memory cites still stands as it did, and whether its branch has reached this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory

FRESH, MOVED, CHANGED, GONE = "fresh", "moved", "changed", "gone"
ORDER = (FRESH, MOVED, CHANGED, GONE)
"""The states of a citation, the best first."""


class Cited(NamedTuple):
    """One place that a memory names, as it stands now."""

    place: str
    state: str
    """``fresh``, ``moved``, ``changed`` or ``gone``."""
    now: str = ""
    """Where it is found now, when it moved."""
    commits: Sequence[Commit] = ()
    """The commits that made it so, newest first."""
    uncommitted: bool = False
    """Whether the working tree differs from the last commit there."""

    @property
    def mark(self) -> str:
        """The state in a few words; "" when it is fresh."""
        if self.state == MOVED:
            return f"{self.place} moved to {self.now}"
        if self.state == CHANGED:
            return f"{self.place} changed: {self._since}"
        if self.state == GONE:
            by = f" since {self.commits[0].short}" if self.commits else ""
            return f"{self.place} is gone{by}"
        return ""

    @property
    def _since(self) -> str:
        count = len(self.commits)
        told = [f"{count} commit{'' if count == 1 else 's'} since"] if count else []
        return " and ".join([*told, *(["not committed yet"] if self.uncommitted or not count else [])])


class Freshness(NamedTuple):
    """What is to be known before believing a memory: its branch, and each place that it cites."""

    memory: Memory
    cited: Sequence[Cited] = ()
    unmerged: str = ""
    """What to say of a memory whose branch has not reached what is checked out."""

    @property
    def state(self) -> str:
        """The worst state of its citations."""
        return max((one.state for one in self.cited), key=ORDER.index, default=FRESH)

    @property
    def marks(self) -> tuple[str, ...]:
        """The remarks to show beside the memory."""
        told = [self.unmerged, *(one.mark for one in self.cited)]
        return tuple(mark for mark in told if mark)


class Fix(NamedTuple):
    """What `verify --fix` would change of one citation."""

    memory: Memory
    cited: Cited
    question: str

    @property
    def certain(self) -> bool:
        """Whether nobody has to judge: the place was found elsewhere."""
        return self.cited.state == MOVED
