"""A record as the memory that it is, and memories as records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.memory import Memory
from contextfs.domain.record import (
    PHASES,
    PRIORITIES,
    STATUSES,
    Decision,
    Entity,
    Record,
    Task,
    called,
    record_of,
)
from contextfs.domain.record_mark import is_record, words_of
from contextfs.domain.record_memory import (
    content_of,
    findable,
    items_of,
    record_from,
    structured_of,
    tags_of,
    title_of,
)
from contextfs.errors import InvalidInput

FULL = record_of(
    {
        "context": "Designed the cache. It has two levels.",
        "goal": "Fewer reads",
        "phase": "architect",
        "decisions": [
            {"decision": "Use Redis", "rationale": "TTL", "alternatives": ["Memcached"]},
            "Two levels",
        ],
        "lessons_learned": ["SCAN, not KEYS"],
        "active_tasks": [{"task": "Measure", "status": "in_progress", "priority": "low"}],
        "entities": [{"name": "TokenBlacklist", "type": "component", "notes": "Redis-backed"}, "Redis"],
        "reasoning_chains": ["a, hence b"],
        "agreements_reached": ["weekly review"],
        "disagreements_resolved": ["TTL is 5 min"],
    }
)

CONTENT = """\
Designed the cache. It has two levels.

## Goal

Fewer reads

Phase: architect

## Decisions

- Use Redis
  Why: TTL
  Instead of: Memcached
- Two levels

## Lessons learned

- SCAN, not KEYS

## Tasks

- Measure (in progress, low)

## Entities

- TokenBlacklist (component): Redis-backed
- Redis

## Reasoning

- a, hence b

## Agreed

- weekly review

## Disagreements resolved

- TTL is 5 min"""


def test_the_content_is_written_for_people() -> None:
    """Everything that a record says stands in its text, under headings."""
    assert content_of(FULL) == CONTENT


def test_a_record_has_a_title_and_tags() -> None:
    """The title is the first sentence; the tags say what it is, its phase and that something blocks it."""
    assert title_of(FULL) == "Designed the cache."
    assert tags_of(FULL) == ("pact", "phase/architect")
    assert title_of(record_of({"decisions": [{"decision": "Use Redis", "rationale": "TTL"}]})) == "Use Redis"
    long = title_of(record_of({"context": "word " * 60}))
    assert len(long) <= 100 and long.endswith("word…")


@pytest.mark.parametrize(
    ("context", "blocked"),
    [
        ("Blocked on the installation of a driver", True),
        ("BLOCKED: waiting for the certificate", True),
        ("The release is blocked by the audit", True),
        ("Still blocked, no answer yet", True),
        ("Hit a blocker mid-session, resolved by a pool", False),
        ("Unblocked the release", False),
        ("Requests are answered while the writer blocks", False),
    ],
)
def test_a_blocker_is_a_tag(context: str, blocked: bool) -> None:
    """What blocks the work now is tagged; what blocked it once is not."""
    assert ("blocker" in tags_of(record_of({"context": context}))) is blocked


def test_decisions_and_lessons_are_found_by_themselves() -> None:
    """Each has a text of its own, unless it is the whole record."""
    assert findable(FULL) == ["Use Redis\nWhy: TTL\nInstead of: Memcached", "Two levels", "SCAN, not KEYS"]
    assert findable(record_of({"lessons_learned": ["Only this"]})) == []


def test_items_have_their_kind() -> None:
    """Every part of a record can be told by its kind."""
    assert [kind for kind, _ in items_of(FULL)] == [
        *("context", "goal", "decision", "decision", "lesson", "task", "entity", "entity"),
        *("reasoning", "agreed", "resolved"),
    ]


def saved(record: Record) -> Memory:
    """The memory that a record becomes, by way of JSON as the store keeps it."""
    structured = json.loads(json.dumps(structured_of(record)))
    return Memory(content_of(record), structured=structured, files=record.files, project=record.project)


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20).map(
    str.strip
)
words = texts.filter(bool)


def made(**given: Any) -> Record:
    """A record of these fields and nothing else, which hypothesis would fill in from the annotations."""
    return Record(**given)


any_record = st.builds(
    made,
    context=words,
    goal=texts,
    phase=st.sampled_from(["", *PHASES]),
    lessons_learned=st.lists(words, unique_by=lambda text: " ".join(text.casefold().split())),
    active_tasks=st.lists(
        st.builds(Task, words, st.sampled_from(STATUSES), st.sampled_from(["", *PRIORITIES])), unique=True
    ),
    decisions=st.lists(st.builds(Decision, words, texts, st.just([])), unique_by=repr),
    entities=st.lists(st.builds(Entity, words, texts, texts), unique_by=called),
)


@given(any_record)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    """What is stored of a record is all of it."""
    assert record_from(saved(record)) == record


@pytest.mark.parametrize(
    "change",
    [
        {"phase": "code"},
        {"active_tasks": [{"task": "Measure", "status": "completed", "priority": "low"}]},
        {"active_tasks": [{"task": "Measure", "status": "in_progress"}]},
        {"entities": [{"name": "TokenBlacklist", "type": "class", "notes": "Redis-backed"}, "Redis"]},
        {"decisions": [{"decision": "Use Redis", "rationale": "TTL"}, "Two levels"]},
        {
            "decisions": [
                "Two levels",
                {"decision": "Use Redis", "rationale": "TTL", "alternatives": ["Memcached"]},
            ]
        },
    ],
)
def test_another_record_has_another_text(change: dict[str, object]) -> None:
    """The same text is taken for the same record, so whatever differs has to stand in it."""
    fields = {name: value for name, value in FULL.to_dict().items() if value}
    assert content_of(record_of({**fields, **change})) != CONTENT


def test_what_a_newer_version_added_is_passed_over() -> None:
    """Fields that this version does not know do not make a record unreadable."""
    memory = saved(FULL)
    parts = [{"name": "Redis", "colour": "red"}]
    newer = memory._replace(structured={**memory.structured, "mood": "good", "entities": parts})
    assert record_from(newer).entities == [Entity("Redis")]
    broken = memory._replace(structured={"record": "pact", "decisions": [7]})
    assert record_from(broken).context == memory.content


def test_a_plain_memory_is_read_as_a_record() -> None:
    """Its text is the context; a decision is one decision, with the reason that its typed fields or its text give."""
    fact = record_from(Memory("The port is 8080", files=("a.py",), id="f" * 32))
    assert (fact.context, fact.decisions, fact.files, fact.id) == ("The port is 8080", [], ["a.py"], "f" * 32)
    text = "Use bcrypt\nIt is slow on purpose"
    assert record_from(Memory(text, type="decision")).decisions == [
        Decision("Use bcrypt", "It is slow on purpose")
    ]
    typed = Memory(
        "…", "decision", summary="Use bcrypt", structured={"rationale": "r", "alternatives": ["argon2"]}
    )
    assert record_from(typed).decisions == [Decision("Use bcrypt", "r", ["argon2"])]
    assert not is_record(typed.structured)


def test_a_record_is_never_without_content() -> None:
    """What has no content cannot be given, so nothing without content is ever stored."""
    with pytest.raises(InvalidInput):
        record_of({"phase": "code"})


def test_the_words_of_a_record_are_without_its_headings() -> None:
    """What every record has in its text is left out of its words, and what only looks like it stays."""
    record = record_of(
        {
            "context": "Lessons learned is also a chapter of the handbook.",
            "phase": "code",
            "decisions": [{"decision": "Use Go", "rationale": "Static binaries", "alternatives": ["Rust"]}],
            "lessons_learned": ["Vendoring is slow"],
        }
    )
    text = content_of(record)
    kept = words_of(Memory(text, structured=structured_of(record)))
    assert "\n## Lessons learned\n" in text
    told = "Lessons learned is also a chapter of the handbook. code - Use Go Static binaries Rust - Vendoring is slow"
    assert " ".join(kept.split()) == told
    assert words_of(Memory(text)) == text
