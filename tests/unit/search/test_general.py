"""How much a word tells anywhere."""

from __future__ import annotations

import apsw
import pytest

from contextfs.search.general import tells
from contextfs.store.lexical import stems


def told(word: str) -> float:
    return tells(*stems(apsw.Connection(":memory:"), [word]))


def test_common_words_tell_little() -> None:
    """The commoner a word is in general, the less it tells; an unknown one tells most."""
    assert told("the") < told("file") < told("certificate") <= told("mempool") == 1.0


@pytest.mark.parametrize(
    ("form", "word"),
    [("frameworks", "framework"), ("memories", "memory"), ("caching", "cache"), ("stopped", "stop")],
)
def test_the_form_of_a_word_makes_no_difference(form: str, word: str) -> None:
    """Whatever ending a question happens to use, the word tells the same."""
    assert told(form) == told(word) < 1.0
