"""The words that tell what a text is about, in one form each, so that two texts can be compared (pure)."""

from __future__ import annotations

from contextfs.domain.text import STOP_WORDS, index_text, split_identifier, words_in

_SHORTEST = 4
"""Letters of a telling word, where words have spaces between them."""
_ROOT = 3
"""Letters that must be left when an ending is taken off."""
_ENDINGS = (
    "ations",
    "ation",
    "ating",
    "ates",
    "ated",
    "ate",
    "ings",
    "ing",
    "ies",
    "ers",
    "er",
    "ed",
    "es",
    "s",
    "e",
)
_OF_ALL_CODE = frozenset(
    """
    call calls case class code count data default def each empty error false file files first found function item
    items kind line lines list method module name names none null number object part parts path raise raises return
    returns self string test tests text thing things this time true type value values whole word words
    """.split()  # noqa: SIM905 - a list literal would be fifty quoted words
)
"""What the comments of any program say."""


def telling(text: str) -> set[str]:
    """The words of a text without those that every text and every program has, and without their endings."""
    return {_root(word) for word in _plain(text) if word not in STOP_WORDS and word not in _OF_ALL_CODE}


def _plain(text: str) -> list[str]:
    pieces = (
        piece for word in words_in(index_text(text)) for piece in split_identifier(word) or [word.lower()]
    )
    return [piece for piece in pieces if len(piece) >= _SHORTEST or (piece.isalpha() and not piece.isascii())]


def _root(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            return word[: -len(ending)]
    return word
