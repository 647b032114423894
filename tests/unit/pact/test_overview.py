"""What records say together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contextfs.domain.record import Record, record_of
from contextfs.domain.record_tasks import tasks_of
from contextfs.pact.overview import decisions_of, entities_of


def record(day: int, **fields: Any) -> Record:
    """A record saved and last changed on a day of March."""
    moment = datetime(2026, 3, day, tzinfo=UTC)
    made = record_of({"context": f"Day {day}.", **fields})
    return made._replace(id=f"{day:032x}", created_at=moment, updated_at=moment)


def test_decisions_stand_with_what_they_are_about() -> None:
    """Each decision names its record by a line and by its id."""
    (found,) = decisions_of([record(3, decisions=[{"decision": "Two levels", "rationale": "cold nodes"}])])
    assert (found.decision, found.rationale, found.about, found.id[-1]) == (
        "Two levels",
        "cold nodes",
        "Day 3.",
        "3",
    )


def test_entities_add_up() -> None:
    """One entity under all its spellings: the first type that is given, each different note, the oldest first."""
    new = record(5, entities=[{"name": "Cache", "notes": "two levels"}, {"name": "Redis"}])
    old = record(2, entities=[{"name": "cache", "type": "class", "notes": "one level"}])
    same = record(1, entities=[{"name": "CACHE", "notes": "one level"}])
    cache, redis = entities_of([new, old, same])
    assert (cache.name, cache.type, [note.text for note in cache.notes]) == (
        "Cache",
        "class",
        ["one level", "two levels"],
    )
    assert [name[-1] for name in cache.ids] == ["5", "2", "1"]
    assert (redis.name, redis.notes) == ("Redis", [])


def test_a_task_stands_as_the_record_says_that_was_changed_last() -> None:
    """Whatever order the records come in; what is being done comes first, then what is pressing, then the newest."""
    first = record(
        1,
        active_tasks=[{"task": "Plan", "status": "in_progress"}, "Old", {"task": "Big", "priority": "high"}],
    )
    last = record(
        2,
        active_tasks=[
            {"task": "plan", "status": "completed"},
            "New",
            {"task": "Do", "status": "in_progress"},
        ],
    )
    for records in ([first, last], [last, first]):
        found = [(one.task, one.status, one.id[-1]) for one in tasks_of(records)]
        assert found == [
            ("Do", "in_progress", "2"),
            ("Big", "pending", "1"),
            ("New", "pending", "2"),
            ("Old", "pending", "1"),
            ("plan", "completed", "2"),
        ]
