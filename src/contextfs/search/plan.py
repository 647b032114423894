"""Plan: a question becomes weighted words, the full-text expression that fetches candidates, and what to embed."""

from __future__ import annotations

from itertools import pairwise
from math import log
from re import compile as compiled
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.kinds import KINDS
from contextfs.domain.text import Term, query_terms
from contextfs.search.general import tells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from contextfs.store.view import View

MOST_PHRASES = 48
"""Phrases in one expression; each costs SQLite a pass over its rows, and longer questions repeat themselves."""
FREQUENT, MATCHES, PAIRED = 1000, 6000, 12_000
"""Words in fewer memories always fetch candidates. More frequent ones do so, the rarest first, until the words of the
question together match so many memories in sight: that number is what a query costs SQLite. Two words side by side
are looked for unless more memories than PAIRED hold one of them, since SQLite walks through all that hold either.

Measured on 2026-11-20 with the evaluation sets together in one namespace, 41,000 memories: mean nDCG@10 of five sets
.446; half the matches .416, pairs only of words that are not frequent .434, pairs of all words .446. The same sets one
by one do not tell these apart."""
_OUT_OF_SIGHT = 0.05
"""What a match in a namespace that the query does not see costs beside one that it does."""
_PIECE, _PAIR, _NAME = 0.6, 0.3, 0.6
"""What a part of an identifier, two words side by side, and a name of the kind asked for count beside a word."""
MOST_NAMES = 12
_SPECIFIC = frozenset({"name", "number", "identifier"})
_WORD = compiled(r"[^\W_]+")


_DESCRIBED = compiled(
    r"\b(?:service|component|module|job|worker|process|server|system|library|package|tool"
    r"|team|person|part|piece|thing|endpoint|page|screen|queue|(?:of|by|for|from|behind) what)\s+"
    r"(?:that|which|who|whose|[a-z]+s)\b"
)


def describes(question: str) -> bool:
    """Whether a question says of a thing what it does instead of how it is called: where a hop can help.

    Following names for every question costs more than it brings (docs/decisions, entities).
    """
    return _DESCRIBED.search(question.lower()) is not None


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
    pair: bool = False
    """Whether it is two words side by side."""
    of_kind: str = ""
    """The word of the question that says what it is, where the question does not name it: FastAPI is a framework."""
    lends: float = 0.0
    """What it adds to the coverage of that word."""


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
    telling: dict[str, float]
    """How much each word asked for tells anywhere."""

    def to_embed(self, labels: Collection[str]) -> str:
        """The question without the words that are mere labels, unless nothing else would be left.

        Whoever said something is matched by words; in an embedded question a name pulls towards every text that
        mentions it.
        """
        if not labels:
            return self.text
        rest = _WORD.sub(lambda word: "" if word.group().lower() in labels else word.group(), self.text)
        return rest if _WORD.search(rest) else self.text


def plan_of(view: View, text: str, memories: int) -> Plan:
    """The plan for a question that sees so many memories; words that too many hold are set aside."""
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
    named = _of_kinds(view, phrases, wanted, total)
    fetch, common = _pruned(phrases, counts, memories / total + _OUT_OF_SIGHT)
    fetch = (*fetch, *named)
    single = [one for one in (*fetch, *common) if one.single]
    return Plan(
        text,
        fetch,
        common,
        " OR ".join(map(_quoted, fetch)),
        sum(one.worth for one in single) or 1.0,
        sum(one.specific for one in fetch),
        max((one.rarity for one in single), default=0.0) or 1.0,
        {one.text: tells(" ".join(one.stems)) for one in single},
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


def _of_kinds(view: View, phrases: Sequence[Phrase], wanted: Collection[str], total: int) -> list[Phrase]:
    """The names that the store holds of things which the question asks for by their kind."""
    parents = {
        name: one
        for one in phrases
        if one.single
        for name in KINDS.get(one.text) or KINDS.get(one.text.removesuffix("s"), ())
        if name not in wanted
    }
    if not parents:
        return []
    stems = dict(zip(parents, view.stems(list(parents)), strict=True))
    counts = view.document_frequencies(set(stems.values()))
    held = sorted((name for name in parents if counts[stems[name]]), key=lambda name: counts[stems[name]])
    return [
        _named(name, stems[name], _rarity(counts[stems[name]], total), parents[name])
        for name in held[:MOST_NAMES]
    ]


def _named(name: str, stem: str, rarity: float, parent: Phrase) -> Phrase:
    worth = _NAME * min(rarity, parent.rarity)
    lends = _NAME * parent.worth
    return Phrase(name, (stem,), worth, worth, False, False, False, of_kind=parent.text, lends=lends)


def _rarity(count: int, total: int) -> float:
    return log(1 + (total - count + 0.5) / (count + 0.5)) if count <= total else 0.01


def _phrase(
    text: str, kind: str, stems: tuple[str, ...], rarities: Iterable[float], capitals: Collection[str]
) -> Phrase:
    known = list(rarities)
    # Two words side by side are as rare as both are on average; an identifier is as rare as its rarest part.
    pair = kind == "side by side"
    rarity = sum(known) / len(known) if pair else max(known)
    weight = {"piece": _PIECE, "side by side": _PAIR}.get(kind, 1.0)
    single = kind not in {"piece", "side by side"}
    return Phrase(text, stems, rarity, rarity * weight, single, kind in _SPECIFIC, text in capitals, pair)


def _pruned(
    phrases: Sequence[Phrase], counts: dict[str, int], share: float
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    def rows(one: Phrase) -> int:
        return min(counts.get(stem, 0) for stem in one.stems)

    pairs = [one for one in phrases if one.pair]
    kept = {one.text for one in pairs if max(counts.get(stem, 0) for stem in one.stems) * share <= PAIRED}
    matches = 0.0
    for one in sorted((one for one in phrases if not one.pair), key=rows):
        cost = rows(one) * share
        if rows(one) <= FREQUENT or matches == 0 or matches + cost <= MATCHES:
            kept.add(one.text)
        matches += cost
    fetch = tuple(one for one in phrases if one.text in kept)
    return fetch, tuple(one for one in phrases if one.text not in kept and one.single)


def _quoted(phrase: Phrase) -> str:
    return '"' + phrase.text.replace('"', '""') + '"'
