"""The numbers by which texts that say nearly the same find each other."""

from __future__ import annotations

from contextfs.domain.sketch import SIZE, sketch_of, telling_words

TEXT = "The payment provider drops one webhook in fifty, so the dispatcher retries with exponential backoff"


def test_a_sketch_does_not_depend_on_order_case_or_marks() -> None:
    """The same words in another order, case or punctuation have the same sketch; another text has another."""
    again = " ".join(reversed(TEXT.upper().replace(",", " ;").split()))
    assert sketch_of(again) == sketch_of(TEXT)
    assert not set(sketch_of("We use tabs and not spaces")) & set(sketch_of(TEXT))


def test_the_longest_words_make_the_sketch() -> None:
    """Short words can change without changing it; there are never more numbers than its size, and each is one once."""
    assert sketch_of(TEXT.replace("drops", "loses")) == sketch_of(TEXT)
    assert len(sketch_of(TEXT)) == len(set(sketch_of(TEXT))) == SIZE
    assert sketch_of("...") == ()


def test_stop_words_count_only_where_there_are_no_others() -> None:
    """A text of stop words alone still has words to be compared by."""
    assert telling_words("it is what it is") == {"it", "is", "what"}
    assert telling_words("it is what Redis is") == {"redis"}


def test_any_text_has_numbers_that_fit() -> None:
    """Words of any script and length become numbers that SQLite keeps in four bytes."""
    for text in ("認証にはJWTを使用します", "x" * 10_000, "\ud800 broken"):
        assert all(0 <= number < 1 << 31 for number in sketch_of(text))
