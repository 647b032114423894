"""Cues: sentences as people write them, with the kind of news that each brings."""

from __future__ import annotations

import re

import pytest

from contextfs.sessions.cues import (
    ASSENT,
    CHANGE,
    CHATTER,
    CUES,
    DECISION,
    DOUBT,
    ERROR,
    FIX,
    OPEN,
    PROPOSAL,
    Ear,
)

EAR = Ear([])
GERMAN = Ear(["Wir haben das nicht gewusst und die Datei ist mit der anderen auf eine Platte"])
JAPANESE = Ear(["これは日本語です"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We decided to use PostgreSQL.", DECISION),
        ("Let's go with option B for now.", DECISION),
        ("OK, we'll use Redis for the sessions.", DECISION),
        ("I’ve settled on a monolith.", DECISION),
        ("Alright, the idempotency table then.", DECISION),
        ("postgres it is", DECISION),
        ("From now on every timestamp is UTC.", DECISION),
        ("I've added a retry to the client.", CHANGE),
        ("Renamed `load` to `read` everywhere.", CHANGE),
        ("`app.py`: reads the port from the environment.", CHANGE),
        ("The client now handles redirects.", CHANGE),
        ("The worker was killed at night.", ERROR),
        ("The build fails with a KeyError.", ERROR),
        ("It returns 502 from time to time.", ERROR),
        ("The login doesn't work on Safari.", ERROR),
        ("The root cause was a stale cache.", FIX),
        ("It turned out that the clock was wrong.", FIX),
        ("That fixed it.", FIX),
        ("All 12 tests pass again.", FIX),
        ("TODO: write the migration.", OPEN),
        ("We still need to test it on Windows.", OPEN),
        ("That is worth a separate ticket.", OPEN),
        ("Next step: deploy to staging.", OPEN),
        ("Tomorrow we should look at the index.", OPEN),
        ("I'd recommend SQLite here.", PROPOSAL),
    ],
)
def test_a_sentence_is_heard_as_what_it_tells(text: str, kind: str) -> None:
    """Each sentence sounds like its kind."""
    assert EAR.weights(text).get(kind, 0.0) >= 0.45


@pytest.mark.parametrize(
    "text",
    ["The weather in Lisbon is mild.", "Redis keeps its data in memory.", "My sister plays the violin."],
)
def test_plain_statements_are_no_news(text: str) -> None:
    """Sentences that tell none of these things sound like none."""
    assert EAR.weights(text) == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("If we decided to use Kafka, we would need more machines.", DOUBT),
        ("We haven't decided on a database.", DOUBT),
        ("Great question!", CHATTER),
        ("Let me look at the file.", CHATTER),
        ("Yes, do that.", ASSENT),
    ],
)
def test_what_takes_a_sentence_down_is_heard(text: str, kind: str) -> None:
    """Conditions, denials and small talk are heard as such."""
    assert EAR.weight(kind, text) == 1.0


@pytest.mark.parametrize(
    ("ear", "text", "kind"),
    [
        (GERMAN, "Wir haben uns für PostgreSQL entschieden.", DECISION),
        (GERMAN, "Die Ursache war ein alter Zwischenspeicher.", FIX),
        (GERMAN, "Das müssen wir noch prüfen.", OPEN),
        (JAPANESE, "PostgreSQLを採用することにしました。", DECISION),
        (JAPANESE, "原因は古いキャッシュでした。", FIX),
        (JAPANESE, "テストはまだ終わっていません。", OPEN),
    ],
)
def test_other_languages_are_heard_where_they_are_spoken(ear: Ear, text: str, kind: str) -> None:
    """The cues of a language are heard in a conversation that is held in it."""
    assert ear.weights(text).get(kind, 0.0) > 0


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Decision", DECISION), ("Summary of changes", CHANGE), ("Root cause:", FIX), ("Open questions", OPEN)],
)
def test_what_stands_under_a_heading_is_of_its_kind(heading: str, kind: str) -> None:
    """Documents and answers say by their headings what they tell."""
    assert EAR.weights("The table is sorted by its key.", heading)[kind] > 0.5
    assert EAR.weights("The table is sorted by its key.", "Background") == {}


def test_every_pattern_is_written_in_small_letters() -> None:
    """Sentences are compared in small letters, so a capital in a pattern could never match."""
    plain = [re.sub(r"\\.", "", cue.pattern) for cue in CUES]
    assert [pattern for pattern in plain if pattern != pattern.lower()] == []
