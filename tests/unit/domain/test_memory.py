"""Memories and drafts as values."""

from __future__ import annotations

import pytest

from contextfs.domain.memory import Draft, Memory
from contextfs.domain.memory_types import MemoryType


def test_everything_but_the_content_has_a_default() -> None:
    """The guide's short calls run as written, and share no mutable default."""
    memory, draft = Memory("text"), Draft("text")
    assert (memory.type, memory.status, memory.tags, memory.summary) == (MemoryType.FACT, "active", (), "")
    assert (draft.type, draft.project, draft.namespace) == (MemoryType.FACT, None, None)
    with pytest.raises(TypeError):
        memory.metadata["k"] = 1  # type: ignore[index]


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
