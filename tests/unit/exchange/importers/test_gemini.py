"""Gemini CLI's chats: messages that are written again, and where they belong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contextfs.domain.transcript import Heading
from contextfs.exchange.importers.table import named
from contextfs.exchange.source import Source

if TYPE_CHECKING:
    from conftest import Read

HEAD = {"sessionId": "g1", "projectHash": "h", "startTime": "2026-05-01T10:00:00Z"}
CALL = {"id": "c1", "name": "run_shell_command", "args": {"command": "make"}, "status": "error",
        "result": [{"functionResponse": {"id": "c1", "response": {"output": "boom"}}}]}  # fmt: skip


def test_the_last_word_on_a_message_holds(lines: Read) -> None:
    """A message that comes twice is read once, as it was written last."""
    found = lines(
        "gemini",
        HEAD,
        {"id": "1", "type": "user", "content": "Why?"},
        {"id": "2", "type": "gemini", "content": "Let me see."},
        {"$set": {"lastUpdated": "2026-05-01T10:00:09Z"}},
        {"id": "2", "type": "gemini", "content": "Let me see.", "toolCalls": [CALL]},
        {"id": "3", "type": "info", "content": "Update available"},
        {"id": "4", "type": "gemini", "content": [{"text": "Because."}]},
    )
    assert found.said == [
        ("user", "Why?"),
        ("assistant", "Let me see."),
        ("tool", "run_shell_command: make"),
        ("tool", "boom"),
        ("assistant", "Because."),
    ]
    assert found.turns[3].metadata["error"] is True


def test_what_was_typed_is_what_was_said(lines: Read) -> None:
    """Where a reference made the prompt longer, and where a hook added to it."""
    found = lines(
        "gemini",
        HEAD,
        {"id": "1", "type": "user", "content": "Read @a.py\nprint(1)", "displayContent": "Read @a.py"},
        {
            "id": "2",
            "type": "user",
            "content": [{"text": "Why?"}, {"text": "\n<hook_context>\nx\n</hook_context>"}],
        },
    )
    assert found.said == [("user", "Read @a.py"), ("user", "Why?")]


def test_chats_of_earlier_versions_are_read(document: Read) -> None:
    """There a chat is one object, its messages before or behind what is said of it."""
    said: list[dict[str, Any]] = [{"id": "1", "type": "user", "content": "Hi"}]
    assert document("gemini", {**HEAD, "messages": said}).said == [("user", "Hi")]
    behind = document("gemini", {"messages": said, **HEAD})
    assert behind.said == [("user", "Hi")]


def test_a_chat_belongs_to_the_directory_of_its_project(tmp_path: Path) -> None:
    """By the mark in the project's folder, or by the table that Gemini keeps."""
    chats = tmp_path / ".gemini" / "tmp" / "shop" / "chats"
    chats.mkdir(parents=True)
    path = chats / "session-1.jsonl"
    path.write_text(json.dumps(HEAD) + "\n")
    assert directory(path) == ""
    (tmp_path / ".gemini" / "projects.json").write_text('{"projects": {"/home/ada/shop": "shop"}}')
    assert directory(path) == "/home/ada/shop"
    (chats.parent / ".project_root").write_text("/home/ada/other\n")
    assert directory(path) == "/home/ada/other"


def directory(path: Path) -> str:
    """Where the chat in a file was held."""
    heading = next(iter(named("gemini").read(Source("chat", str(path)))))
    assert isinstance(heading, Heading)
    return heading.directory
