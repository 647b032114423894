"""Near-duplicates: the memory of the same namespace that says nearly the same, if there is one."""

from __future__ import annotations

from re import findall

from contextfs.domain.memory import Memory
from contextfs.domain.search import NO_FILTERS, Scope
from contextfs.domain.text import STOP_WORDS, index_text
from contextfs.store.store import Store
from contextfs.store.view import View, Visible

SHARED_WORDS = 0.55
"""Share of words in common from which two memories say nearly the same.

Measured on 2026-11-20 (benchmarks/quality/duplicates.py): of 100 repetitions of what a store of 2,046 real texts holds,
95 are named. Of 100 namings 85 are right if the nearest other text of the same module came as often. A cosine beside it
changed neither, and cost a scan of the namespace at every save. Of two texts alone, another number is taken for the
same in 1 of 100 cases, a negation in none: for that numbers and denials must agree.
"""
_LOOK_AT = 8
_RAREST = 5
_LONGEST = 24
"""A repetition is looked for by the rarest of the longest words: the first memories that hold these are compared.

With 4 rarest of 12 longest and 4 memories only 89 of 100 repetitions were named.
"""
_COMMON = 50
"""Memories that a word may stand in at most, unless no word is rarer."""
_WEIGHTS = (1.0, 0.0, 0.0, 1.0, 0.0)


def similar_memory(store: Store, memory: Memory) -> tuple[Memory, float] | None:
    """The nearest other memory of the namespace that says nearly the same, and the share of words in common."""
    words = _words(memory.content)
    with store.reading() as view:
        visible = view.visible(NO_FILTERS, Scope((memory.namespace,)), without={memory.id})
        others = view.memories(_near(view, words, visible))
    current = [other for other in others.values() if _is_current(other)]
    shares = [(_shared(words, _words(other.content)), other) for other in current]
    for shared, other in sorted(shares, key=lambda one: -one[0]):
        if shared >= SHARED_WORDS and same_claims(memory.content, other.content):
            return other, shared
    return None


def _is_current(memory: Memory) -> bool:
    """Whether it would make sense to update this one instead."""
    return memory.status == "active" and not memory.superseded_by


def _near(view: View, words: set[str], visible: Visible) -> list[int]:
    """The rows that have most of the rarest words that another memory has too."""
    longest = sorted(words, key=lambda word: (-len(word), word))[:_LONGEST]
    stems = dict(zip(longest, view.stems(longest), strict=True))
    counts = view.document_frequencies({stem for stem in stems.values() if stem and " " not in stem})
    known = sorted((counts[stem], word) for word, stem in stems.items() if counts.get(stem, 0) > 1)
    chosen = [word for count, word in known if count <= max(_COMMON, known[0][0])][:_RAREST]
    if not chosen:
        return []
    expression = " OR ".join(f'"{word}"' for word in chosen)
    return [one.row for one in view.match(expression, _WEIGHTS, visible, _LOOK_AT)]


def overlap(left: str, right: str) -> float:
    """The share of different words, but for stop words, that two texts have in common (Jaccard)."""
    return _shared(_words(left), _words(right))


def _shared(ours: set[str], theirs: set[str]) -> float:
    return len(ours & theirs) / max(1, len(ours | theirs))


def same_claims(left: str, right: str) -> bool:
    """Whether both texts have the same numbers and deny equally often: a vector hardly sees either."""
    return _claims(left) == _claims(right)


def _words(text: str) -> set[str]:
    """The words that tell what a text is about; all of them when it has no others."""
    words = set(findall(r"\w+", index_text(text).lower()))
    return words - STOP_WORDS or words


def _claims(text: str) -> tuple[set[str], int]:
    numbers = findall(r"\d+(?:[.,]\d+)*", text)
    return set(numbers), len(findall(r"(?i)\b(?:not|no|never|cannot|without|nor|none)\b|n['\u2019]t\b", text))
