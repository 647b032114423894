"""Fuse: what words say and what meaning says, added up as they are.

Both parts mean the same in every store and for every question, so they are blended without ranks and without scaling
to the best of the moment, which would make the best answer to a foreign question look as good as a right one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contextfs.search.evidence import NOTHING, Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contextfs.search.coefficients import Blend

NEIGHBOUR = 0.2
"""What a message gains from the better of its two neighbours in the same session: an answer follows its question."""


LINKED = 1.2
"""What the strength of a link to a better result counts."""


class Candidate(NamedTuple):
    """One memory that may answer, with the sum of what speaks for it."""

    row: int
    score: float
    cosine: float
    """Nearness of meaning: the mean of that of the whole memory and that of its nearest passage."""
    evidence: Evidence


def fuse(
    lexical: Mapping[int, Evidence], cosines: Mapping[int, float], floor: float, blend: Blend, most: int
) -> list[Candidate]:
    """The best candidates of both retrievers; one that the scan did not find is given the scan's floor."""
    found: list[tuple[float, int]] = []
    for row, evidence in lexical.items():
        found.append((score_of(evidence, cosines.get(row, floor), blend), row))
    for row, cosine in cosines.items():
        if row not in lexical:
            found.append((blend.meaning * cosine, row))
    found.sort(key=lambda one: -one[0])
    return [
        Candidate(row, score, cosines.get(row, floor), lexical.get(row, NOTHING))
        for score, row in found[:most]
    ]


def score_of(evidence: Evidence, cosine: float, blend: Blend) -> float:
    """The sum of what speaks for a memory."""
    return evidence.words + blend.meaning * max(0.0, cosine) + blend.named * evidence.named


def with_neighbours(
    candidates: Sequence[Candidate], sessions: Mapping[int, str], blend: Blend
) -> list[Candidate]:
    """The candidates with what their neighbours in the same session add."""
    if not any(sessions.values()):
        return list(candidates)
    plain = {one.row: one.score - blend.named * one.evidence.named for one in candidates}

    def gain(row: int) -> float:
        session = sessions.get(row)
        if not session:
            return 0.0
        beside = [
            plain[near] for near in (row - 1, row + 1) if near in plain and sessions.get(near) == session
        ]
        return NEIGHBOUR * max(beside, default=0.0)

    return [one._replace(score=one.score + gain(one.row)) for one in candidates]
