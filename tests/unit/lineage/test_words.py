"""The words that tell what a text is about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contextfs.lineage.words import telling


def test_forms_of_a_word_are_one() -> None:
    """`Rotating tokens`, `token_rotation` and `rotateToken` tell the same."""
    assert telling("Rotating tokens") == telling("token_rotation") == telling("rotateToken")


def test_what_every_text_and_every_program_says_tells_nothing() -> None:
    """Stop words, the vocabulary of any comment and short names are left out."""
    assert telling("It returns the value of this function, or None if x is 12") == set()


def test_scripts_without_spaces_have_words_in_common() -> None:
    """Two Japanese texts about refunds share something, and one about lunch shares nothing with them."""
    assert telling("返金処理は二重承認が必要") & telling("監査以来、返金処理を承認する")
    assert not telling("返金処理") & telling("昼食は正午")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    """Nothing breaks it, and no word is empty."""
    assert all(telling(text))
