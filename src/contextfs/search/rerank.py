"""Rerank: what age, status, an exact title and repetition do to the order of the candidates."""

from __future__ import annotations

from re import findall
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.likeness import Wording, near_identical
from contextfs.domain.memory_types import half_life_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contextfs.domain.memory import Memory
    from contextfs.search.fusion import Candidate

EXACT = "exact title"
_AGE_AT_MOST = 0.15
"""What old age costs at most: recency decides between equals, not between right and wrong."""
_OUTDATED = 0.6
_TITLE_SCORE = 10.0
"""More than all other evidence together: who types a title wants that memory."""

_LONG = 2000
"""Characters from which texts are only taken for the same when they are equal."""
_LONGER = 0.35
"""Share of a text that a near-identical one may be shorter, in characters; stop words and blanks among them."""


class Ranked(NamedTuple):
    """A candidate in its place."""

    score: float
    candidate: Candidate
    memory: Memory
    standing: float
    """What age and status leave of its score."""
    notes: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    """Ids of near-identical memories that stand behind it."""


def ranked(question: str, candidates: Sequence[tuple[Candidate, Memory]], now: datetime) -> list[Ranked]:
    """The candidates with their standing, best first."""
    asked = _wording(question)
    found: list[Ranked] = []
    for candidate, memory in candidates:
        standing, notes = _standing(memory, now)
        score = candidate.score * standing
        if asked and _is_title(asked, len(question), memory):
            score, notes = score + _TITLE_SCORE, (EXACT, *notes)
        found.append(Ranked(score, candidate, memory, standing, notes))
    found.sort(key=lambda one: -one.score)
    return found


def folded(candidates: Sequence[Ranked], most: int) -> list[Ranked]:
    """The first so many, near-identical memories standing behind the best of them."""
    first: dict[object, int] = {}
    shown: list[Ranked] = []
    wordings: list[Wording] = []
    for one in candidates:
        text = one.memory.content
        place = first.setdefault(_wording(text) if len(text) < _LONG else text, len(shown))
        wording = Wording(text)
        if place == len(shown):
            place = _alike(one, wording, shown, wordings)
        if place == most:
            break
        if place == len(shown):
            shown.append(one)
            wordings.append(wording)
        else:
            shown[place] = shown[place]._replace(folded=(*shown[place].folded, one.memory.id))
    return shown


def _alike(one: Ranked, wording: Wording, shown: Sequence[Ranked], wordings: Sequence[Wording]) -> int:
    """The place of a near-identical memory among those that are shown; the next place when there is none."""
    size, terms = len(one.memory.content), set(one.candidate.evidence.terms)
    for place, other in enumerate(shown):
        longer = max(size, len(other.memory.content))
        # What can be told without reading the texts: they are about as long and hold the same words of the question.
        if longer < _LONG and abs(size - len(other.memory.content)) <= _LONGER * longer:
            held = set(other.candidate.evidence.terms)
            if (terms <= held or held <= terms) and near_identical(wording, wordings[place]):
                return place
    return len(shown)


def _standing(memory: Memory, now: datetime) -> tuple[float, tuple[str, ...]]:
    recency = _recency(memory, now)
    if memory.superseded_by:
        return recency * _OUTDATED, (f"superseded by {memory.superseded_by[:8]}",)
    if memory.status == "deprecated":
        return recency * _OUTDATED, ("deprecated",)
    return recency, ()


def _recency(memory: Memory, now: datetime) -> float:
    moment = memory.updated_at or memory.created_at
    if moment is None:
        return 1.0
    days = max(0.0, (now - moment).total_seconds() / 86400)
    return 1.0 - _AGE_AT_MOST * (1.0 - 0.5 ** (days / half_life_days(memory.type)))


def _is_title(asked: tuple[str, ...], size: int, memory: Memory) -> bool:
    """Whether the question is the summary or the first line, give or take case and punctuation."""
    first = memory.content.lstrip().partition("\n")[0]
    return any(
        abs(len(text) - size) <= 8 + size // 4 and _wording(text) == asked for text in (memory.summary, first)
    )


def _wording(text: str) -> tuple[str, ...]:
    return tuple(findall(r"\w+", text.lower()))
