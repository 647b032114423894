"""What a word is: the same on the side that stores and on the side that asks."""

from __future__ import annotations

import re

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.text import (
    MAX_TERMS,
    Term,
    ident_pieces,
    index_text,
    query_terms,
    split_identifier,
    words_in,
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(term.text, term.kind) for term in query_terms(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("the PaymentWebhookHandler failed", "payment webhook handler"),
        ("HTTPServer and sha256", "http server sha 256"),
        ("parseJSON parseJSON", "parse json"),
        ("snake_case and dotted.name/path stay out", ""),
        ("Plain Words NATO 2024", ""),
    ],
)
def test_compounds_are_taken_apart(text: str, pieces: str) -> None:
    """A compound that the index keeps whole gives its parts once; everything else gives nothing."""
    assert ident_pieces(text) == pieces


@pytest.mark.parametrize("word", ["maxTxBytes", "max_tx_bytes", "MaxTxBytes", "max.tx.bytes", "MAX_TX_BYTES"])
def test_spellings_of_one_identifier_agree(word: str) -> None:
    """Whatever the naming convention, an identifier has the same parts."""
    assert split_identifier(word) == ["max", "tx", "bytes"]


def test_text_with_spaces_is_indexed_unchanged() -> None:
    """Text in a script with spaces is not touched, accents and emoji included."""
    text = "Größe, naïve — 😀 déjà-vu"
    assert index_text(text) == text


def test_unspaced_scripts_become_pairs() -> None:
    """Han, kana and Thai runs become two-letter words, and the last letter stands alone as well."""
    assert index_text("東京都").split() == ["東京", "京都", "都"]
    assert index_text("abc東京").split() == ["abc", "東京", "京"]
    assert index_text("ที่นี่").split() == ["ทน", "น"]


@pytest.mark.parametrize(
    "text", ["東京都の天気", "ข้อมูลผู้ใช้", "데이터베이스 연결", "한국어와 English", "カタカナ"]
)
def test_every_asked_pair_was_indexed(text: str) -> None:
    """Each word of a question in an unspaced script is a word of the same text in the index."""
    indexed = set(index_text(text).lower().split())
    asked = {term.text for term in query_terms(text)}
    assert asked
    assert asked <= indexed


def test_kinds_of_words() -> None:
    """Stop words, names, numbers, identifiers and plain words are told apart."""
    assert kinds("When did Jon set max_tx_bytes to 1024 in v1.2.3?") == [
        ("when", "stop"),
        ("did", "stop"),
        ("jon", "name"),
        ("set", "word"),
        ("max_tx_bytes", "identifier"),
        ("to", "stop"),
        ("1024", "number"),
        ("in", "stop"),
        ("v1.2.3", "identifier"),
    ]


def test_first_word_of_a_sentence_is_no_name() -> None:
    """A capital at the start of a sentence tells nothing, and neither does a shouted question."""
    assert kinds("Rework it. Rename it") == [
        ("rework", "word"),
        ("it", "stop"),
        ("rename", "word"),
        ("it", "stop"),
    ]
    assert {kind for _, kind in kinds("WHAT BROKE THE BUILD")} == {"stop", "word"}


def test_prose_joins_are_words_and_code_joins_are_identifiers() -> None:
    """A hyphen or one slash joins words; dots, underscores, colons and longer paths join identifiers."""
    assert kinds("error-prone and/or") == [
        ("error", "word"),
        ("prone", "word"),
        ("and", "stop"),
        ("or", "stop"),
    ]
    assert query_terms("io.Reader") == [Term("io.reader", "identifier", ("io", "reader"))]
    assert query_terms("a/b/c")[0].kind == "identifier"
    assert kinds("2024-01-15") == [("2024-01-15", "number")]


@pytest.mark.parametrize("text", ["", "   ", '"', "* : - ^ ( )", "😀🎉", "\x00\x01", "'''", "\ud800"])
def test_text_without_words_has_no_terms(text: str) -> None:
    """Punctuation, emoji and control characters are text, and hold no words."""
    assert query_terms(text) == []


def test_a_very_long_question_is_cut() -> None:
    """Ten thousand characters of question give a bounded number of terms."""
    assert len(query_terms("alpha beta gamma " * 600)) == MAX_TERMS


@pytest.mark.parametrize(
    "text", ["Running queries über naïve cafés", "PaymentWebhook sha256 io.Reader", "東京都 ไทย x"]
)
def test_sqlite_finds_each_term_in_the_indexed_text(text: str) -> None:
    """SQLite's own tokenizer finds every term of a text in that text as it is indexed."""
    db = apsw.Connection(":memory:")
    db.execute("CREATE VIRTUAL TABLE f USING fts5(content, ident, tokenize='porter unicode61')")
    db.execute("INSERT INTO f VALUES(?, ?)", (index_text(text), ident_pieces(text)))
    for term in query_terms(text):
        for word in (term.text, *term.pieces):
            quoted = '"' + word.replace('"', '""') + '"'
            assert db.execute("SELECT count(*) FROM f(?)", (quoted,)).fetchall() == [(1,)], word


@given(st.text(st.characters(max_codepoint=0x17F), max_size=200))
def test_words_are_runs_of_letters_and_digits(text: str) -> None:
    """A text of plain letters, which is cut in a quicker way, has the words that any text has."""
    assert list(words_in(text)) == re.findall(r"[^\W_]+", text)
