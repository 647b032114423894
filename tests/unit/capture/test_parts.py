"""Which texts of a memory get a vector each."""

from __future__ import annotations

from contextfs.capture.chunking import passages
from contextfs.capture.parts import parts
from contextfs.domain.memory import Memory
from contextfs.domain.record import Record, record_of
from contextfs.domain.record_memory import content_of, structured_of, title_of


def memory(record: Record) -> Memory:
    """The memory that a record is."""
    return Memory(content_of(record), summary=title_of(record), structured=structured_of(record))


def test_a_plain_memory_has_its_passages() -> None:
    """Typed fields of another kind change nothing."""
    plain = Memory("Use bcrypt", summary="Passwords", structured={"rationale": "slow", "decisions": ["a"]})
    assert parts(plain) == passages("Passwords", "Use bcrypt")


def test_decisions_and_lessons_stand_alone_beside_the_passages() -> None:
    """Each without a title and without what is around it."""
    record = record_of(
        {"context": "The cache", "decisions": ["Two levels"], "lessons_learned": ["SCAN", "TTL"]}
    )
    whole = memory(record)
    assert parts(whole) == [*passages(whole.summary, whole.content), "Two levels", "SCAN", "TTL"]


def test_a_long_lesson_is_cut_like_any_text() -> None:
    """No part is longer than a passage."""
    record = record_of(
        {"context": "The cache", "lessons_learned": ["One sentence of six short words. " * 100]}
    )
    assert max(len(part.split()) for part in parts(memory(record))) < 300


def test_what_is_all_of_a_record_is_not_said_twice() -> None:
    """A record of one lesson has one vector."""
    assert parts(memory(record_of({"lessons_learned": ["SCAN, not KEYS"]}))) == passages(
        "SCAN, not KEYS", "## Lessons learned\n\n- SCAN, not KEYS"
    )
