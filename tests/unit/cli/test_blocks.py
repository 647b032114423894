"""The texts people read: the block of the guide, what is cut, what is marked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contextfs.cli import blocks
from contextfs.domain.memory import Memory
from contextfs.domain.search import Answer, SearchResult, Why
from contextfs.domain.status import Listing

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are compared as they are; the tests of colours ask for them."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")


def memory(content: str = "This project uses Python 3.11 with FastAPI", **fields: Any) -> Memory:
    """A memory as the guide shows one."""
    given = {
        "tags": ("python", "fastapi", "stack"),
        "source_repo": "backend-api",
        "id": "3f9c12ab" + "0" * 24,
    }
    return Memory(content, **{**given, "created_at": NOW - timedelta(days=3), **fields})


def test_the_block_is_the_one_of_the_guide() -> None:
    """Relevance, type and repository; the content; the tags; then id and age."""
    assert blocks.block(memory(), 0.8912) == (
        "[0.89] [fact] @backend-api\n"
        "  This project uses Python 3.11 with FastAPI\n"
        "  Tags: python, fastapi, stack\n"
        "  ID: 3f9c12ab · 3 days ago"
    )


def test_what_is_absent_leaves_no_trace() -> None:
    """Without a repository there is no @, and without tags no line of them."""
    assert blocks.block(memory(source_repo="", tags=()), 1.0).splitlines() == [
        "[1.00] [fact]",
        "  This project uses Python 3.11 with FastAPI",
        "  ID: 3f9c12ab · 3 days ago",
    ]


def test_every_line_of_the_content_is_indented_and_empty_ones_stay_empty() -> None:
    """A block of several paragraphs keeps its shape."""
    shown = blocks.block(memory("## Title\n\n- one"))
    assert "\n  ## Title\n\n  - one\n" in shown


@pytest.mark.parametrize(
    ("content", "last", "hidden"),
    [
        ("\n".join(f"line {n}" for n in range(1, 21)), "line 6", "… 14 more lines: --full"),
        ("word " * 299 + "last", "word", "… 905 more characters: --full"),
        ("x" * 1000, "x" * 600, "… 400 more characters: --full"),
        ("\n".join(f"line {n}" for n in range(1, 8)), "line 7", ""),
        ("short", "short", ""),
    ],
)
def test_long_content_is_cut_and_says_so(content: str, last: str, hidden: str) -> None:
    """What is left out is counted, and the option that shows it is named."""
    shown, more = blocks.cut(content.rstrip() + "\n", full=False)
    assert (shown.endswith(last), more) == (True, hidden)
    assert blocks.cut(content, full=True) == (content.strip("\n"), "")


@pytest.mark.parametrize(
    ("fields", "mark"),
    [
        ({"status": "deprecated"}, "(deprecated)"),
        ({"status": "deprecated", "superseded_by": "7aa01c22" + "f" * 24}, "(superseded by 7aa01c22)"),
        ({"status": "archived"}, "(archived)"),
        ({"expires_at": NOW - timedelta(days=1)}, "(expired)"),
    ],
)
def test_what_is_not_current_is_marked(fields: dict[str, Any], mark: str) -> None:
    """A memory that no longer holds says so in its first line."""
    assert blocks.head(memory(**fields), 0.5) == f"[0.50] [fact] @backend-api {mark}"


def test_a_current_memory_has_no_mark() -> None:
    """An expiry in the future is none."""
    assert blocks.marks(memory(expires_at=NOW + timedelta(days=1))) == []


def test_what_a_memory_holds_cannot_steer_the_terminal() -> None:
    """Escape sequences in content, tags and repository are written out."""
    bad = memory("\x1b]0;owned\x07", tags=("\x1b[2J",), source_repo="\x1b[1m")
    assert "\x1b" not in blocks.block(bad, 0.5) + blocks.whole(bad) + blocks.name(bad)


@pytest.mark.parametrize(
    ("terms", "line", "marked"),
    [
        (["hashing"], "we hash passwords", ["hash"]),
        (["webhook"], "see PaymentWebhookHandler", ["PaymentWebhookHandler"]),
        (["base"], "the database", []),
        (["auth"], "auth_token and unauthorised", ["auth"]),
        (["限流"], "网关限流规则", ["限流"]),
        (["résumé"], "the Résumé page", ["Résumé"]),
        ([], "nothing", []),
    ],
)
def test_words_that_answered_are_highlighted(
    monkeypatch: pytest.MonkeyPatch, terms: list[str], line: str, marked: list[str]
) -> None:
    """A word is marked when it, or a part of a compound, begins as a word of the query does."""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = blocks.highlight(line, terms)
    assert [part.partition("\x1b")[0] for part in shown.split("\x1b[31m\x1b[1m")[1:]] == marked


def test_nothing_found_says_where_else_to_look() -> None:
    """The count in other namespaces comes with the option that shows them."""
    text = blocks.answer(Answer([], elsewhere=12), ranked=True, full=False, explain=False)
    assert text == "No memories found.\n12 in other namespaces: add --all"


def test_what_was_nearest_is_shown_on_request() -> None:
    """An empty answer tells of a near miss, of nothing far; with --explain it shows what came closest and why."""
    near = SearchResult(memory(), 0.21, Why({"cosine": 0.31}, ("python",), ("folded copies",)))
    answer = Answer([], nearest=[near])
    missed = blocks.answer(answer, ranked=True, full=False, explain=False)
    assert missed.splitlines()[1].startswith("The nearest scores 0.21, below the threshold: ")
    assert missed.endswith("--min-relevance 0.2 includes it.")
    far = Answer([], nearest=[SearchResult(memory(), 0.04)])
    assert blocks.answer(far, ranked=True, full=False, explain=False) == "No memories found."
    explained = blocks.answer(answer, ranked=True, full=False, explain=True)
    assert "[0.21] [fact] @backend-api" in explained
    assert "cosine               0.310" in explained
    assert "matched: python" in explained
    assert "folded copies" in explained


def test_results_are_separated_by_an_empty_line() -> None:
    """Two blocks never run into each other, and copies behind a result are named."""
    results = [SearchResult(memory(), 0.9, folded=("7aa01c22" + "f" * 24,)), SearchResult(memory(), 0.8)]
    text = blocks.answer(Answer(results), ranked=True, full=False, explain=False)
    assert "\n\n[0.80]" in text
    assert "  Nearly the same: 7aa01c22\n" in text


@pytest.mark.parametrize(
    ("total", "elsewhere", "offset", "end"),
    [
        (1, 0, 0, "1 in all"),
        (57, 0, 0, "1-1 of 57"),
        (57, 12, 20, "21-21 of 57\n12 in other namespaces: add --all"),
    ],
)
def test_a_list_ends_with_how_many_more_there_are(total: int, elsewhere: int, offset: int, end: str) -> None:
    """How many are shown, how many there are, and how many elsewhere."""
    text = blocks.listing(Listing([memory()], total, elsewhere), offset)
    assert text.endswith("\n" + end)
    assert text.splitlines()[0] == (
        "3f9c12ab  [fact]  3 days ago  This project uses Python 3.11 with FastAPI  [python, fastapi, stack]"
    )


def test_a_memory_is_shown_whole() -> None:
    """All that is known stands below the content, and what is not known does not."""
    text = blocks.whole(memory(metadata={"sprint": 42}, files=("src/a.py",), namespace="global"))
    assert "3f9c12ab" + "0" * 24 in text
    assert "sprint=42" in text
    assert "src/a.py" in text
    assert "Owner" not in text


def test_a_title_fits_on_one_line() -> None:
    """A phrase is cut with an ellipsis, and line ends become spaces."""
    assert blocks.short("a\nb  c") == "a b c"
    assert len(blocks.short("word " * 100)) <= 72
