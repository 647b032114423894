"""How strongly one thing says that a memory is about a place, and what several such things amount to (pure).

The weights are judgements, not measurements: a memory that names the very commit, or was saved while it was being
made, is nearly certain; a shared file name alone is not. Independent connections add up as a noisy-or, so that no
number of weak ones makes a certainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from contextfs.domain.lineage import Behind
from contextfs.domain.memory import Memory

NAMES_COMMIT = 0.95
WHILE_MADE = 0.8
AT_COMMIT = 0.6
LONG_AFTER = 0.3
"""Saved at the commit, but more than a day later: by then work has mostly moved on."""
ON_BRANCH = 0.35
ATTACHED, NAMES_FILE, NAMES_TAIL, NAMES_BASE = 0.7, 0.65, 0.5, 0.3
UNDER_FOLDER = 0.5
FOLDER_ABOVE, NEARER = 0.45, 0.8
"""Attached to the folder that a file lies in, and what each folder further up leaves of that."""
ABOUT_SYMBOL = 0.75
IN_TOUCHING = 0.45
SAME_SESSION = 0.4
MEANING = 0.5
"""What a relevance of 1 to the words of the code and of its commits is worth."""
ONLY_TIME = 0.45
"""The most that the moment of saving amounts to alone: people note other things too while they work on a commit.

What else ties the memory to the place lets it count for as much more."""
LEAST = 0.2
"""Below this a memory is not shown."""

_KINDS = {"decision": 1.0, "error": 1.0, "procedural": 0.95, "code": 0.95}
_OTHER_KIND = 0.9
_OUTDATED = 0.75


class Connection(NamedTuple):
    """One thing that ties a memory to the place."""

    memory: Memory
    weight: float
    because: str
    by_time: bool = False
    """It only says when the memory was saved, not what it is about."""


def weighed(connections: Iterable[Connection], limit: int) -> list[Behind]:
    """The memories with all their connections, the surest first and the newest first among equals."""
    grouped: dict[str, list[Connection]] = {}
    for one in connections:
        grouped.setdefault(one.memory.id, []).append(one)
    found = [_behind(each) for each in grouped.values()]
    shown = [one for one in found if one.weight >= LEAST]
    shown.sort(key=lambda one: (-one.weight, -_moment(one.memory), one.memory.id))
    return shown[:limit]


def _behind(connections: list[Connection]) -> Behind:
    """One memory; of several connections with the same words only the strongest counts."""
    strongest: dict[str, Connection] = {}
    for one in connections:
        known = strongest.get(one.because)
        strongest[one.because] = one if known is None or one.weight > known.weight else known
    told = sorted(strongest.values(), key=lambda one: -one.weight)
    about = _together(one.weight for one in told if not one.by_time)
    timed = _together(one.weight for one in told if one.by_time)
    sure = _together((about, min(timed, ONLY_TIME + about)))
    memory = connections[0].memory
    standing = _OUTDATED if memory.status == "deprecated" or memory.superseded_by else 1.0
    kind = _KINDS.get(str(memory.type), _OTHER_KIND)
    return Behind(memory, round(sure * standing * kind, 4), tuple(one.because for one in told))


def _together(weights: Iterable[float]) -> float:
    doubt = 1.0
    for weight in weights:
        doubt *= 1.0 - min(weight, 0.99)
    return 1.0 - doubt


def _moment(memory: Memory) -> float:
    return memory.created_at.timestamp() if memory.created_at else 0.0


def shares(lines: Mapping[str, int], whole: int) -> dict[str, float]:
    """Commit -> how much of its weight counts: all when it wrote all the lines, half when it wrote next to none."""
    return {commit: 0.5 + 0.5 * (count / whole) ** 0.5 if whole else 1.0 for commit, count in lines.items()}


def breadth(files: int) -> float:
    """What a commit's weight is cut to when it touched many files: nobody explains a reformatting of them all."""
    return 1.0 if files <= 20 else max(0.3, (20 / files) ** 0.5)
