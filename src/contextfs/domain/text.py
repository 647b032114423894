"""Words: the one place that decides what a word is, for storing text and for asking about it.

The full-text index and the query must cut text in the same way, or what was saved cannot be found.
SQLite's tokenizer does most of the cutting; this module does the three things that it cannot: it takes
`PaymentWebhookHandler` apart, it cuts scripts that are written without spaces into two-letter words, and it
says of each word of a question what kind of word it is.  Pure functions on the standard library's `re` only.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Scripts written without spaces between words: Thai to Burmese, Khmer, kana, Han, Hangul, and the
# supplementary Han planes.  Hangul has spaces, but its endings are glued on, so pairs find more.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Vowel signs and tone marks: SQLite's tokenizer treats them as gaps, so a pair must not contain one.
_MARK = re.compile(
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3]"
)

_JOINT = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]\d|\d[A-Za-z]")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# A word of a question with whatever joins its parts: max_tx_bytes, src/app.py, v1.2.3, don't, C++ (as C).
_TOKEN = r"{0}+(?:(?:['\u2019]|[_./:@\\-]+){0}+)*"
_ASCII_TOKEN = re.compile(_TOKEN.format("[A-Za-z0-9]"))
_WORD = re.compile(r"[^\W_]+")
_CODE_JOINT = re.compile(r"[_.:@\\]|/.*/")
_SENTENCE_END = re.compile(r"[.!?:\n\"“(\[>]\s*$")
# Beyond this no question has more to say; a pasted log of ten thousand characters is cut here.
MAX_TERMS = 400

STOP_WORDS: frozenset[str] = frozenset(
    """
    a about above after again all also am an and any are aren as at be because been before being below
    between both but by can cannot could couldn d did didn do does doesn doing don down during each either
    else ever every few for from further get gets getting give given gives go goes going got had hadn has
    hasn have haven having he her here hers herself him himself his how however i if in into is isn it its
    itself just let like ll m made make makes many may me might mine more most much must my myself neither no
    nor not now of off often on once one only onto or other our ours ourselves out over own per please put
    quite rather re really s same shall she should shouldn since so some such t tell than that the their
    theirs them themselves then there these they this those through thus to too toward towards under until up
    upon us use used uses using ve very via want wants was wasn way we were weren what whatever when where
    whether which while who whom whose why will with within without won would wouldn yes yet you your yours
    yourself yourselves
    """.split()  # noqa: SIM905 - a list literal would be two hundred quoted lines
)


@cache
def _unspaced_run() -> re.Pattern[str]:
    # Compiled when a text needs it: with its fifteen ranges it costs half a bare interpreter.
    return re.compile(f"[{_UNSPACED}]+")


@cache
def _any_token() -> re.Pattern[str]:
    return re.compile(_TOKEN.format(rf"[^\W_{_UNSPACED}]") + f"|[{_UNSPACED}]+")


class Term(NamedTuple):
    """One word of a question, with its kind and the parts it is made of."""

    text: str
    """The word in lower case, as it was typed."""
    kind: str
    """One of: stop, word, name, number, identifier, pair (two letters of a script without spaces)."""
    pieces: tuple[str, ...] = ()
    """For an identifier: its parts in lower case, in order."""


def words_in(text: str) -> Sequence[str]:
    """The words of a text as the index's tokenizer cuts it: runs of letters and digits."""
    return _kept_words(text) if len(text) <= _WORTH_KEEPING else _cut_words(text)


@lru_cache(16)
def _kept_words(text: str) -> Sequence[str]:
    return _cut_words(text)


def _cut_words(text: str) -> Sequence[str]:
    if text.isascii():  # the same, in a third of the time
        return text.encode().translate(_SPACED).decode().split()
    return _WORD.findall(text)


_SPACED = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
"""For each ASCII character itself where it belongs to a word, else a space."""


_WORTH_KEEPING = 20_000
"""Characters; a save asks for the words of the same text several times, and should not keep those of a book."""


def lines_of(text: str) -> list[str]:
    """The lines of a text as git and editors number them: a form feed or a Unicode separator begins no new one."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


def ident_pieces(*texts: str) -> str:
    """Return the parts of the compound words in the texts, separated by spaces, each compound once.

    Only compounds that the index's own tokenizer keeps whole are taken apart (`PaymentWebhook`, `sha256`); it
    cuts `snake_case`, `dotted.names` and `file/paths` by itself.
    """
    words = dict.fromkeys([word for text in texts for word in words_in(text)])
    compounds = [word for word in words if not word.isalpha() or not word[1:].islower()]
    return " ".join([parts for word in compounds if (parts := _parts(word))])


@lru_cache(4096)
def _parts(word: str) -> str:
    """The parts of one compound word; empty for any other. Names come again and again."""
    return " ".join(_cut(word)).lower() if _is_joint(word) else ""


_SHAPE_JOINT = re.compile("aA|AAa|[Aa]0|0[Aa]")
_SHAPE_PIECE = re.compile("A+(?!a)|A?a+|0+|x+")


def _shape(word: str) -> str:
    """The word with A for a capital, a for a small letter, 0 for a digit and x for a letter that has no case."""
    return "".join(
        "A" if one.isupper() else "a" if one.islower() else "0" if one.isdecimal() else "x" for one in word
    )


def _is_joint(word: str) -> bool:
    """Whether the word has a place where two parts meet, in any script that has capitals."""
    return (_JOINT.search(word) if word.isascii() else _SHAPE_JOINT.search(_shape(word))) is not None


def _cut(word: str) -> list[str]:
    """The parts of a word without joining marks; `MüllerGateway` has two as `PaymentGateway` has."""
    if word.isascii():
        return _PIECE.findall(word)
    return [word[found.start() : found.end()] for found in _SHAPE_PIECE.finditer(_shape(word))]


def index_text(text: str) -> str:
    """Return `text` as the full-text index shall see it: scripts without spaces cut into two-letter words."""
    if text.isascii():
        return text
    return _unspaced_run().sub(_indexed_pairs, text)


def query_terms(text: str) -> list[Term]:
    """Return the words of a question in their order, each with its kind; at most `MAX_TERMS`."""
    if text.isupper():  # shouted: capitals tell nothing
        text = text.lower()
    terms: list[Term] = []
    for match in (_ASCII_TOKEN if text.isascii() else _any_token()).finditer(text):
        terms += _terms_of(match.group(), _capital_means(text, match.start()))
        if len(terms) >= MAX_TERMS:
            break
    return terms[:MAX_TERMS]


def split_identifier(word: str) -> list[str]:
    """Return the parts of one identifier in lower case: `maxTxBytes` and `max_tx_bytes` give the same."""
    return [piece.lower() for part in _WORD.findall(word) for piece in _cut(part)]


def _pairs(run: str) -> list[str]:
    letters = _MARK.sub("", run)
    return [letters[i : i + 2] for i in range(len(letters) - 1)] or [letters]


def _indexed_pairs(match: re.Match[str]) -> str:
    pairs = _pairs(match.group())
    # The last letter stands alone as well, so that a one-letter question can find it by prefix.
    last = pairs[-1][-1:] if len(pairs[-1]) > 1 else ""
    return f" {' '.join(pairs)} {last} "


def _capital_means(text: str, start: int) -> str:
    # At the start of a sentence every word has a capital, so there it tells nothing.
    before = text[max(0, start - 4) : start]
    opening = start == 0 or not before.strip() or _SENTENCE_END.search(before) is not None
    return "word" if opening else "name"


def _terms_of(token: str, capital: str) -> list[Term]:
    if not token.isascii() and _unspaced_run().match(token):
        return [Term(pair, "pair") for pair in _pairs(token) if pair]
    if "'" in token or "\u2019" in token:
        return [_simple(part, capital) for part in _WORD.findall(token)]
    if _WORD.fullmatch(token) is None:
        return _joined_terms(token, capital)
    if _is_joint(token):
        return [Term(token.lower(), "identifier", tuple(split_identifier(token)))]
    return [_simple(token, capital)]


def _simple(word: str, capital: str) -> Term:
    lower = word.lower()
    if lower in STOP_WORDS and not (word.isupper() and len(word) > 1):
        return Term(lower, "stop")
    if word.isdigit():
        return Term(lower, "number")
    return Term(lower, capital if word[0].isupper() else "word")


def _joined_terms(token: str, capital: str) -> list[Term]:
    # A hyphen or a slash between plain words is prose ("error-prone", "and/or"); code joins say identifier.
    parts = _WORD.findall(token)
    if all(part.isdigit() for part in parts):
        return [Term(token.lower(), "number", tuple(parts))]
    plain = all(part.isalpha() and (len(part) == 1 or part[1:].islower()) for part in parts)
    if plain and not _CODE_JOINT.search(token):
        return [_simple(part, capital) for part in parts]
    return [Term(token.lower(), "identifier", tuple(split_identifier(token)))]
