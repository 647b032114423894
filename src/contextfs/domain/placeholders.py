"""Placeholders: what people write where they have nothing to say yet, such as TBD in the place of a reason."""

from __future__ import annotations

from contextfs.domain.text import words_in

_WORDS = frozenset("tbd tba tbc todo fixme na none nil null unknown because reason placeholder xxx".split())  # noqa: SIM905
_PHRASES = frozenset(
    (
        *(
            "n a",
            "to be done",
            "to be defined",
            "to be decided",
            "to be determined",
            "see above",
            "just because",
        ),
        *(
            "not applicable",
            "no reason",
            "because reasons",
            "fill in",
            "fill in later",
            "we will see",
            "no idea",
        ),
    )
)


def is_placeholder(text: str) -> bool:
    """Whether a text only keeps the place of one: nothing, marks without a word, TBD, n/a, because."""
    words = [word.lower() for word in words_in(text)]
    return all(word in _WORDS for word in words) or " ".join(words) in _PHRASES
