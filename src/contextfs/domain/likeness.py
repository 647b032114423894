"""Likeness: what a text claims, and whether two texts say the same but for how it is put. Pure."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import pairwise
from re import findall
from typing import TYPE_CHECKING

from contextfs.domain.text import STOP_WORDS, index_text

if TYPE_CHECKING:
    from collections.abc import Sequence

MORE, TURNED = 0.15, 1
"""Share of its words that one text may say beyond a near-identical other, and places at which their order may break:
one when sentences are turned, more when names changed places.

Measured on 2026-11-20 (benchmarks/quality/duplicates.py) on 2,071 real texts: of 100 repetitions with other marks or
sentences turned all are near-identical, with slips 78, with a word in eight left out 45 (0.25 and 1: 72); of 1,000
texts with another number or another word none, with a denial 2, with two words swapped 12 (with 2 places 300); of the
nearest other text of the same module 7 (with 0.25: 19).
"""


def claims(text: str) -> tuple[list[str], int]:
    """The numbers in a text, and how often it denies."""
    numbers = findall(r"\d+(?:[.,]\d+)*", text)
    return numbers, len(findall(r"(?i)\b(?:not|no|never|cannot|without|nor|none)\b|n['\u2019]t\b", text))


_SHORTEST_SLIP = 5
"""Letters of a word that may be a slip of another; a shorter one is another word."""
_DIRECTIONS = frozenset(
    """up down above below before after on off in out over under from to into only until more most few once
    again""".split()  # noqa: SIM905 - a list literal would be one word to a line
)
"""Stop words that turn a statement round when another stands in their place."""


class Wording:
    """A text as it is compared with others; each part is worked out when a comparison comes so far."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def words(self) -> list[str]:
        """Its words in their order, but for stop words without a direction."""
        words = findall(r"\w+", index_text(self._text).lower())
        return [word for word in words if word not in STOP_WORDS or word in _DIRECTIONS] or words

    @cached_property
    def counted(self) -> Counter[str]:
        """How often it has each of them."""
        return Counter(self.words)

    @cached_property
    def claims(self) -> tuple[list[str], int]:
        """Its numbers and denials."""
        numbers, denials = claims(self._text)
        return sorted(numbers), denials


def near_identical(left: Wording, right: Wording) -> bool:
    """Whether one text says what the other says and little more, give or take slips of the finger and sentences turned.

    Another word in the place of one makes another fact, and so do another number, a denial, and names that changed
    places: "A replaces B" is not "B replaces A".
    """
    if len(left.words) > len(right.words):
        left, right = right, left
    most = MORE * len(right.words)
    if len(right.words) - len(left.words) > most:
        return False
    absent = left.counted.keys() - right.counted.keys()
    if any(
        len(word) < _SHORTEST_SLIP for word in absent
    ):  # as below, at a tenth of the cost; mostly it ends here
        return False
    more = right.counted - left.counted
    slips = _slips(left.counted - right.counted, more)
    if slips is None or more.total() - len(slips) > most or left.claims != right.claims:
        return False
    return _broken([slips.get(word, word) for word in left.words], right.words) <= TURNED


def _slips(missing: Counter[str], more: Counter[str]) -> dict[str, str] | None:
    """Each word that the longer text lacks -> the word that was meant; None when one is another word."""
    if missing.total() > more.total():
        return None
    found: dict[str, str] = {}
    for word in missing:
        meant = next((other for other in more if _is_slip(word, other)), None)
        if meant is None:
            return None
        found[word] = meant
    return found


def _is_slip(word: str, other: str) -> bool:
    """Whether two words are the same letters with some swapped, or differ in the s of a plural."""
    if len(word) < _SHORTEST_SLIP or len(other) < _SHORTEST_SLIP or word[0] != other[0]:
        return False
    return sorted(word) == sorted(other) or word.removesuffix("s") == other.removesuffix("s")


def _broken(left: Sequence[str], right: Sequence[str]) -> int:
    """At how many places words that follow each other in one text do not in the other."""
    common = set(left) & set(right)
    ours, theirs = _pairs(left, common), _pairs(right, common)
    return max((ours - theirs).total(), (theirs - ours).total())


def _pairs(words: Sequence[str], common: set[str]) -> Counter[tuple[str, str]]:
    return Counter(pairwise([word for word in words if word in common]))
