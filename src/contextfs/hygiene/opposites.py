"""Opposites: whether two memories contradict each other, told by rules about pairs of sentences. Pure, no model.

Four ways are known, each with the two sentences: one denies what the other says; they give different figures for the
same thing; they make another choice for the same purpose; the newer one says that what the older one says is over.
Precision over recall: a queue of false alarms is not read (benchmarks/quality/contradictions.py measures both).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from contextfs.domain.text import STOP_WORDS
from contextfs.hygiene.choices import other_choice
from contextfs.hygiene.endings import endings
from contextfs.hygiene.statements import Segment, Statement, sentences, stem


class Opposite(NamedTuple):
    """How two texts contradict each other."""

    kind: str
    older: str
    newer: str
    """The two sentences."""
    why: str
    likeness: float
    """Share of the words of the shorter sentence that the other one has."""


_LEAST = 2
"""Telling words that two sentences must share to be about the same thing."""
_EXTRA = 4
"""Telling words that only the longer of both may have; of few shared words, never more than those."""


def opposite(older: str, newer: str) -> Opposite | None:
    """How the newer text contradicts the older one; None where it does not."""
    olds, news = _statements(older), _statements(newer)
    found = [one for old in olds for new in news if (one := _compared(old, new)) is not None]
    found += [
        Opposite("superseded", one.older.text, one.newer.text, f"{one.gone} is over", one.likeness)
        for one in endings(olds, news)
    ]
    return max(found, key=lambda one: one.likeness, default=None)


@lru_cache(512)
def _statements(text: str) -> list[Statement]:
    return [Statement(one) for one in sentences(text)]


def _compared(old: Statement, new: Statement) -> Opposite | None:
    """How two sentences contradict each other."""
    if old.text == new.text or not old.stems & new.stems or old.no_claim or new.no_claim:
        return None
    if len(old.stems & new.stems) >= _LEAST:
        for rule in (_polarity, _figures):
            if found := rule(old, new):
                return found
    why = other_choice(old, new)
    return Opposite("choice", old.text, new.text, why, 0.9) if why else None


class _Facing(NamedTuple):
    """The parts of two sentences that are about the same thing."""

    old: Segment
    new: Segment
    shared: float


def _facing(old: Statement, new: Statement) -> _Facing | None:
    """Both, where one says all that the other says but for a few words; None where each has words of its own."""
    left, right = old.about(new.stems), new.about(old.stems)
    ours, theirs = left.stems - right.stems, right.stems - left.stems
    common = len(left.stems & right.stems)
    more = max(len(ours), len(theirs))
    if common < _LEAST or (ours and theirs) or more > min(_EXTRA, common if common > _LEAST else 1):
        return None
    return _Facing(left, right, common / max(1, min(len(left.stems), len(right.stems))))


def _polarity(old: Statement, new: Statement) -> Opposite | None:
    """One denies what the other says, or stands on the other side of it."""
    facing = _facing(old, new)
    if facing is None or _other_figures(facing):
        return None
    if _IF.search(old.main) or _IF.search(new.main) or not _in_order(facing):
        return None
    turned = [name for name, side in facing.old.sides.items() if facing.new.sides.get(name, side) != side]
    denied = facing.old.denies != facing.new.denies
    if len(turned) + denied != 1:
        return None
    why = f"one says {turned[0]}, the other does not" if turned else "one denies what the other says"
    return Opposite("negation", old.text, new.text, why, facing.shared)


def _in_order(facing: _Facing) -> bool:
    """Whether both say the same words one after the other, and one hardly more than the other."""
    common = facing.old.stems & facing.new.stems
    ours, theirs = ([one for one in side.ordered if one in common] for side in (facing.old, facing.new))
    more = len(facing.old.stems ^ facing.new.stems)
    return ours == theirs and more <= (_FEW if len(common) > _LEAST else 0)


_FEW = 2
_IF = re.compile(r"(?i)\b(?:if|unless|in case|only when)\b")
"""What is said of one case denies nothing that is said of another."""


def _other_figures(facing: _Facing) -> bool:
    ours, theirs = facing.old.figures, facing.new.figures
    return any(theirs.get(name, figure) != figure for name, figure in ours.items())


def _figures(old: Statement, new: Statement) -> Opposite | None:
    """The same thing with another figure."""
    facing = _facing(old, new)
    if facing is None or facing.old.denies != facing.new.denies or (old.stems | new.stems) & _DONE:
        return None
    ours, theirs = facing.old.figures, facing.new.figures
    other = [name for name in ours if name in theirs and ours[name] != theirs[name]]
    if not other or len(other) > 2:
        return None
    why = " and ".join(f"{ours[name]} or {theirs[name]}" for name in other)
    return Opposite("number", old.text, new.text, why, facing.shared)


_DONE = frozenset(
    stem(word)
    for word in "bump bumped upgrade upgraded update updated release released fix fixed added took ran".split()  # noqa: SIM905
)
"""Words of what was done once: two upgrades are two events, not two opinions."""


def swapped(older: str, newer: str) -> bool:
    """Whether two texts are the same word for word but for one in the place of another: then they are two facts."""
    ours, theirs = (
        [word for word in Segment(text).words if word not in ("the", "a", "an")] for text in (older, newer)
    )
    if len(ours) != len(theirs):
        return False
    other = [(one, two) for one, two in zip(ours, theirs, strict=True) if one != two]
    return len(other) == 1 and stem(other[0][0]) != stem(other[0][1]) and STOP_WORDS.isdisjoint(other[0])
