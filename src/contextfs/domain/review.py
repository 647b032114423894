"""Review: a change of the code and the memories that bear on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.domain.lineage import Behind, Commit


class Review(NamedTuple):
    """What a reviewer of a change should know."""

    said: str
    """Which change it is, in words."""
    base: str
    head: str
    """Of the last commit; "" where the working tree is meant."""
    commits: Sequence[Commit]
    files: Sequence[str]
    sections: Sequence[tuple[str, Sequence[Behind]]]
    """(why they are there, the memories with their reasons); each memory once, where its strongest reason stands."""

    @property
    def memories(self) -> list[Behind]:
        """All of them in their order."""
        return [one for _, found in self.sections for one in found]
