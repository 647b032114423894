"""Freshness: whether what a memory cites still stands as it did, and whether its branch has reached this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.domain.lineage import Commit
from contextfs.domain.memory import Memory

FRESH, UNKNOWN, MOVED, CHANGED, GONE = "fresh", "unknown", "moved", "changed", "gone"
ORDER = (FRESH, UNKNOWN, MOVED, CHANGED, GONE)
"""The states of a citation, the best first."""


DIFFERS = "not as it was when this was saved"


class Cited(NamedTuple):
    """One place that a memory names, as it stands now."""

    place: str
    state: str
    """``fresh``, ``moved``, ``changed`` or ``gone``; ``unknown`` where there was no such place to begin with."""
    now: str = ""
    """Where it is found now, when it moved; one that moved and changed is ``changed``."""
    commits: Sequence[Commit] = ()
    """The commits that made it so, newest first."""
    uncommitted: bool = False
    """Whether the working tree differs from the last commit there."""
    note: str = ""
    """What to say of a difference that neither commits nor the working tree explain."""

    @property
    def mark(self) -> str:
        """The state in a few words; "" when it is fresh."""
        if self.state == MOVED:
            return f"{self.place} moved to {self.now}"
        if self.state == CHANGED:
            moved = f" moved to {self.now} and" if self.now else ""
            return f"{self.place}{moved} changed: {self._since}"
        if self.state == GONE:
            by = f" since {self.commits[0].short}" if self.commits else ""
            return f"{self.place} is gone{by}"
        return f"{self.place} was not there when this was saved" if self.state == UNKNOWN else ""

    @property
    def _since(self) -> str:
        count = len(self.commits)
        told = [f"{count} commit{'' if count == 1 else 's'} since"] if count else []
        told += ["not committed yet"] if self.uncommitted else []
        return " and ".join(told) or self.note or DIFFERS


class Freshness(NamedTuple):
    """What is to be known before believing a memory: its branch, and each place that it cites."""

    memory: Memory
    cited: Sequence[Cited] = ()
    unmerged: str = ""
    """What to say of a memory whose branch has not reached what is checked out."""
    unread: str = ""
    """Why its citations could not be looked at."""

    @property
    def state(self) -> str:
        """The worst state of its citations; ``unknown`` where they could not be looked at."""
        if self.unread:
            return UNKNOWN
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
        """Whether nobody has to judge: the place was found elsewhere, and is what it was."""
        return self.cited.state == MOVED
