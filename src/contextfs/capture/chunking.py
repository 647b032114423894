"""Chunking: a long memory becomes passages that one vector each can stand for.

A text is taken apart into lines, lines that are too long into sentences, and those into words. Then it is put
together again up to the target size, and cut where it hurts least: before a heading or a definition, else at an
empty line, else between lines. A passage repeats the last sentence of the one before it, so that nothing that is
said across a cut is lost, and carries the title, without which a passage in the middle says too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

WORDS = 200
"""Size of a passage in words; MiniLM reads about as many, and more dilutes a static vector."""

# How well a text can be cut before a piece.
_NOWHERE, _WORD, _SENTENCE, _LINE, _PARAGRAPH, _DEFINITION, _HEADING = range(7)
_DEFINITIONS = (
    *(
        "def ",
        "async def ",
        "class ",
        "@",
        "function ",
        "async function ",
        "export ",
        "const ",
        "interface ",
        "type ",
    ),
    *("func ", "fn ", "pub ", "impl ", "struct ", "enum ", "public ", "private ", "protected ", "static "),
    *("CREATE ", "create ", "resource ", "module ", "namespace ", "package ", "describe(", "test("),
)
_SENTENCE_END = r"[.!?;]\s+|[\u3002\uff01\uff1f]\s*"
"""The last three are the full stops of Chinese and Japanese."""


class _Piece(NamedTuple):
    text: str
    cut: int
    """How well the text can be cut in front of this piece."""
    size: float


def passages(title: str, content: str, *, words: int = WORDS) -> list[str]:
    """The passages of a memory in their order, of about `words` words at most; a short memory is one passage."""
    head = _head(title, content, words)
    if _size(content) <= words:
        return [head + content]
    groups = _packed(list(_pieces(content, words)), words)
    texts = ["".join(piece.text for piece in group) for group in groups]
    shown = [
        _overlap(texts[place - 1], words) if place and group[0].cut < _DEFINITION else ""
        for place, group in enumerate(groups)
    ]
    return [
        head + before + text.strip("\n") for before, text in zip(shown, texts, strict=True) if text.strip()
    ]


def _size(text: str) -> float:
    """Words, or what would be words in a script or a program that has no spaces."""
    return max(len(text.split()), len(text.encode("utf-8", "surrogatepass")) / 8)


def _head(title: str, content: str, words: int) -> str:
    """The title as a line of its own, unless the text begins with it anyway."""
    title = " ".join(title.split())
    if not title or content.lstrip("# \n").startswith(title):
        return ""
    return _shortened(title, max(8, words // 5)) + "\n"


def _shortened(text: str, words: int) -> str:
    kept = " ".join(text.split()[:words])
    return kept[: words * 8]


def _overlap(previous: str, words: int) -> str:
    """The last sentence of the passage before, if it is short enough to be repeated."""
    lines = previous.rstrip().splitlines()
    last = lines[-1].strip() if lines else ""
    sentence = list(_sentences(last))[-1] if last else ""
    fits = sentence and not sentence.startswith("```") and _size(sentence) <= words // 5
    return sentence + "\n" if fits else ""


def _pieces(content: str, most: int) -> Iterator[_Piece]:
    """The lines of the text, long ones in parts, none larger than fits."""
    fenced, blank, decorated = False, False, False
    for line in content.splitlines(keepends=True):
        fence = line.lstrip().startswith("```")
        cut = _cut_before(line, fenced=fenced, blank=blank, decorated=decorated)
        yield from _parts(line, cut, most)
        if fence:
            fenced = not fenced
        if line.strip():
            decorated = line.startswith("@")
        blank = not line.strip()


def _cut_before(line: str, *, fenced: bool, blank: bool, decorated: bool) -> int:
    if not line.strip():
        return _NOWHERE  # an empty line stays with what it ends
    if fenced:
        return _LINE if blank else _WORD
    if line.startswith("#") and line.lstrip("#").startswith(" "):
        return _HEADING
    if line.startswith(_DEFINITIONS) and not decorated:
        return _DEFINITION
    return _PARAGRAPH if blank else _LINE


def _parts(line: str, cut: int, most: int) -> Iterator[_Piece]:
    """A line whole if it fits, else its sentences, else its words, else as many letters as fit."""
    if _size(line) <= most:
        yield _Piece(line, cut, _size(line))
        return
    for sentence in _sentences(line):
        if _size(sentence) <= most:
            yield _Piece(sentence, cut, _size(sentence))
        else:
            for word in _words(sentence, most):
                yield _Piece(word, cut, _size(word))
                cut = min(cut, _WORD)
        cut = _SENTENCE


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for mark in re.finditer(_SENTENCE_END, line):
        yield line[start : mark.end()]
        start = mark.end()
    if start < len(line):
        yield line[start:]


def _words(sentence: str, most: int) -> Iterator[str]:
    """The words with the spaces behind them; one without spaces is cut into pieces that fit."""
    letters = most * 2  # of four bytes each at worst, and eight bytes count as a word
    start = place = 0
    while place < len(sentence):
        place += 1
        at_word = place < len(sentence) and sentence[place - 1].isspace() and not sentence[place].isspace()
        if at_word or place - start >= letters:
            yield sentence[start:place]
            start = place
    if start < len(sentence):
        yield sentence[start:]


def _packed(pieces: list[_Piece], most: int) -> list[list[_Piece]]:
    """The pieces in groups that fit, each cut at the best place."""
    groups: list[list[_Piece]] = []
    left = sum(piece.size for piece in pieces)
    start = 0
    while start < len(pieces):
        end = _end(pieces, start, left, most)
        groups.append(pieces[start:end])
        left -= sum(piece.size for piece in groups[-1])
        start = end
    return groups


def _end(pieces: list[_Piece], start: int, left: float, most: int) -> int:
    """Where the group that begins at `start` ends: at the best cut, of equals at the one that shares the rest fairly.

    Passages of one size are worth more than full ones with a last one of three words.
    """
    if left <= most:
        return len(pieces)
    fair = left / ceil(left / most)
    best, rank, size = start + 1, (-1, 0.0), 0.0
    for end in range(start + 1, len(pieces)):
        size += pieces[end - 1].size
        if size > most:
            break
        this = (pieces[end].cut if size * 2 >= fair else -1, -abs(size - fair))
        if this >= rank:
            best, rank = end, this
    return best
