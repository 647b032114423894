"""Which commits are worth remembering, and when somebody said the same already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.commits import draft_of, kind_of, same_thing, text_of
from contextfs.domain.lineage import Commit

AT = datetime(2026, 11, 20, tzinfo=UTC)


def commit(message: str, author: str = "Ada", parents: int = 1) -> Commit:
    """A commit with this message."""
    subject, _, body = message.partition("\n\n")
    return Commit("ab12" * 10, ("cd34" * 10,) * parents, author, AT, subject, body)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Fixed the CORS preflight bug", "error"),
        ("fix(webhook): retry five times when the provider drops a call", "error"),
        ("Resolve deadlock between the indexer and the writer", "error"),
        ("auth: expired tokens\n\nThe root cause was a clock two minutes slow on the build host.", "error"),
        ("bugfix: totals were rounded twice", "error"),
        ("Decided to use Redis for sessions", "decision"),
        ("decision: one SQLite file\n\nTwo stores can disagree after a crash.", "decision"),
        ("Chose PostgreSQL over MySQL for its row-level security", "decision"),
        ("feat!: tokens expire after one hour", "decision"),
        ("Switch from REST to gRPC because the mobile client needs streaming", "decision"),
        ("store: rows instead of blobs, since a torn blob loses everything", "decision"),
        ("chore: pin the SDK\n\nDecision: no minor updates before the release.", "decision"),
        ("fix(api): keep the order\n\nWe chose a stable sort, because clients page through it.", "decision"),
    ],
)
def test_what_decides_or_fixes_is_kept(message: str, kind: str) -> None:
    """A conventional type, or the words of deciding and mending, make a commit worth remembering."""
    assert kind_of(commit(message)) == kind


@pytest.mark.parametrize(
    "message",
    [
        "Add a settings page",
        "feat: export as CSV",
        "fix typo",
        "fix: lint",
        "Fix some flaky tests",
        "Fixed formatting",
        "fix bug",
        "fix",
        "Fix merge conflicts",
        "fixup! fix the retry of the webhook",
        "WIP fix the retry of the webhook",
        "Merge branch 'fix/webhook-retry'",
        "Bump requests from 2.31 to 2.32",
        "test: fix the clock in the retry tests",
        "docs: fix the broken links of the quickstart",
        "refactor: rows instead of blobs",
        'Revert "Add a settings page"\n\nThis reverts commit 1234567890abcdef1234567890abcdef12345678.',
        "Prefix all routes with /api",
    ],
)
def test_what_every_history_is_full_of_is_passed_over(message: str) -> None:
    """Typos, formatting, bumps, merges, fixups and plain features are not remembered."""
    assert kind_of(commit(message)) == ""


def test_merges_and_machines_are_passed_over() -> None:
    """A merge says nothing of its own, and what a bot commits nobody decided."""
    assert kind_of(commit("Fixed the CORS preflight bug", parents=2)) == ""
    assert kind_of(commit("fix: raise the lower bound of requests", author="dependabot[bot]")) == ""


def test_a_memory_holds_the_message_and_leads_back() -> None:
    """The memory is the message without its signatures, tagged as the guide tags it, with the whole hash."""
    message = (
        "fix: retry five times\n\nThe provider drops one call in fifty.\n\n"
        "Co-authored-by: B <b@example.org>\nSigned-off-by: A <a@example.org>"
    )
    draft = draft_of(commit(message), ["src/webhook.py"], "ab12ab1")
    assert draft is not None
    assert draft.content == "fix: retry five times\n\nThe provider drops one call in fifty."
    assert draft.tags == ("git-commit", "ab12ab1")
    assert draft.metadata == {"commit": "ab12" * 10}
    assert draft.files == ("src/webhook.py",)
    large = draft_of(commit(message), [f"src/{n}.py" for n in range(300)], "ab12ab1")
    assert large is not None
    assert large.files == ()


SAME = [
    (
        "fix(webhook): retry five times, the provider drops one call in fifty",
        "The payment webhook retries five times, because the provider drops one call in fifty.",
    ),
    (
        "Decided to use Redis for sessions",
        "We decided on Redis for sessions: PostgreSQL would lock the table at every request.",
    ),
    (
        "Fixed the CORS preflight bug",
        "CORS preflight failed with 405: OPTIONS was not routed. Fixed by adding the middleware first.",
    ),
    (
        "auth: reject expired tokens\n\nThe clock of the build host was two minutes slow.",
        "Expired tokens were accepted because the build host's clock is two minutes slow; tokens are now rejected.",
    ),
    (
        "Chose PostgreSQL over MySQL for its row-level security",
        "## Decision\nPostgreSQL, not MySQL.\n## Why\nRow-level security keeps tenants apart.",
    ),
    (
        "fix: totals were rounded twice in the invoice export",
        "Invoice export rounded totals twice (per line and at the end). Round once, at the end.",
    ),
]
OTHER = [
    ("fix(webhook): retry five times", "The webhook handler lives in src/payments and is owned by Ben."),
    ("Decided to use Redis for sessions", "Sessions expire after one hour of idleness."),
    ("Fixed the CORS preflight bug", "The admin page needs a CSRF token in every form."),
    ("fix: retry limit is now 5 for the payment webhook", "The payment webhook retry limit is 3 for now."),
    (
        "Chose PostgreSQL over MySQL for its row-level security",
        "PostgreSQL is backed up nightly to the second data centre.",
    ),
    (
        "fix: totals were rounded twice in the invoice export",
        "The invoice export runs at night as a cron job.",
    ),
]


@pytest.mark.parametrize(("message", "memory"), SAME)
def test_the_same_thing_in_other_words_is_recognised(message: str, memory: str) -> None:
    """A memory that holds most words of a message, in whatever form, says the same."""
    assert same_thing(message, memory)


@pytest.mark.parametrize(("message", "memory"), OTHER)
def test_another_thing_of_the_same_subject_is_not(message: str, memory: str) -> None:
    """A memory of the same subject, or with another number, does not stand for a commit."""
    assert not same_thing(message, memory)


@given(st.text(), st.text())
def test_no_message_is_too_strange(subject: str, body: str) -> None:
    """Whatever a commit says, it is read without a fault, and what is kept is a part of it."""
    one = Commit("a" * 40, (), "Ada", AT, subject, body)
    assert kind_of(one) in {"", "error", "decision"}
    assert len(text_of(one)) <= len(subject) + len(body) + 2
