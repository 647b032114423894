"""General words: how much a word tells anywhere, in whatever form, and whatever the store is about.

In a store of C code `python` is rare and in a diary `file` is, and neither says that a memory answers a question.
"""

from __future__ import annotations

from functools import cache
from math import log
from os.path import dirname, join

_STEMS = join(dirname(__file__), "general_stems.txt")


def tells(stem: str) -> float:
    """From 0 for the stem of the most common words to 1 for one that is not common anywhere."""
    ranks = _ranks()
    rank = ranks.get(stem)
    return 1.0 if rank is None else log(1.0 + rank) / log(1.0 + 2.0 * len(ranks))


@cache
def _ranks() -> dict[str, int]:
    with open(_STEMS, encoding="ascii") as file:
        return {stem: rank for rank, stem in enumerate(file.read().split())}
