"""Weighing what a memory holds of the question's words."""

from __future__ import annotations

import apsw
import pytest

from contextfs.domain.memory import Memory
from contextfs.search.evidence import NOTHING
from contextfs.search.plan import Phrase, Plan
from contextfs.search.retrievers.lexical import completed, weigh
from contextfs.store.lexical import stems

CONNECTION = apsw.Connection(":memory:")


def stem(word: str) -> str:
    return stems(CONNECTION, [word])[0]


def phrase(text: str, rarity: float, *, single: bool = True, specific: bool = False) -> Phrase:
    return Phrase(text, (text,), rarity, rarity, single, specific, False)


def plan(*phrases: Phrase, common: tuple[Phrase, ...] = ()) -> Plan:
    ceiling = sum(one.worth for one in (*phrases, *common) if one.single)
    specific = sum(one.specific for one in phrases)
    return Plan(
        "", phrases, common, "", ceiling, specific, max(one.rarity for one in phrases if one.single), {}
    )


TWO = plan(phrase("rare", 6.0), phrase("plain", 2.0))


def test_a_memory_of_ordinary_length_with_every_word_scores_about_one() -> None:
    """The scale of the score is the same for every question."""
    assert 0.95 < weigh(TWO, (1, 1), 100).words < 1.05


def test_rare_words_and_short_memories_count_more() -> None:
    """The rarer word outweighs the other, and the same words in a longer text say less."""
    assert weigh(TWO, (1, 0), 100).words > 2 * weigh(TWO, (0, 1), 100).words
    assert weigh(TWO, (1, 1), 50).words > weigh(TWO, (1, 1), 100).words > weigh(TWO, (1, 1), 1000).words


def test_repetition_saturates() -> None:
    """Saying a word a hundred times is worth less than saying both words once."""
    assert weigh(TWO, (0, 100), 100).words < weigh(TWO, (1, 1), 100).words


def test_what_is_held_is_told() -> None:
    """Coverage counts rarity, names are a share of the names asked, and pairs are no words of their own."""
    asked = plan(
        phrase("ada", 4.0, specific=True), phrase("7", 4.0, specific=True), phrase("a b", 8.0, single=False)
    )
    found = weigh(asked, (1, 0, 1), 100)
    assert (found.coverage, found.named, found.rarest, found.terms) == (0.5, 0.5, 1.0, ("ada",))


def test_common_words_are_looked_up_in_the_text() -> None:
    """A word that fetched no candidates still counts for those that hold it, in any of its forms."""
    asked = plan(phrase("rare", 6.0), common=(Phrase("happy", ("happi",), 2.0, 2.0, True, False, False),))
    before = weigh(asked, (1,), 100)
    held = completed(asked, before, Memory("They were happy"), stem)
    assert (before.coverage, held.coverage) == (0.75, 1.0)
    assert completed(asked, before, Memory("unhappy"), stem) == before


def test_a_memory_found_by_meaning_is_read() -> None:
    """What the index was not asked about is read from the text, and comes to about the same."""
    memory = Memory("A rare word, and rarely plain words. " + "More of it. " * 30)
    assert completed(TWO, NOTHING, memory, stem).terms == ("rare", "plain")
    assert completed(TWO, NOTHING, Memory("nothing of the sort"), stem) is NOTHING
    assert completed(TWO, NOTHING, memory, stem).words == pytest.approx(
        weigh(TWO, (3, 1.5), 97).words, rel=0.2
    )


@pytest.mark.parametrize(
    ("asked", "text", "held"),
    [
        ("buy", "the built-in busy timeout", False),
        ("buy", "whoever buys it", True),
        ("prague", "a PRAGMA is ignored", False),
        ("hire", "hiring again", True),
        ("configuration", "as it was configured", True),
        ("int", "internal interfaces", False),
        ("decide", "They decided", True),
        ("decide", "decimals", False),
        ("file", "They file it", True),
    ],
)
def test_what_is_read_is_what_the_index_would_find(asked: str, text: str, held: bool) -> None:
    """Words that only begin like the one asked for are others, and forms of it are not."""
    wanted = plan(Phrase(asked, (stem(asked),), 4.0, 4.0, True, False, False))
    assert (completed(wanted, NOTHING, Memory(text), stem).terms == (asked,)) is held
