"""General words: how much a word tells anywhere, whatever the store is about.

In a store of C code `python` is rare and in a diary `file` is, and neither says that a memory answers a question.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import log
from os.path import dirname, join

_WORDS = join(dirname(__file__), "general_words.txt")
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly")


@lru_cache(4096)
def tells(word: str) -> float:
    """From 0 for the most common words to 1 for one that is not common anywhere."""
    ranks = _ranks()
    rank = ranks.get(word)
    if rank is None:
        stems = [ranks[word.removesuffix(end)] for end in _ENDINGS if word.removesuffix(end) in ranks]
        if not stems:
            return 1.0
        rank = min(stems)
    return log(1.0 + rank) / log(1.0 + 2.0 * len(ranks))


@cache
def _ranks() -> dict[str, int]:
    with open(_WORDS, encoding="ascii") as file:
        return {word: rank for rank, word in enumerate(file.read().split())}
