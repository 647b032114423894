"""Many texts looked through at once: the same rules are found as one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.screen import secrets_in
from contextfs.capture.screen_many import rules_by_text
from contextfs.capture.secret_rules import MARKS

MARK = st.sampled_from([mark for mark, _, _ in MARKS])
TEXT = st.lists(
    st.text(max_size=8) | MARK | MARK.map(str.upper) | st.sampled_from(["\u200b", "İ", "\ud800", "\0"])
).map("".join)


def one_by_one(text: str) -> set[int]:
    """The rules of which a mark stands in a text, as the gate sees it."""
    invisible = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    seen = "".join(letter for letter in text if letter not in invisible)
    return {place for mark, caseless, place in MARKS if mark in (seen.lower() if caseless else seen)}


@given(texts=st.lists(TEXT, max_size=6))
def test_the_same_marks_are_found(texts: list[str]) -> None:
    """Whatever the texts are, in whatever order, and wherever a mark stands in them."""
    expected = {number: rules for number, text in enumerate(texts) if (rules := one_by_one(text))}
    assert rules_by_text(texts) == expected


def test_no_text_with_a_secret_is_passed_over() -> None:
    """A secret among many texts without one is seen, also one with invisible letters in it."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    texts = ["nothing to see"] * 50 + [f"use {token}"] + ["more words"] * 50 + [f"gh\u200bp_{token[4:]}"]
    assert [number for number, text in enumerate(texts) if secrets_in(text)] == [50, 101]
    assert {50, 101} <= set(rules_by_text(texts))


def test_no_texts_hold_no_marks() -> None:
    """Nothing at all, and nothing but empty texts."""
    assert rules_by_text([]) == rules_by_text([""]) == rules_by_text(["", "a"]) == {}
