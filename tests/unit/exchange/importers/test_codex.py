"""Codex's rollouts, of today and of earlier versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Read

META = {"type": "session_meta", "payload": {"id": "t1", "cwd": "/home/ada/shop", "git": {"branch": "main"}}}


def item(number: int = 1, **payload: Any) -> dict[str, Any]:
    """A line with an item."""
    return {
        "timestamp": "2026-05-01T10:00:00Z",
        "ordinal": number,
        "type": "response_item",
        "payload": payload,
    }


def user(text: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """What a user said."""
    return item(number, type="message", role="user", content=[{"type": "input_text", "text": text}], **more)


def test_instructions_are_no_speech(lines: Read) -> None:
    """Of a message only what the user wrote is kept, whether the file marks it or not."""
    kinds = {"content_item_kinds": ["agents_md.instructions", "user.text"]}
    both = item(
        2,
        type="message",
        role="user",
        content=[{"type": "input_text", "text": "Be careful."}, {"type": "input_text", "text": "Why?"}],
        internal_chat_message_metadata_passthrough=kinds,
    )
    found = lines(
        "codex", META, user("<environment_context>\n<cwd>/x</cwd>\n</environment_context>"), both,
        item(3, type="message", role="developer", content=[{"type": "input_text", "text": "Obey."}]),
    )  # fmt: skip
    assert found.said == [("user", "Why?")]


@pytest.mark.parametrize(
    ("output", "text", "failed"),
    [
        ('{"output": "boom", "metadata": {"exit_code": 2}}', "boom", True),
        ('{"output": "fine", "metadata": {"exit_code": 0}}', "fine", False),
        ("Exit code: 1\nOutput:\nboom", "Exit code: 1\nOutput:\nboom", True),
        ("Process exited with code 0\nOutput:\nfine", "Process exited with code 0\nOutput:\nfine", False),
        ({"content": "no", "success": False}, "no", True),
    ],
)
def test_answers_of_tools_say_whether_they_failed(lines: Read, output: Any, text: str, failed: bool) -> None:
    """By an exit code in JSON or in words, or by a mark."""
    call = item(
        1, type="function_call", name="shell", call_id="c", arguments='{"command": ["bash", "-lc", "make"]}'
    )
    found = lines("codex", META, call, item(2, type="function_call_output", call_id="c", output=output))
    assert found.said == [("tool", "shell: make"), ("tool", text)]
    assert bool(found.turns[1].metadata.get("error")) == failed


def test_patches_name_the_files_they_change(lines: Read) -> None:
    """A custom tool's input is text."""
    patch = "*** Begin Patch\n*** Update File: src/app.py\n@@\n-a\n+b\n*** End Patch"
    found = lines(
        "codex", META, item(1, type="custom_tool_call", name="apply_patch", call_id="c", input=patch)
    )
    assert found.turns[0].metadata["files"] == ["src/app.py"]


def test_our_own_tools_are_left_out(lines: Read) -> None:
    """They stand in a namespace of their own."""
    call = item(
        1,
        type="function_call",
        namespace="mcp__contextfs",
        name="contextfs_search",
        call_id="c",
        arguments="{}",
    )
    found = lines("codex", META, call, item(2, type="function_call_output", call_id="c", output="Use bcrypt"))
    assert found.said == []


def test_a_fork_is_the_thread_of_its_first_line(lines: Read) -> None:
    """The headings that come after it are those of what it was forked from."""
    other = {"type": "session_meta", "payload": {"id": "t0", "cwd": "/elsewhere"}}
    assert [one.key for one in lines("codex", META, other, user("Hi")).headings] == ["t1"]


def test_rollouts_of_sub_agents_are_counted(lines: Read) -> None:
    """Their turns are nobody's conversation."""
    meta = {"type": "session_meta", "payload": {"id": "t2", "source": {"subagent": {"depth": 1}}}}
    found = lines("codex", meta, user("Find it"))
    assert (found.said, found.headings, found.unread) == ([], [], ["rollout of a sub-agent"])


def test_rollouts_of_earlier_versions_are_read(lines: Read) -> None:
    """There the items stand without an envelope."""
    found = lines(
        "codex",
        {"id": "old", "timestamp": "2025-06-01T10:00:00Z", "instructions": None},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
        {"type": "reasoning", "summary": []},
    )
    assert (found.headings[0].key, found.said) == ("old", [("user", "Hi"), ("assistant", "Hello")])


def test_a_compaction_is_no_speech(lines: Read) -> None:
    """What stands for the part before is kept as what the program said."""
    found = lines(
        "codex", META, user("Hi"), {"type": "compacted", "ordinal": 9, "payload": {"message": "We greeted."}}
    )
    assert found.said == [("user", "Hi"), ("system", "We greeted.")]
