"""Near-duplicates: the memory of the same namespace that says nearly the same, if there is one."""

from __future__ import annotations

from heapq import nlargest
from re import findall

from contextfs.domain.memory import Memory
from contextfs.domain.text import STOP_WORDS, index_text
from contextfs.store.view import View

SHARED_WORDS = 0.55
"""Share of words in common from which two memories say nearly the same.

Measured on 2026-11-20 (benchmarks/quality/duplicates.py): of 100 repetitions of what a store of 2,046 real texts holds,
96 are named. Of 100 namings 85 are right if the nearest other text of the same module came as often. A cosine beside it
changed neither, and cost a scan of the namespace at every save. Of two texts alone, another number is taken for the
same in 1 of 100 cases, a negation in none: for that numbers and denials must agree.
"""
_ASKED = 5
_AT_MOST = 12
_LOOK_AT = 4
"""A repetition is looked for by five of the longest words: the few memories that hold most of these, two of the five
at least, are compared.

A word in more than `_COMMON` memories tells nothing and another one is asked for, up to twelve in all; that no other
memory has a word does tell. Ranking all that hold any of the words by BM25 found no more and took five times as long.
"""
_COMMON = 100


def similar_memory(view: View, memory: Memory) -> tuple[Memory, float] | None:
    """The nearest other memory of the namespace that says nearly the same, and the share of words in common."""
    words = _words(memory.content)
    rows = _near(view, words, memory)
    contents = view.current_contents(rows) if rows else {}
    shares = [(_shared(words, _words(content)), row) for row, content in contents.items()]
    for shared, row in sorted(shares, key=lambda one: -one[0]):
        if shared < SHARED_WORDS:
            break
        if same_claims(memory.content, contents[row]):
            return view.memories([row])[row], shared
    return None


def _near(view: View, words: set[str], memory: Memory) -> list[int]:
    """The rows that have most of the asked words, most of them first."""
    counts: dict[int, int] = {}
    asked = 0
    longest = sorted(words, key=lambda word: ("_" in word, -len(word), word))[:_AT_MOST]
    for rows in view.rows_by_word(memory.namespace, longest, _COMMON + 1):
        if len(rows) > _COMMON:
            continue
        for row in rows:
            counts[row] = counts.get(row, 0) + 1
        asked += 1
        if asked == _ASKED:
            break
    least = 2 if asked == _ASKED else 1
    return nlargest(
        _LOOK_AT, (row for row, count in counts.items() if count >= least), key=counts.__getitem__
    )


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
