"""What an update makes of a record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.record import Decision, Entity, Record, Task, record_of
from contextfs.domain.record_merge import merged
from contextfs.errors import InvalidInput

RECORD = record_of(
    {
        "context": "Old",
        "goal": "Goal",
        "active_tasks": [{"task": "Plan caching", "status": "in_progress", "priority": "high"}],
        "decisions": [{"decision": "Use Redis", "rationale": "Fast", "alternatives": ["PostgreSQL"]}],
        "entities": [{"name": "AuthService", "type": "service", "notes": "new"}],
        "lessons_learned": ["One"],
    }
)


def test_texts_are_replaced_and_lists_grow() -> None:
    """A text becomes what is given, a list keeps what it had, and what is not named stays."""
    after = merged(RECORD, {"context": "New", "lessons_learned": ["Two", "one"]})
    assert (after.context, after.goal, after.lessons_learned) == ("New", "Goal", ["One", "Two"])


def test_a_task_is_known_by_its_name() -> None:
    """A new status is a change of the task that is there, and leaves its priority alone."""
    after = merged(RECORD, {"active_tasks": [{"status": "completed", "task": "plan  Caching"}, "Measure"]})
    assert after.active_tasks == [Task("plan  Caching", "completed", "high"), Task("Measure")]
    assert merged(RECORD, {"active_tasks": [{"task": "Plan caching", "priority": "low"}]}).active_tasks == [
        Task("Plan caching", "in_progress", "low")
    ]


def test_a_decision_is_known_by_its_text_and_an_entity_by_its_name() -> None:
    """What is given of either is changed, alternatives add up, and an empty text says nothing."""
    changes = {
        "decisions": [{"decision": "use redis", "alternatives": ["Memcached"], "rationale": ""}],
        "entities": [{"name": "authservice", "notes": "smaller now"}],
    }
    after = merged(RECORD, changes)
    assert after.decisions == [Decision("use redis", "Fast", ["PostgreSQL", "Memcached"])]
    assert after.entities == [Entity("authservice", "service", "smaller now")]


def test_replace_makes_a_list_what_is_given() -> None:
    """With replace the named fields are exactly what is given; the others stay."""
    after = merged(RECORD, {"lessons_learned": [], "active_tasks": [{"task": "A"}], "goal": ""}, replace=True)
    assert (after.lessons_learned, after.active_tasks, after.goal) == ([], [Task("A")], "")
    assert after.decisions == RECORD.decisions


def test_objects_and_mappings_mix_in_a_change() -> None:
    """What a record returned, lengthened by plain mappings, is a change."""
    mixed: list[Any] = [*RECORD.entities, {"name": "Redis"}]
    assert merged(RECORD, {"entities": mixed}).entities == [*RECORD.entities, Entity("Redis")]


def test_nothing_may_be_left_of_nothing() -> None:
    """An update that empties a record is refused, and so is one that names no field of it."""
    with pytest.raises(InvalidInput, match="nothing in the record"):
        merged(record_of({"context": "x"}), {"context": ""}, replace=True)
    with pytest.raises(InvalidInput, match="no field 'bogus'"):
        merged(RECORD, {"bogus": 1})


names = st.sampled_from(["a", "B", "b", "c d", "C  d", "", "e"])
records = st.fixed_dictionaries(
    {"context": st.just("x")},
    optional={
        "lessons_learned": st.lists(names),
        "active_tasks": st.lists(
            st.builds(Task, names.filter(bool), st.sampled_from(["pending", "completed"]), st.just(""))
        ),
        "decisions": st.lists(st.builds(Decision, names.filter(bool), names, st.lists(names))),
        "entities": st.lists(st.fixed_dictionaries({"name": names.filter(bool)}, optional={"notes": names})),
    },
)


@given(records, records)
def test_the_same_change_twice_is_one_change(first: dict[str, Any], change: dict[str, Any]) -> None:
    """Whoever sends an update again, not knowing whether it arrived, changes nothing more."""
    once = merged(record_of(first), change)
    assert merged(once, change) == once


@given(records, records)
def test_an_update_loses_nothing(first: dict[str, Any], change: dict[str, Any]) -> None:
    """Every lesson, task, decision and entity of the record is still there under its name."""
    before, after = record_of(first), merged(record_of(first), change)

    def told(record: Record) -> set[str]:
        texts = [*record.lessons_learned, *(part[0] for part in (*record.active_tasks, *record.decisions))]
        texts += [entity.name for entity in record.entities]
        return {" ".join(text.casefold().split()) for text in texts}

    assert told(before) <= told(after)
