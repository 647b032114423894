"""Weighing what a memory holds of the question's words."""

from __future__ import annotations

import pytest

from contextfs.domain.memory import Memory
from contextfs.search.evidence import NOTHING
from contextfs.search.plan import Phrase, Plan
from contextfs.search.retrievers.lexical import completed, weigh


def phrase(text: str, rarity: float, *, single: bool = True, specific: bool = False) -> Phrase:
    return Phrase(text, (text,), rarity, rarity, single, specific, False)


def plan(*phrases: Phrase, common: tuple[Phrase, ...] = ()) -> Plan:
    ceiling = sum(one.worth for one in (*phrases, *common) if one.single)
    specific = sum(one.specific for one in phrases)
    return Plan("", phrases, common, "", ceiling, specific, max(one.rarity for one in phrases if one.single))


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
    held = completed(asked, before, Memory("They were happy"))
    assert (before.coverage, held.coverage) == (0.75, 1.0)
    assert completed(asked, before, Memory("unhappy")) == before


def test_only_forms_of_a_word_are_taken_for_it() -> None:
    """What merely begins alike is another word: whoever asks what was decided does not mean decimals."""
    asked = plan(phrase("rare", 6.0), common=(Phrase("decide", ("decid",), 2.0, 2.0, True, False, False),))
    before = weigh(asked, (1,), 100)
    assert completed(asked, before, Memory("They decided")).terms == ("rare", "decide")
    assert completed(asked, before, Memory("decimals")) == before
    filing = plan(phrase("rare", 6.0), common=(Phrase("file", ("file",), 2.0, 2.0, True, False, False),))
    assert completed(filing, before, Memory("They file it")).terms == ("rare", "file")


def test_a_memory_found_by_meaning_is_read() -> None:
    """What the index was not asked about is read from the text, and comes to about the same."""
    memory = Memory("A rare word, and rarely plain words. " + "More of it. " * 30)
    assert completed(TWO, NOTHING, memory).terms == ("rare", "plain")
    assert completed(TWO, NOTHING, Memory("nothing of the sort")) is NOTHING
    assert completed(TWO, NOTHING, memory).words == pytest.approx(weigh(TWO, (3, 1.5), 97).words, rel=0.2)
