"""Plain conversations under all the names that programs give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Read

SAID = [("user", "Why?"), ("assistant", "Because.")]
PLAIN = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}]


@pytest.mark.parametrize(
    "value",
    [
        {"messages": PLAIN},
        PLAIN,
        [{"messages": PLAIN}],
        [PLAIN],
        {"title": "Talk", "turns": PLAIN},
        {"conversations": [{"messages": PLAIN}]},
        {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]},
        {"messages": [{"sender": "Human", "text": "Why?"}, {"sender": "AI", "text": "Because."}]},
        {"messages": [{"author": {"role": "user"}, "content": {"parts": ["Why?"]}},
                      {"author": {"role": "bot"}, "content": {"parts": ["Because."]}}]},
        {"messages": [{"role": "user", "message": {"content": [{"type": "text", "text": "Why?"}]}},
                      {"role": "model", "parts": [{"text": "Because."}]}]},
    ],
)  # fmt: skip
def test_a_conversation_is_read_in_every_shape(document: Read, value: Any) -> None:
    """Objects, lists, lists of lists; roles and texts under the usual names."""
    assert document("messages", value).said == SAID


def test_what_names_a_conversation_may_stand_behind_its_messages(document: Read) -> None:
    """Its id, title, times and place are read wherever they stand."""
    (heading,) = document(
        "messages",
        {
            "messages": PLAIN,
            "id": "c1",
            "title": "Talk",
            "created_at": 1_750_000_000,
            "cwd": "/home/ada/shop",
        },
    ).headings
    assert (heading.key, heading.title, heading.directory) == ("c1", "Talk", "/home/ada/shop")
    assert heading.started_at and heading.started_at.isoformat() == "2025-06-15T15:06:40+00:00"


def test_a_conversation_without_an_id_is_known_by_how_it_begins(document: Read) -> None:
    """It may grow; one that begins in another way, or comes from another file, is another one."""
    longer = [*PLAIN, {"role": "user", "content": "Thanks"}]
    keys = [document("messages", value).headings[0].key for value in (PLAIN, longer, longer[1:])]
    assert keys[0] == keys[1] != keys[2]
    assert document("messages", PLAIN, base="other.json").headings[0].key != keys[0]
    twice = document("messages", [{"messages": PLAIN}, {"messages": PLAIN}])
    assert len({one.key for one in twice.headings}) == 2


def test_tools_are_told_in_both_ways_of_writing_them(document: Read) -> None:
    """As fields of a message, and as blocks of its content."""
    fields = [
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "function": {"name": "bash", "arguments": '{"command": "ls"}'}}]},
        {"role": "tool", "tool_call_id": "1", "content": "a.py"},
    ]  # fmt: skip
    blocks = [
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "1", "name": "bash", "input": {"command": "ls"}}],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "a.py"}]},
    ]
    for value in (fields, blocks):
        found = document("messages", value)
        assert found.said == [("tool", "bash: ls"), ("tool", "a.py")]
        assert [turn.metadata["name"] for turn in found.turns] == ["bash", "bash"]


def test_a_speaker_of_another_name_is_an_assistant_with_that_name(document: Read) -> None:
    """Groups of agents name themselves."""
    (turn,) = document("messages", [{"role": "critic", "content": "Too long."}]).turns
    assert (turn.role, turn.metadata["speaker"]) == ("assistant", "critic")


def test_lines_belong_to_the_session_they_name(lines: Read) -> None:
    """Sessions may take turns in one file; without a name all lines are one."""
    mixed = [{**one, "session_id": key} for one in PLAIN for key in ("a", "b")]
    found = lines("jsonl", *mixed)
    assert [one.key for one in found.headings] == ["a", "b", "a", "b"]
    assert len(lines("jsonl", *PLAIN, *PLAIN).headings) == 1


def test_lines_may_be_whole_conversations(lines: Read) -> None:
    """As in the files that models are trained with."""
    found = lines("jsonl", {"messages": PLAIN}, {"messages": PLAIN[:1]}, {"nothing": 1})
    assert [len(found.headings), len(found.turns), len(found.unread)] == [2, 3, 1]
