"""The one table of memory types."""

from __future__ import annotations

import json

import pytest

from contextfs.domain.memory_types import MemoryType, half_life_days
from contextfs.errors import InvalidInput


def test_the_seven_types() -> None:
    """They are the guide's, in its order, and each row of the table is complete."""
    assert [str(kind) for kind in MemoryType] == [
        "fact",
        "decision",
        "code",
        "error",
        "procedural",
        "episodic",
        "user",
    ]
    for kind in MemoryType:
        assert kind.purpose
        assert kind.when_to_use
        assert "{" in kind.template


def test_a_type_is_a_text() -> None:
    """It equals, hashes and is written as its name."""
    assert MemoryType.DECISION == "decision"
    assert "decision" in {MemoryType.DECISION}
    assert json.dumps([MemoryType.DECISION]) == '["decision"]'
    assert f"{MemoryType.DECISION}" == "decision"


@pytest.mark.parametrize("name", ["decision", " Decision ", "DECISION"])
def test_a_name_is_parsed_however_it_is_written(name: str) -> None:
    """Case and space around it do not matter."""
    assert MemoryType.parse(name) is MemoryType.DECISION


@pytest.mark.parametrize("name", ["", "decisions", "note"])
def test_another_name_is_refused_with_the_list(name: str) -> None:
    """The error repeats what was given and lists what there is."""
    with pytest.raises(InvalidInput) as raised:
        MemoryType.parse(name)
    assert repr(name) in raised.value.message
    assert all(str(kind) in raised.value.hint for kind in MemoryType)


def test_facts_and_decisions_hardly_age() -> None:
    """What happened ages in months, what was decided in years, and a type of a newer peer like a fact."""
    assert half_life_days("episodic") <= 180
    assert half_life_days("fact") == half_life_days("decision") >= 1000
    assert half_life_days("type-of-a-newer-peer") == half_life_days("fact")
