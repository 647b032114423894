"""Near-duplicates: the memory of the same namespace that says nearly the same, if there is one."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from heapq import nlargest

from contextfs.domain.likeness import claims
from contextfs.domain.memory import Memory
from contextfs.domain.sketch import SIZE, sketch_of, telling_words
from contextfs.store.view import View

SHARED_WORDS = 0.55
"""Share of words in common from which two memories say nearly the same.

Measured on 2026-11-20 (benchmarks/quality/duplicates.py): of 100 repetitions of what a store of 2,046 real texts holds,
95 are named. Of 100 namings 85 are right if the nearest other text of the same module came as often. A cosine beside it
changed neither, and cost a scan of the namespace at every save. Of two texts alone, another number is taken for the
same in 1 of 100 cases, a negation in none: for that numbers and denials must agree.
"""
_LOOK_AT = 4
"""A repetition is looked for by its five longest words: the few memories that have most of them among their own five
longest, and two at least, are compared. Ranking by BM25 all that hold any of these words found no more.
"""
_AT_MOST = 64
"""Memories that one word brings in, the newest: a word of more of them tells little."""


def similar_memory(view: View, memory: Memory) -> tuple[Memory, float] | None:
    """The nearest other memory of the namespace that says nearly the same, and the share of words in common."""
    words = telling_words(memory.content)
    rows = _near(view, memory)
    contents = view.current_contents(rows) if rows else {}
    shares = [(_shared(words, telling_words(content)), row) for row, content in contents.items()]
    for shared, row in sorted(shares, key=lambda one: -one[0]):
        if shared < SHARED_WORDS:
            break
        if same_claims(memory.content, contents[row]):
            return view.memories([row])[row], shared
    return None


def _near(view: View, memory: Memory) -> list[int]:
    """The rows whose sketches share most with that of the memory."""
    sketch = sketch_of(memory.content)
    counts: dict[int, int] = {}
    for row in view.sharing(memory.namespace, sketch, _AT_MOST):
        counts[row] = counts.get(row, 0) + 1
    least = 2 if len(sketch) == SIZE else 1
    rows = [row for row, count in counts.items() if count >= least]
    return nlargest(_LOOK_AT, rows, key=counts.__getitem__)


def overlap(left: str, right: str) -> float:
    """The share of different words, but for stop words, that two texts have in common (Jaccard)."""
    return _shared(telling_words(left), telling_words(right))


def _shared(ours: AbstractSet[str], theirs: AbstractSet[str]) -> float:
    return len(ours & theirs) / max(1, len(ours | theirs))


def same_claims(left: str, right: str) -> bool:
    """Whether both texts have the same numbers and deny equally often: a vector hardly sees either."""
    (numbers, denials), (others, theirs) = claims(left), claims(right)
    return denials == theirs and set(numbers) == set(others)
