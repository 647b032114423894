"""Which part of a record answered."""

from __future__ import annotations

from contextfs.domain.record import record_of
from contextfs.pact.finding import matched

RECORD = record_of(
    {
        "context": "Designed the cache of the price service",
        "goal": "Fewer reads of the database",
        "decisions": [{"decision": "Two levels", "rationale": "A cold node asks the database 4,000 times"}],
        "lessons_learned": ["SCAN instead of KEYS, which stops Redis", "Redis counts keys cheaply"],
        "active_tasks": [{"task": "Measure the hit rate", "priority": "high"}],
        "entities": [{"name": "PriceCache", "notes": "LRU"}],
    }
)


def test_the_part_with_most_of_the_words_is_named() -> None:
    """A part that holds two words of the question is named before those that hold one, under its kind."""
    assert matched(RECORD, ["cold", "node"]) == ["decision: Two levels"]
    assert matched(RECORD, ["reads", "database"]) == ["goal: Fewer reads of the database"]
    assert matched(RECORD, ["measuring"]) == ["task: Measure the hit rate (pending, high)"]


def test_parts_that_answer_alike_are_all_named() -> None:
    """In the record's order, three at most; a word inside a compound counts."""
    assert matched(RECORD, ["redis"]) == [
        "lesson: SCAN instead of KEYS, which stops Redis",
        "lesson: Redis counts keys cheaply",
    ]
    assert matched(RECORD, ["cache"]) == [
        "context: Designed the cache of the price service",
        "entity: PriceCache: LRU",
    ]
    many = record_of({"lessons_learned": [f"Redis lesson {n}" for n in range(5)]})
    assert len(matched(many, ["redis"])) == 3


def test_of_a_long_context_the_sentence_is_named() -> None:
    """A part is named by what answers, not by everything around it."""
    long = record_of(
        {"context": "Reviewed the caches. Fixed the checkout test, which froze. Upgraded Django."}
    )
    assert matched(long, ["checkout"]) == ["context: Fixed the checkout test, which froze."]


def test_where_no_word_stands_nothing_is_named() -> None:
    """What answers by meaning alone names no part."""
    assert matched(RECORD, []) == []
    assert matched(RECORD, ["zebra"]) == []
