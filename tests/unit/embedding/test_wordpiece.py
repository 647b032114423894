"""WordPiece: equal to the tokenizer library, over the real vocabulary where it is installed, else over a made one."""

from __future__ import annotations

import sysconfig
import unicodedata
from pathlib import Path

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.models import WordPiece as LibraryModel
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from contextfs.embedding.vocabulary import Vocabulary, lay_out
from contextfs.embedding.wordpiece import WordPiece

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MADE = [
    *SPECIAL,
    *(chr(code) for code in range(33, 127)),
    *("##" + chr(code) for code in range(33, 127)),
    *[
        "the",
        "post",
        "##gres",
        "##ing",
        "un",
        "##able",
        "café",
        "cafe",
        "ss",
        "i",
        "語",
        "日",
        "##é",
        "ﬁ",
        "π",
        "ω",
    ],
]
MANY = 1 << 20
RECLASSIFIED = set("\u166d\u1734\u1885\u1886")


class Pair:
    """Our tokenizer and the library's over one vocabulary."""

    def __init__(self, tokens: list[str]) -> None:
        ids = {token: number for number, token in enumerate(tokens)}
        self.library = tokenizers.Tokenizer(
            LibraryModel(ids, unk_token="[UNK]", max_input_chars_per_word=100)
        )
        self.library.normalizer = BertNormalizer()
        self.library.pre_tokenizer = BertPreTokenizer()
        self.ours = WordPiece(Vocabulary(lay_out(list(ids), b"")))
        self._marks = (ids["[CLS]"], ids["[SEP]"])

    def expected(self, text: str) -> list[int]:
        """The library's ids between the marks."""
        return [self._marks[0], *self.library.encode(text).ids, self._marks[1]]


@pytest.fixture(scope="module")
def made() -> Pair:
    """Both over a made vocabulary."""
    return Pair(list(dict.fromkeys(MADE)))


@pytest.fixture(scope="module")
def real(minilm_directory: str) -> Pair:
    """Both over the model's own vocabulary."""
    return Pair(Path(minilm_directory, "vocab.txt").read_text("utf-8").split("\n")[:-1])


TEXTS = [
    "",
    "Why did we choose PostgreSQL over MySQL?",
    "unable postgresing theing [SEP]ish don't stop",
    "naïve CAFÉ Ångström ﬁ e\u0301 İstanbul ẞ ΠΩΣ",
    "データベース 数据库连接池 日本語abc語 데이터베이스",
    "a\u200bb a\ufeffb a\x00b a\x1cb a\x85b a\x0cb a\u3000b a\u00a0b a\ufffdb a\u00adb",
    "x" * 100 + " " + "y" * 101,
    "¿qué? «hm» „so“ … – — ‽ €5 50% @me #tag ~/a_b.c `d` ^e |f| <g>",
    "🙂 👩\u200d👩\u200d👧 🇪🇺 e\u20dd",
]


@pytest.mark.parametrize("text", TEXTS)
def test_equals_the_library(made: Pair, text: str) -> None:
    """Hand-picked scripts, marks and control characters give the library's ids."""
    assert made.ours.encode(text, MANY) == made.expected(text)


def test_every_assigned_character_of_the_library_equals_it(made: Pair) -> None:
    """Each character up to U+FFFF, between letters, is read as the library reads it.

    The library knows an older Unicode than Python does, so only characters that the oldest one at hand knows are
    compared, without the few whose category changed since.
    """
    codes = [code for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    differing = [
        code for code in codes if made.ours.encode(f"a{chr(code)}b", MANY) != made.expected(f"a{chr(code)}b")
    ]
    old = unicodedata.ucd_3_2_0
    assert {chr(code) for code in differing if old.category(chr(code)) != "Cn"} <= RECLASSIFIED


def test_equals_the_library_on_sources(real: Pair) -> None:
    """A broad body of code and English gives the library's ids throughout."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::4]:
        text = path.read_text("utf-8", "replace")[:20_000]
        assert real.ours.encode(text, MANY) == real.expected(text), path


@given(st.text(st.characters(max_codepoint=0x24FF, exclude_categories=["Cn", "Cs"]), max_size=60))
def test_equals_the_library_on_anything(made: Pair, text: str) -> None:
    """Random text of the old scripts gives the library's ids."""
    text = "".join(char for char in text if char not in RECLASSIFIED)
    known = "".join(char for char in text if unicodedata.ucd_3_2_0.category(char) != "Cn")
    assert made.ours.encode(known, MANY) == made.expected(known)


def test_reading_stops_at_the_limit(made: Pair) -> None:
    """A long text gives exactly the limit, and its beginning is what a short one gives."""
    ids = made.ours.encode("the post " * 50_000, 16)
    assert len(ids) == 16
    assert ids[:15] == made.ours.encode("the post " * 8, MANY)[:15]
    assert ids[-1] == SPECIAL.index("[SEP]")
