"""Memories and drafts as values."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime

import pytest

from contextfs.domain.clock import Timestamp
from contextfs.domain.memory import NO_METADATA, Draft, Memory
from contextfs.domain.memory_types import MemoryType


def test_everything_but_the_content_has_a_default() -> None:
    """The guide's short calls run as written, and share no mutable default."""
    memory, draft = Memory("text"), Draft("text")
    assert (memory.type, memory.status, memory.tags, memory.summary) == (MemoryType.FACT, "active", (), "")
    assert (draft.type, draft.project, draft.namespace) == (MemoryType.FACT, None, None)
    with pytest.raises(TypeError):
        memory.metadata["k"] = 1  # type: ignore[index]


def test_a_memory_goes_where_values_go() -> None:
    """It can be pickled, copied, hashed and said in JSON, with its empty mappings and its times."""
    moment = Timestamp.of(datetime(2026, 1, 15, tzinfo=UTC))
    full = Memory(
        "x", MemoryType.DECISION, ("a",), metadata={"b": (1, {"c": None})}, id="0" * 32, created_at=moment
    )
    for memory in (Memory("text"), full):
        for copied in (pickle.loads(pickle.dumps(memory)), copy.copy(memory), copy.deepcopy(memory)):
            assert copied == memory and type(copied) is Memory and hash(copied) == hash(memory)
    assert len({full, copy.deepcopy(full), Memory("text")}) == 2
    said = json.loads(json.dumps(full.to_dict()))
    assert (next(iter(said)), said["type"], said["tags"]) == ("id", "decision", ["a"])
    assert (said["metadata"], said["structured"]) == ({"b": [1, {"c": None}]}, {})
    assert datetime.fromisoformat(said["created_at"]) == moment and said.keys() == set(Memory._fields)


def test_the_mapping_of_nothing_is_like_an_empty_dict() -> None:
    """It equals one, looks like one, and holds nothing."""
    assert (NO_METADATA == {}, repr(NO_METADATA), len(NO_METADATA)) == (True, "{}", 0)
    assert {**NO_METADATA} == {} and "x" not in NO_METADATA and not NO_METADATA
    with pytest.raises(KeyError):
        NO_METADATA["x"]


@pytest.mark.parametrize(
    ("content", "summary", "title"),
    [
        ("First line\nsecond", "", "First line"),
        ("## Heading \n\ntext", "", "Heading"),
        ("\n\n  indented\nmore", "", "indented"),
        ("content", "The summary", "The summary"),
        ("#!/bin/sh\necho", "", "!/bin/sh"),
        ("#", "", ""),
    ],
)
def test_the_title_is_the_summary_or_the_first_line(content: str, summary: str, title: str) -> None:
    """Markdown marks and blank lines in front are left out."""
    assert Memory(content, summary=summary).title == title


def test_the_short_id_is_the_beginning_of_the_id() -> None:
    """Eight characters are shown, and those eight name it."""
    assert Memory("x", id="0123456789abcdef" * 2).short_id == "01234567"
