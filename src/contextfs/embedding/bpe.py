"""Byte-pair encoding in the SentencePiece manner, where the id of a token is its merge rank.

Any two neighbours whose joined text is a token may merge, the lowest id first and the leftmost among equals; this
is what the merge list of such a tokenizer spells out, so the vocabulary alone is enough. No token holds a space
behind another character, hence text can be encoded word by word, each word opened by the mark for a space.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from contextfs.embedding.vocabulary import ABSENT

if TYPE_CHECKING:
    from contextfs.embedding.vocabulary import Vocabulary

SPACE = "\u2581"  # how the tokenizer writes a space
LONGEST_RUN = (
    256  # merging is quadratic; longer runs without a space are cut, and only the cut's two tokens notice
)
NO_RANK = 1 << 30
PAIRS_KEPT = 1 << 14


class BytePairEncoder:
    """Words to token ids by the vocabulary alone."""

    def __init__(self, vocabulary: Vocabulary, first_byte: int) -> None:
        self._find = vocabulary.find
        self._first_byte = (
            first_byte  # id of the token for byte 0; characters without a token become their bytes
        )
        self._rank = lru_cache(PAIRS_KEPT)(self._merge_rank)

    def encode(self, word: str) -> tuple[int, ...]:
        """The token ids of one word, which holds no space."""
        ids: list[int] = []
        marked = SPACE + word
        for start in range(0, len(marked), LONGEST_RUN):
            for symbol in self._merged(list(marked[start : start + LONGEST_RUN])):
                found = self._find(symbol)
                ids += self._bytes(symbol) if found == ABSENT else (found,)
        return tuple(ids)

    def _merged(self, symbols: list[str]) -> list[str]:
        ranks = [self._rank(left + right) for left, right in pairwise(symbols)]
        while ranks and (lowest := min(ranks)) < NO_RANK:
            place = ranks.index(lowest)
            symbols[place : place + 2] = [symbols[place] + symbols[place + 1]]
            del ranks[place]
            if place:
                ranks[place - 1] = self._rank(symbols[place - 1] + symbols[place])
            if place < len(ranks):
                ranks[place] = self._rank(symbols[place] + symbols[place + 1])
        return symbols

    def _merge_rank(self, pair: str) -> int:
        found = self._find(pair)
        return NO_RANK if found == ABSENT else found

    def _bytes(self, symbol: str) -> list[int]:
        return [self._first_byte + byte for byte in symbol.encode("utf-8", "replace")]
