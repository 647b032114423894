"""Lexical retrieval: SQLite's BM25 picks the candidates, and what they hold of each word is weighed anew here.

BM25 as SQLite computes it compares a memory's length with the average of the store, so the same memory scores
differently in every store, and long texts win by holding everything once. Against a fixed length both are cured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contextfs.search.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contextfs.domain.memory import Memory
    from contextfs.search.plan import Phrase, Plan
    from contextfs.store.lexical import Dissected
    from contextfs.store.view import View, Visible

WEIGHTS = (0.5, 2.0, 4.0, 1.0, 0.5)
"""What an occurrence counts in title, context, path, content and the parts of identifiers."""
CANDIDATES = 150
_K1 = 1.2
_SIZE, _SIZE_SHARE = 100.0, 0.9
"""Length in words of an ordinary memory, and how strictly longer ones are held to it."""
_LABEL_SHARE = 0.5


class Found(NamedTuple):
    """The memories that hold words of the question, and what was learnt about those words on the way."""

    evidence: dict[int, Evidence]
    labels: frozenset[str]
    """Words that stand mostly in the context of the memories found: who said it, where it belongs."""


def retrieve(view: View, plan: Plan, visible: Visible) -> Found:
    """The memories that hold words of the question, each with what speaks for it."""
    if not plan.phrases:
        return Found({}, frozenset())
    found = view.dissect(plan.expression, WEIGHTS, visible, CANDIDATES)
    return Found({one.row: weigh(plan, one.hits, one.size) for one in found}, _labels(plan, found))


def weigh(plan: Plan, hits: Sequence[float], size: int) -> Evidence:
    """What these weighted hits, phrase by phrase, say about a memory of this size."""
    damping = _K1 * (1.0 - _SIZE_SHARE + _SIZE_SHARE * size / _SIZE)
    score = covered = rarest = specific = 0.0
    terms: list[str] = []
    for one, hit in zip(plan.phrases, hits, strict=True):
        if hit:
            score += one.worth * (_K1 + 1.0) * hit / (hit + damping)
            if one.single:
                covered += one.worth
                rarest = max(rarest, one.rarity)
                specific += one.specific
                terms.append(one.text)
            elif one.of_kind and one.of_kind not in terms:
                covered += one.lends
                rarest = max(rarest, one.rarity)
                terms.append(one.of_kind)
    return Evidence(
        score / plan.ceiling,
        covered / plan.ceiling,
        specific / max(1, plan.specific),
        rarest / plan.rarest,
        tuple(terms),
    )


def with_common(plan: Plan, evidence: Evidence, memory: Memory) -> Evidence:
    """Add the very common words of the question that the memory holds, which no candidate was fetched by."""
    if not plan.common:
        return evidence
    text = f"{memory.title} {' '.join(memory.tags)} {memory.content}".lower()
    held = [one for one in plan.common if _holds(text, one)]
    gained = sum(one.worth for one in held) / plan.ceiling
    return evidence._replace(
        words=evidence.words + gained,
        coverage=evidence.coverage + gained,
        terms=(*evidence.terms, *(one.text for one in held)),
    )


def _holds(text: str, phrase: Phrase) -> bool:
    # The stem may differ from every form of the word in its last letter, as happi and happy do.
    return all(_begins_word(text, stem[:-1] if len(stem) > 4 else stem) for stem in phrase.stems)


def _begins_word(text: str, start: str) -> bool:
    place = text.find(start)
    while place > 0 and text[place - 1].isalnum():
        place = text.find(start, place + 1)
    return place >= 0


def _labels(plan: Plan, found: Sequence[Dissected]) -> frozenset[str]:
    """Capitalised words of the question that are labels in most memories that hold them."""
    labels: set[str] = set()
    for place, phrase in enumerate(plan.phrases):
        if phrase.capital and phrase.single:
            held = sum(1 for one in found if one.hits[place])
            labelled = sum(1 for one in found if one.labels >> place & 1)
            if labelled and labelled >= held * _LABEL_SHARE:
                labels.add(phrase.text)
    return frozenset(labels)
