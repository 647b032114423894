"""Lexical retrieval: SQLite's BM25 picks the candidates, and what they hold of each word is weighed anew here.

BM25 as SQLite computes it compares a memory's length with the average of the store, so the same memory scores
differently in every store, and long texts win by holding everything once. Against a fixed length both are cured.
"""

from __future__ import annotations

from re import compile as compiled
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.record_mark import words_of
from contextfs.search.evidence import NOTHING, Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contextfs.domain.memory import Memory
    from contextfs.search.plan import Phrase, Plan
    from contextfs.store.lexical import Dissected
    from contextfs.store.view import View, Visible

WEIGHTS = (0.5, 2.0, 4.0, 1.0, 0.5)
"""What an occurrence counts in title, context, path, content and the parts of identifiers."""
CANDIDATES = 100
_K1 = 1.2
_SIZE, _SIZE_SHARE = 100.0, 0.9
"""Length in words of an ordinary memory, and how strictly longer ones are held to it."""
_LABEL_SHARE = 0.35
"""Share of the memories holding a word in which it is a label, from which on it is taken for one."""
_READ = 4000
"""Characters that are read of a memory that the index was not asked about."""
_WORD = compiled(r"[^\W_]+")


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


def completed(plan: Plan, evidence: Evidence, memory: Memory, stem: Callable[[str], str]) -> Evidence:
    """The evidence with what the index was not asked for, read from the memory itself.

    That is everything about a memory that only its meaning brought up, and the words that are too common to be
    fetched by about any other.
    """
    if evidence is NOTHING and plan.phrases:
        evidence = _read(plan, memory, stem)
    if not plan.common:
        return evidence
    text = _text(memory)
    held = [one for one in plan.common if _count(text, one, stem)]
    gained = sum(one.worth for one in held) / plan.ceiling
    return evidence._replace(
        words=evidence.words + gained,
        coverage=evidence.coverage + gained,
        terms=(*evidence.terms, *(one.text for one in held)),
    )


def _read(plan: Plan, memory: Memory, stem: Callable[[str], str]) -> Evidence:
    """About what the index would have said of this memory."""
    columns = (memory.title, " ".join(memory.tags), " ".join(memory.files), words_of(memory)[:_READ])
    texts = [(text.lower(), weight) for text, weight in zip(columns, WEIGHTS, strict=False) if text]
    hits = [sum(weight * _count(text, one, stem) for text, weight in texts) for one in plan.phrases]
    return weigh(plan, hits, len(memory.content.split())) if any(hits) else NOTHING


def _text(memory: Memory) -> str:
    return f"{memory.title} {' '.join(memory.tags)} {words_of(memory)[:_READ]}".lower()


def _count(text: str, phrase: Phrase, stem: Callable[[str], str]) -> int:
    """How often the text holds a word that the index would take for the phrase."""
    if len(phrase.stems) != 1:
        return text.count(phrase.text)
    (wanted,) = phrase.stems
    # Two letters are put at the end of a stem: happi of happy, file of filing. Any other is the word's own.
    start = wanted[:-1] if wanted[-1:] in "ie" else wanted
    found, place = 0, text.find(start)
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            word = _WORD.match(text, place)
            # Many words begin alike: pragma as prague does, built as buy does.
            found += word is not None and stem(word.group()) == wanted
        place = text.find(start, place + 1)
    return found


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
