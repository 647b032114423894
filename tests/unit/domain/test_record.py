"""What a record takes, and what it says about what it cannot take."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from contextfs.domain.record import FIELDS, Decision, Entity, Record, Task, record_of
from contextfs.errors import InvalidInput


def test_every_list_is_a_list_and_every_absent_text_is_empty() -> None:
    """Nothing of a record has to be asked for None, and a list can be lengthened."""
    record = record_of({"context": "x"})
    for name, value in record._asdict().items():
        if name not in {"created_at", "updated_at", "relevance"}:
            assert value == ("x" if name == "context" else [] if isinstance(value, list) else ""), name
    assert record.entities + [{"name": "Redis"}] == [{"name": "Redis"}]  # type: ignore[operator]  # noqa: RUF005
    assert Decision("Use Redis").alternatives == []


def test_lists_of_two_records_are_two_lists() -> None:
    """What is appended to one record does not show up in another."""
    one, other = Record(), Record()
    one.files.append("a.py")
    one_decision, other_decision = Decision("a"), Decision("b")
    one_decision.alternatives.append("c")
    assert other.files == [] == other_decision.alternatives


def test_objects_mappings_and_texts_mix() -> None:
    """A list may hold what a record returned, plain mappings and plain texts beside each other."""
    record = record_of(
        {
            "active_tasks": [Task("a", "completed"), {"task": "b", "priority": "HIGH"}, "c"],
            "decisions": ["d", Decision("e", "since f", ["g"]), {"decision": "h", "alternatives": ("i",)}],
            "entities": [Entity("j"), {"name": "k", "type": "table"}, "l"],
        }
    )
    assert record.active_tasks == [Task("a", "completed"), Task("b", "pending", "high"), Task("c")]
    assert record.decisions == [Decision("d"), Decision("e", "since f", ["g"]), Decision("h", "", ["i"])]
    assert record.entities == [Entity("j"), Entity("k", "table"), Entity("l")]


def test_a_record_is_taken_again() -> None:
    """What a record says is what one may give, as the object and as its JSON."""
    record = record_of({"context": "x", "decisions": [{"decision": "d"}], "phase": "code"})
    assert record_of(record) == record
    assert record_of(record.to_dict()) == record
    assert pickle.loads(pickle.dumps(record)) == record == copy.deepcopy(record)


def test_the_given_mapping_is_left_alone() -> None:
    """Reading a record changes nothing in what was given."""
    given: dict[str, Any] = {"context": " x ", "entities": [{"name": " a "}], "lessons_learned": ["b", "b"]}
    before = copy.deepcopy(given)
    record_of(given)
    assert given == before


def test_repetitions_and_blanks_are_dropped() -> None:
    """The same lesson in other case and spacing is one lesson, and an empty one is none."""
    record = record_of({"lessons_learned": ["Pin ICU", "", "pin  icu", "  ", "Other"], "files": ["a", "a"]})
    assert (record.lessons_learned, record.files) == (["Pin ICU", "Other"], ["a"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing in the record"),
        ({"context": "  ", "lessons_learned": []}, "nothing in the record"),
        ({"files": ["a.py"]}, "nothing in the record"),
        ({"lesson_learned": ["x"]}, "'lesson_learned'. Did you mean 'lessons_learned'?"),
        ({"context": "x", "tags": ["y"]}, "no field 'tags'."),
        ({"decisions": [{"decision": "d", "reason": "r"}]}, "decisions[0] has no field 'reason'."),
        ({"decisions": [{"decision": "d", "rational": "r"}]}, "Did you mean 'rationale'?"),
        ({"context": 123}, "context must be a text, not int"),
        ({"lessons_learned": "one lesson"}, "lessons_learned must be a list, not str"),
        ({"lessons_learned": ["a", 7]}, "lessons_learned[1] must be a text, not int"),
        ({"decisions": {"decision": "d"}}, "decisions must be a list, not dict"),
        ({"decisions": Decision("d")}, "decisions must be a list, not Decision"),
        (
            {"decisions": [{"decision": "d"}, {"decision": "e", "alternatives": "f"}]},
            "decisions[1].alternatives",
        ),
        (
            {"decisions": [{"decision": "e", "alternatives": [{}]}]},
            "decisions[0].alternatives[0] must be a text",
        ),
        ({"decisions": [{"rationale": "r"}]}, "decisions[0] has no decision"),
        ({"decisions": [Entity("e")]}, "decisions[0] must be a decision, not Entity"),
        ({"entities": [3]}, "entities[0] must be a mapping or a text, not int"),
        ({"active_tasks": [{"task": "t", "status": "bogus"}]}, "active_tasks[0].status is 'bogus'"),
        ({"active_tasks": [{"task": "t", "priority": "urgent"}]}, "active_tasks[0].priority is 'urgent'"),
        ({"context": "x", "phase": "deploy"}, "phase is 'deploy'"),
        ({"context": "a\0b"}, "context holds a NUL"),
        ([], "A record is a mapping"),
        ("text", "A record is a mapping"),
    ],
)
def test_what_cannot_be_is_named(given: Any, words: str) -> None:
    """Each refusal names the field or the path to the value, and says what is accepted."""
    with pytest.raises(InvalidInput) as refused:
        record_of(given)
    assert words in refused.value.message
    assert (refused.value.hint and refused.value.hint != InvalidInput.hint) or "NUL" in words


def test_an_unknown_field_is_told_which_there_are() -> None:
    """The hint lists every field that may be given."""
    with pytest.raises(InvalidInput) as refused:
        record_of({"kontext": "x"})
    assert "Did you mean 'context'?" in refused.value.message
    assert all(name in refused.value.hint for name in FIELDS)


def test_null_is_no_value() -> None:
    """JSON's null stands for what is not given, at every depth."""
    record = record_of(
        {
            "context": "x",
            "goal": None,
            "entities": None,
            "decisions": [None, {"decision": "d", "rationale": None}],
        }
    )
    assert (record.goal, record.entities, record.decisions) == ("", [], [Decision("d")])
