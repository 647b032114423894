"""Plan: a question becomes weighted words, the full-text expression that fetches candidates, and what to embed."""

from __future__ import annotations

from itertools import pairwise
from math import log
from re import compile as compiled
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.text import Term, query_terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from contextfs.store.view import View

MOST_PHRASES = 48
"""Phrases in one expression; each costs SQLite a pass over its rows, and longer questions repeat themselves."""
FREQUENT = 1000
"""Memories from which a word is too common to fetch candidates by, as long as a rarer one remains."""
_PIECE, _PAIR = 0.6, 0.3
"""What a part of an identifier, and two words side by side, count beside a word of the question."""
_SPECIFIC = frozenset({"name", "number", "identifier"})
_WORD = compiled(r"[^\W_]+")


class Phrase(NamedTuple):
    """One thing to look for: a word, a part of an identifier, or two words side by side."""

    text: str
    stems: tuple[str, ...]
    """What the index makes of it; several for what it cuts."""
    rarity: float
    """Inverse document frequency in the store."""
    worth: float
    """What a full match adds: rarity times the weight of its kind."""
    single: bool
    """Whether it is a word of the question, not a part or a pair."""
    specific: bool
    """Whether it is a name, a number or an identifier."""
    capital: bool
    """Whether it has a capital somewhere in the question."""


class Plan(NamedTuple):
    """What to fetch candidates by, and how to weigh what they hold."""

    text: str
    phrases: tuple[Phrase, ...]
    """In the order of the expression."""
    common: tuple[Phrase, ...]
    """Words left out of the expression because very many memories hold them."""
    expression: str
    ceiling: float
    """What a memory scores that holds every word of the question once."""
    specific: int
    """How many names, numbers and identifiers were asked for."""
    rarest: float
    """Rarity of the rarest word asked for."""

    def to_embed(self, labels: Collection[str]) -> str:
        """The question without the words that are mere labels, unless nothing else would be left.

        Whoever said something is matched by words; in an embedded question a name pulls towards every text that
        mentions it.
        """
        if not labels:
            return self.text
        rest = _WORD.sub(lambda word: "" if word.group().lower() in labels else word.group(), self.text)
        return rest if _WORD.search(rest) else self.text


def plan_of(view: View, text: str) -> Plan:
    """The plan for a question; words that many memories hold are set aside as long as rarer ones remain."""
    terms = query_terms(text)
    wanted = _wanted(terms)
    texts = list(wanted)
    stems = dict(zip(texts, (tuple(found.split()) for found in view.stems(texts)), strict=True))
    total = max(1, view.total())
    counts = view.document_frequencies({stem for parts in stems.values() for stem in parts})
    capitals = {word.lower() for word in _WORD.findall(text) if word[0].isupper()}
    phrases = [
        _phrase(one, kind, stems[one], [_rarity(counts.get(stem, 0), total) for stem in stems[one]], capitals)
        for one, kind in wanted.items()
        if stems[one]
    ]
    fetch, common = _pruned(phrases, counts)
    single = [one for one in (*fetch, *common) if one.single]
    return Plan(
        text,
        fetch,
        common,
        " OR ".join(map(_quoted, fetch)),
        sum(one.worth for one in single) or 1.0,
        sum(one.specific for one in fetch),
        max((one.rarity for one in single), default=0.0) or 1.0,
    )


def _wanted(terms: Sequence[Term]) -> dict[str, str]:
    """Text of each phrase -> its kind; single words first, so that a long question keeps them."""
    if all(term.kind == "stop" for term in terms):
        terms = [Term(term.text, "word") for term in terms]
    found = {term.text: term.kind for term in terms if term.kind != "stop"}
    for term in terms:
        if len(term.pieces) > 1 and term.kind == "identifier":
            found |= {piece: "piece" for piece in term.pieces if piece not in found}
    for left, right in pairwise(terms):
        if left.kind not in {"stop", "pair"} and right.kind not in {"stop", "pair"}:
            found.setdefault(f"{left.text} {right.text}", "side by side")
    return dict(list(found.items())[:MOST_PHRASES])


def _rarity(count: int, total: int) -> float:
    return log(1 + (total - count + 0.5) / (count + 0.5)) if count <= total else 0.01


def _phrase(
    text: str, kind: str, stems: tuple[str, ...], rarities: Iterable[float], capitals: Collection[str]
) -> Phrase:
    known = list(rarities)
    # Two words side by side are as rare as both are on average; an identifier is as rare as its rarest part.
    rarity = sum(known) / len(known) if kind == "side by side" else max(known)
    weight = {"piece": _PIECE, "side by side": _PAIR}.get(kind, 1.0)
    single = kind not in {"piece", "side by side"}
    return Phrase(text, stems, rarity, rarity * weight, single, kind in _SPECIFIC, text in capitals)


def _pruned(
    phrases: Sequence[Phrase], counts: dict[str, int]
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    def rows(one: Phrase) -> int:
        return min(counts.get(stem, 0) for stem in one.stems)

    rare = [one for one in phrases if rows(one) <= FREQUENT]
    known = [one for one in phrases if rows(one)]
    if not any(rows(one) for one in rare) and known:
        rare = [min(known, key=rows)]
    kept = {one.text for one in rare}
    return tuple(rare), tuple(one for one in phrases if one.text not in kept and one.single)


def _quoted(phrase: Phrase) -> str:
    return '"' + phrase.text.replace('"', '""') + '"'
