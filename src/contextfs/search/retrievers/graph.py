"""Graph retrieval: memories that share a rarely named thing with the best results, two hops at most.

"Where does the service that sends refunds keep its state" is answered by two memories that share no word of the
question, only the name of the service. The word index is the inverted index of names, so a hop is one look-up a name.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.entity import key_of, namings, pieces
from contextfs.domain.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from contextfs.search.rerank import Ranked
    from contextfs.store.view import View, Visible

SEEDS = 5
"""Best results whose names are followed."""
_STRONG = 0.5
"""Share of the best score from which a result is followed."""
NAMES = 8
"""Names that are looked up in one hop."""
COMMON = 12
"""Memories in which a name may stand and still tie two of them together."""
_SECOND = 0.5
"""What a second hop is worth beside a first one."""
_ALIKE = (1.0, 1.0, 1.0, 1.0, 1.0)


class Link(NamedTuple):
    """What ties one memory to a better result."""

    strength: float
    """The score of that result, less the more memories share the name."""
    name: str
    source: int
    """The row of that result."""


def linked(view: View, question: str, best: Sequence[Ranked], visible: Visible) -> dict[int, Link]:
    """Row -> its strongest link to the best results; the results themselves can be linked with each other."""
    if not best:
        return {}
    least = _STRONG * best[0].score
    seeds = {one.candidate.row: one.score for one in best[:SEEDS] if one.score >= least}
    asked = _asked(question)
    first = _hop(view, seeds, asked, visible)
    ends = sorted((row for row in first if row not in seeds), key=lambda row: -first[row].strength)[:SEEDS]
    further = _hop(view, {row: _SECOND * first[row].strength for row in ends}, asked, visible)
    second = {
        row: link._replace(source=first[link.source].source)
        for row, link in further.items()
        if row not in seeds
    }
    return {**second, **first}


def _asked(question: str) -> frozenset[str]:
    """The keys that the question itself names: what they lead to is found without a hop."""
    words = question.split()
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    return frozenset(key_of(one.strip(".,;:!?\"'`()")) for one in (*words, *pairs))


def _hop(view: View, seeds: Mapping[int, float], asked: frozenset[str], visible: Visible) -> dict[int, Link]:
    """The memories that share a name with the seeds, each with its strongest link."""
    found: dict[int, Link] = {}
    for name, sources in _names(view, seeds, asked):
        rows = _holding(view, name, visible)
        for row in rows if 1 < len(rows) <= COMMON else ():
            best = max((source for source in sources if source != row), key=seeds.__getitem__, default=row)
            strength = seeds.get(best, 0.0) / len(rows) ** 0.5 if best != row else 0.0
            if strength > (found[row].strength if row in found else 0.0):
                found[row] = Link(strength, name, best)
    return found


def _names(view: View, seeds: Mapping[int, float], asked: frozenset[str]) -> Iterable[tuple[str, list[int]]]:
    """The names of the seeds that the question does not say, those of the best seeds first."""
    named: dict[str, tuple[str, list[int]]] = {}
    mentions = view.mentions_in(list(seeds)) if seeds else {}
    for row in seeds:
        for one in namings(Memory(""), mentions[row]):
            if one.key not in asked:
                named.setdefault(one.key, (one.name, []))[1].append(row)
    return list(named.values())[:NAMES]


def _holding(view: View, name: str, visible: Visible) -> list[int]:
    phrases = dict.fromkeys((" ".join(pieces(name)), key_of(name)))
    expression = " OR ".join(f'"{phrase}"' for phrase in phrases)
    return [one.row for one in view.match(expression, _ALIKE, visible, COMMON + 1)]
