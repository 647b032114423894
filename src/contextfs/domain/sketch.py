"""A sketch of a text: numbers for its few longest words, by which texts that say nearly the same find each other.

Long words are rare words, so few texts share one by chance. Of two texts that say nearly the same, the longest words of
one are mostly those of the other: five are enough (benchmarks/quality/duplicates.py).
"""

from __future__ import annotations

from functools import lru_cache
from re import findall

from contextfs.domain.text import STOP_WORDS, index_text

SIZE = 5
_PRIME = 2_147_483_629
"""A word's bytes read as a number, divided by this; no hash function has to be imported."""


@lru_cache(16)
def telling_words(text: str) -> frozenset[str]:
    """The words that tell what a text is about; all of them when it has no others."""
    words = frozenset(findall(r"\w+", index_text(text).lower()))
    return words - STOP_WORDS or words


@lru_cache(16)
def sketch_of(text: str) -> tuple[int, ...]:
    """Numbers for the longest words of a text; of equally long ones the first in the alphabet."""
    longest = sorted(sorted(telling_words(text)), key=len, reverse=True)
    return tuple(map(_number, longest[:SIZE]))


def _number(word: str) -> int:
    return int.from_bytes(word.encode("utf-8", "surrogatepass"), "little") % _PRIME
