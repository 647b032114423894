"""Claude Code's lines: what is speech, what serves the program, and what a session is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Read


def line(role: str, content: Any, number: int = 1, **more: Any) -> dict[str, Any]:
    """A line of speech."""
    at = f"2026-05-01T10:00:{number:02}.000Z"
    message = {"role": role, "content": content}
    return {"type": role, "uuid": f"u{number}", "sessionId": "s", "timestamp": at, "message": message, **more}


def test_blocks_of_one_reply_become_turns_in_their_order(lines: Read) -> None:
    """Text, a call with its command, its answer with its failure; thoughts are nobody's business."""
    found = lines(
        "claude-code",
        line("assistant", [
            {"type": "thinking", "thinking": "hm"},
            {"type": "text", "text": "Let me test."},
            {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "make test"}},
        ]),
        line("user", [{"type": "tool_result", "tool_use_id": "t1", "content": "2 failed", "is_error": True}], 2),
        line("user", [{"type": "text", "text": "And this?"}, {"type": "image", "source": {}}], 3),
    )  # fmt: skip
    assert found.said == [
        ("assistant", "Let me test."),
        ("tool", "Bash: make test"),
        ("tool", "2 failed"),
        ("user", "And this?"),
        ("user", "[image]"),
    ]
    assert dict(found.turns[2].metadata) == {"name": "Bash", "error": True}


def test_what_is_typed_while_the_model_works_is_speech(lines: Read) -> None:
    """A queued prompt stands in an attachment; a queued notice of the program does not count."""
    queued = {"type": "queued_command", "prompt": "Also fix the docs", "commandMode": "prompt"}
    notice = {"type": "queued_command", "prompt": "task done", "commandMode": "task-notification"}
    found = lines(
        "claude-code",
        line("user", "Fix the tests"),
        {"type": "attachment", "uuid": "a1", "sessionId": "s", "attachment": queued},
        {"type": "attachment", "uuid": "a2", "sessionId": "s", "attachment": notice},
    )
    assert found.said == [("user", "Fix the tests"), ("user", "Also fix the docs")]


def test_the_summary_of_a_compaction_is_no_speech(lines: Read) -> None:
    """It is kept as what the program said."""
    found = lines(
        "claude-code",
        line("user", "Hello"),
        line(
            "user",
            "This session is being continued from a previous conversation. We fixed it.",
            2,
            isCompactSummary=True,
        ),
        line("user", "This session is being continued from a previous conversation. Again.", 3),
    )
    assert [role for role, _ in found.said] == ["user", "system", "system"]
    assert all(turn.metadata.get("recap") for turn in found.turns[1:])


def test_messages_of_sub_agents_are_counted(lines: Read) -> None:
    """What they found out is the answer of the tool that started them."""
    found = lines("claude-code", line("user", "Go"), line("assistant", "Looking", 2, isSidechain=True))
    assert (found.said, found.unread) == ([("user", "Go")], ["message of a sub-agent"])


def test_what_the_program_says_to_itself_is_left_out(lines: Read) -> None:
    """Lines marked as meta, and the text that stands for no answer."""
    found = lines(
        "claude-code", line("user", "caveat", isMeta=True), line("assistant", "No response requested.", 2)
    )
    assert found.said == []


@pytest.mark.parametrize(
    "title",
    [
        {"type": "summary", "summary": "Avatars", "leafUuid": "u1"},
        {"type": "custom-title", "customTitle": "Avatars", "sessionId": "s"},
        {"type": "ai-title", "aiTitle": "Avatars", "sessionId": "s"},
    ],
)
def test_a_title_is_told_before_or_after(lines: Read, title: dict[str, Any]) -> None:
    """One that comes later is told by the same heading once more."""
    assert lines("claude-code", title, line("user", "Hi")).headings[0].title == "Avatars"
    found = lines("claude-code", line("user", "Hi"), title)
    assert [(one.key, one.title) for one in found.headings] == [("s", ""), ("s", "Avatars")]


def test_a_file_may_hold_several_sessions(lines: Read) -> None:
    """Each change of the session is a heading."""
    found = lines("claude-code", line("user", "a"), line("user", "b", 2, sessionId="t"))
    assert [one.key for one in found.headings] == ["s", "t"]


def test_lines_without_ids_are_known_by_their_place(lines: Read) -> None:
    """And a file without a session's name is a session of its own name."""
    bare = {"type": "user", "message": {"role": "user", "content": "Hi"}}
    found = lines("claude-code", bare, bare, base="abc.jsonl")
    assert [turn.key for turn in found.turns] == ["line 1", "line 2"]
    assert found.headings[0].key == "abc.jsonl"
