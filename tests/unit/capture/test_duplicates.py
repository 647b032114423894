"""What two texts have in common, and what keeps them apart."""

from __future__ import annotations

import pytest

from contextfs.capture.duplicates import SHARED_WORDS, overlap, same_claims

TEXT = "Sessions are kept in Redis because they survive a restart there"


def test_the_same_words_overlap_whole() -> None:
    """Case, marks and order do not matter."""
    assert overlap(TEXT, TEXT.upper() + "!") == overlap(TEXT, " ".join(reversed(TEXT.split()))) == 1.0


def test_stop_words_do_not_count_unless_there_are_no_others() -> None:
    """Two sentences with the same frame and other words share nothing; two of stop words alone can be equal."""
    assert overlap("We have the queue in Berlin", "We have the cache in Madrid") == 0.0
    assert overlap("it is what it is", "It is what it is.") == 1.0
    assert overlap("", "") == 0.0


def test_overlap_counts_words_of_scripts_without_spaces() -> None:
    """A Japanese sentence with another ending still shares most of its words."""
    said = "認証にはJWTを使用します。トークンは一時間で"
    assert overlap(f"{said}切れます", f"{said}切れる") >= SHARED_WORDS
    assert overlap("認証にはJWTを使用します", "画面の色は青が良いです") < 0.2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("port 5432", "port 5433"),
        ("version 1.2", "version 1.3"),
        ("use Redis", "do not use Redis"),
        ("it works", "it doesn't work"),
        ("always on", "never on"),
    ],
)
def test_another_number_or_a_denial_is_another_claim(left: str, right: str) -> None:
    """Texts that differ in a number or a negation do not claim the same."""
    assert not same_claims(left, right)
    assert same_claims(left, left.upper()) and same_claims(right, right + " ")
