"""Relevance: how likely it is that a memory answers the question, from 0 to 1, the same in every store.

A logistic of features that do not depend on the size or the subject of the store, fitted to questions that have an
answer and to questions that were asked of the wrong store (benchmarks/quality/calibrate.py).
"""

from __future__ import annotations

from array import array
from functools import cache
from math import exp, log
from os.path import dirname, exists, join
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from contextfs.domain.vector import to_int8
from contextfs.search.coefficients import RELEVANCE, Logistic

if TYPE_CHECKING:
    from contextfs.domain.vector import Vector
    from contextfs.search.fusion import Candidate
    from contextfs.search.plan import Plan

_SHORT, _LONG = 100, 4000
"""Characters within which a memory's length tells how much a resemblance means: long texts resemble everything."""
_BACKGROUND = join(dirname(__file__), "background")


def coefficients(provider: str) -> Logistic:
    """What relevance is computed with for this embedding provider."""
    return RELEVANCE.get(provider, RELEVANCE["words"])


class Usual(NamedTuple):
    """How near texts about anything at all are to the question: mean and spread of their cosines."""

    mean: float
    spread: float


UNKNOWN = Usual(0.0, 1.0)
_ORDINARY, _FEW = 500, 100
"""Memories of an ordinary store, and of one so small that next to nothing in it resembles anything by chance."""
OF_TITLE = 0.95
"""Least relevance of a memory whose title is the question."""
OF_EVERY_WORD = 0.5
"""Least relevance of a memory that holds every word of the question, however long it is: who types a rare word wants to
see where it stands. Measured 2026-11-20 on five sets: such a memory is there for 1 of 500 foreign questions; of the
questions with an answer, 14 of 131 such memories had been silent."""
_EVERY = 0.999
THROUGH = 0.9
"""Share of the relevance of a result that a memory has which answers through it."""


def usual(provider: str, vector: Vector) -> Usual:
    """How near the background sample is to the question; unknown for a provider that none is shipped for."""
    sample = _sample(provider)
    size = len(vector)
    if not sample or len(sample) % size:
        return UNKNOWN
    cosines = _cosines(to_int8(vector), sample, size)
    mean = sum(cosines) / len(cosines)
    spread = (sum((one - mean) ** 2 for one in cosines) / len(cosines)) ** 0.5
    return Usual(mean, spread or 1.0)


def features(plan: Plan, candidate: Candidate, content: str, usual: Usual, memories: int) -> dict[str, float]:
    """The numbers that relevance is made of."""
    evidence = candidate.evidence
    wanted = sum(one**2 for one in plan.telling.values())
    held = sum(plan.telling[word] ** 2 for word in evidence.terms)
    return {
        "words": evidence.words,
        "coverage": evidence.coverage,
        "rarest": evidence.rarest,
        "shared": held / (wanted or 1.0),
        "informed": log(1.0 + held),
        "unnamed": 1.0 - evidence.named if plan.specific else 0.0,
        "cosine": candidate.cosine,
        "unusual": max(-3.0, min(8.0, (candidate.cosine - usual.mean) / usual.spread)),
        "size": log(max(_SHORT, min(_LONG, len(content)))),
        "crowd": log((1 + memories) / (1 + _ORDINARY)),
        # Only with a word in common: in a store of one memory nothing else tells that it is the one.
        "few": max(0.0, log((1 + _FEW) / (1 + memories))) if evidence.terms else 0.0,
    }


def relevance(logistic: Logistic, parts: dict[str, float]) -> float:
    """The probability that these features belong to an answer."""
    total = logistic.bias + sum(weight * parts[name] for name, weight in logistic.weights.items())
    least = max(OF_EVERY_WORD, logistic.threshold) if parts.get("coverage", 0.0) >= _EVERY else 0.0
    return max(least, _chance(total))


def _chance(total: float) -> float:
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


@cache
def _sample(provider: str) -> bytes:
    path = join(_BACKGROUND, f"{provider}.int8")
    if not exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def _cosines(code: bytes, sample: bytes, size: int) -> list[float]:
    rows = len(sample) // size
    try:
        import simsimd
    except ImportError:
        return [_cosine(code, sample[at * size : (at + 1) * size]) for at in range(rows)]
    left, right = memoryview(code).cast("b", (1, size)), memoryview(sample).cast("b", (rows, size))
    distances = cast("Any", simsimd).cdist(left, right, metric="cosine")
    return [1.0 - distance for distance in memoryview(distances).cast("B").cast("d").tolist()]


def _cosine(left: bytes, right: bytes) -> float:
    one, other = array("b", left), array("b", right)
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    lengths = (sum(a * a for a in one) * sum(b * b for b in other)) ** 0.5
    return dot / lengths if lengths else 0.0
