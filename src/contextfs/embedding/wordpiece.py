"""WordPiece as BERT reads text: cleaned, lower case, no accents, punctuation apart, the longest known pieces first.

Written out here because loading a tokenizer library takes a fresh process longer than embedding its query; a test
holds it equal to that library.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from contextfs.embedding.vocabulary import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contextfs.embedding.vocabulary import Vocabulary

LONGEST_WORD = 100  # longer ones become the unknown token, as in the model's training
CHUNKS_KEPT = 1 << 14
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
SPREAD = {ord(mark): f" {mark} " for mark in PUNCTUATION}
# Python takes these for white space; BERT drops them like any control character, so that words grow together.
DROPPED = dict.fromkeys([0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85])
CONTROLS = {code: None for code in [*range(32), 127] if code not in (9, 10, 13)}
CONTROL_KINDS = ("Cc", "Cf", "Co", "Cs")
IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Texts to token ids, between the tokens that open and close a text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._find = vocabulary.find
        self._unknown = self._find("[UNK]")
        self._opening = self._find("[CLS]")
        self._closing = self._find("[SEP]")
        self._chunk = lru_cache(CHUNKS_KEPT)(self._read_chunk)

    def encode(self, text: str, most: int) -> list[int]:
        """At most this many token ids; reading stops there, however long the text is."""
        ids = [self._opening]
        for chunk in text.translate(DROPPED).split():
            ids += self._chunk(chunk)
            if len(ids) >= most:
                break
        return [*ids[: most - 1], self._closing]

    def _read_chunk(self, chunk: str) -> tuple[int, ...]:
        return tuple(number for word in _words(chunk) for number in self._pieces(word))

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix, end = "##" if start else "", len(word)
            while (number := self._find(prefix + word[start:end])) == ABSENT:
                end -= 1
                if end == start:
                    return [self._unknown]
            found.append(number)
            start = end
        return found


def _words(chunk: str) -> list[str]:
    """The words and single marks of a text that holds no white space."""
    if chunk.isascii():
        lowered = chunk.lower()
        return [lowered] if lowered.isalnum() else lowered.translate(CONTROLS).translate(SPREAD).split()
    return "".join(_spread(chunk)).split()


def _spread(chunk: str) -> Iterator[str]:
    """The characters as BERT sees them, spaces around ideographs and marks."""
    from unicodedata import category, normalize  # not for ASCII, which most text is

    kept = "".join(_apart(char) for char in chunk if category(char) not in CONTROL_KINDS and char != "\ufffd")
    for char in normalize("NFD", kept):
        kind = category(char)
        if kind == "Mn":
            continue
        lowered = char.lower()
        yield f" {lowered} " if kind[0] == "P" or char in PUNCTUATION else lowered


def _apart(char: str) -> str:
    code = ord(char)
    return f" {char} " if code > 0x33FF and any(low <= code <= high for low, high in IDEOGRAPHS) else char
