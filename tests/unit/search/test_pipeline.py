"""From a question to ranked results, on a real store, by words alone and with the static table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contextfs import ContextFS, SearchResult

Found = Callable[..., list[SearchResult]]

KNOWN = (
    "We chose PostgreSQL over MySQL for billing because the reports need window functions",
    "PaymentWebhookHandler retries five times, then parks the event in the dead-letter table",
    "The staging certificate expires in March and is renewed by hand",
    "Deploy with `make release`, wait for the smoke tests, then announce it in the channel",
    "Feature flags are read once at start-up from flags.yaml, so a change needs a restart",
    "東京都の天気予報サービスは毎朝六時に更新される",
    "max_tx_bytes limits a block to 1024 transactions in the mempool",
)


def texts(results: list[SearchResult]) -> list[str]:
    return [one.memory.content for one in results]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("why PostgreSQL for billing", 0),
        ("webhook retries", 1),
        ("payment handler", 1),
        ("when does the certificate expire", 2),
        ("how do we release", 3),
        ("flags.yaml", 4),
        ("天気", 5),
        ("maxTxBytes", 6),
        ("1024", 6),
    ],
)
def test_the_right_memory_comes_first(ctx: ContextFS, found: Found, query: str, answer: int) -> None:
    """Words, parts of identifiers, file names, numbers and Japanese find the memory that holds them."""
    ctx.save_many(KNOWN)
    assert texts(found(query))[0] == KNOWN[answer]


def test_a_title_is_always_an_answer(ctx: ContextFS) -> None:
    """A memory whose first line or summary is the query has at least 0.9 and comes first, punctuation aside."""
    ctx.save_many(KNOWN)
    ctx.save("Body text about something else entirely", summary="Why we left Kafka")
    for query in (KNOWN[0], KNOWN[2].upper() + "!", "why we left kafka?"):
        first = ctx.search(query)[0]
        assert first.relevance >= 0.9
        assert "exact title" in first.why.notes


@pytest.mark.parametrize("query", ["qwertz asdf foobarbaz", "recipe for blueberry muffins", "zzz", "?!*"])
def test_nonsense_finds_nothing(ctx: ContextFS, query: str) -> None:
    """A question that the store knows nothing about has no results."""
    ctx.save_many(KNOWN)
    assert ctx.search(query) == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "AND OR NOT",
        "a*",
        "title:x",
        "NEAR(a b)",
        "-flag",
        "(",
        "^",
        "😀",
        "\x00",
        "word " * 2000,
        "'; DROP TABLE",
    ],
)
def test_every_text_is_just_text(ctx: ContextFS, found: Found, query: str) -> None:
    """Operators, quotes, emoji and ten thousand characters are searched like any other text."""
    ctx.save_many(KNOWN)
    assert len(found(query)) <= len(KNOWN)


def test_relevance_never_rises_down_the_list(ctx: ContextFS, found: Found) -> None:
    """What is printed beside a result is never higher than that of the one above, and lies between 0 and 1."""
    ctx.save_many(KNOWN)
    relevances = [one.relevance for one in found("which database do the billing reports use", limit=20)]
    assert relevances == sorted(relevances, reverse=True)
    assert all(0.0 <= one <= 1.0 for one in relevances)


def test_deprecated_and_superseded_come_after_their_equals(ctx: ContextFS, found: Found) -> None:
    """Of three alike, the active one is first and the others say what they are."""
    old = ctx.save("The rate limit of the gateway is 100 requests a minute")
    gone = ctx.save("The rate limit of the gateway is 200 requests a minute")
    new = ctx.save("The rate limit of the gateway is 300 requests a minute")
    ctx.supersede(old.id, new.id)
    ctx.deprecate(gone.id)
    results = found("rate limit of the gateway")
    assert results[0].memory.id == new.id
    notes = {one.memory.id: one.why.notes for one in results}
    assert notes[old.id] == (f"superseded by {new.short_id}",)
    assert notes[gone.id] == ("deprecated",)


def test_between_equals_the_newer_comes_first(ctx: ContextFS, found: Found) -> None:
    """An episode of yesterday is above the same kind of episode of two years ago."""
    now = datetime.now(UTC)
    old = ctx.save(
        "Stand-up notes of Ada: the crawler was slow", type="episodic", created_at=now - timedelta(days=700)
    )
    new = ctx.save(
        "Stand-up notes of Bob: the crawler was slow", type="episodic", created_at=now - timedelta(days=1)
    )
    assert [one.memory.id for one in found("stand-up crawler slow")] == [new.id, old.id]


def test_the_same_words_are_folded_together(ctx: ContextFS, found: Found) -> None:
    """A memory that differs in case and punctuation only stands behind the better one."""
    ctx.save("Rotate the signing keys every quarter.")
    ctx.save("rotate the signing keys, every quarter")
    (only,) = [one for one in found("rotate signing keys") if "otate" in one.memory.content]
    assert len(only.folded) == 1


def test_why_names_the_words_that_were_held(ctx: ContextFS, found: Found) -> None:
    """A result says which words of the question it holds, and what its relevance is made of."""
    ctx.save_many(KNOWN)
    first = found("staging certificate and unicorns")[0]
    assert set(first.why.terms) == {"staging", "certificate"}
    assert 0 < first.why.parts["coverage"] < 1


def test_pages_join_up(ctx: ContextFS, found: Found) -> None:
    """The second page begins where the first one ended."""
    ctx.save_many(f"Backup number {number} of the archive server" for number in range(12))
    whole = texts(found("backup of the archive server", limit=12))
    parts = texts(found("backup of the archive server", limit=5)) + texts(
        found("backup of the archive server", limit=7, offset=5)
    )
    assert parts == whole
    assert len(set(whole)) == 12


def test_an_answer_lifts_its_neighbour_in_the_session(ctx: ContextFS, found: Found) -> None:
    """A reply without the words of the question comes before the same reply in another session."""
    ctx.save("Which harbour did the boat leave from?", session_id="one")
    near = ctx.save("From the old one in the north", session_id="one")
    ctx.save("Lunch was at noon", session_id="two")
    far = ctx.save("From the old one in the south", session_id="two")
    order = [one.memory.id for one in found("harbour of the boat, old or new", limit=20)]
    assert order.index(near.id) < order.index(far.id)
