"""Exports of Claude.ai and ChatGPT: trees, attachments, tools and what is not shown to anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from contextfs.exchange.importers.table import sniffed
from contextfs.exchange.importers.trees import latest_leaf, linear, main_branch
from contextfs.exchange.source import Source

if TYPE_CHECKING:
    from conftest import Read


def human(name: str, text: str, parent: str = "", **more: Any) -> dict[str, Any]:
    """A message of a person in a Claude.ai export."""
    return {"uuid": name, "sender": "human", "text": text, "parent_message_uuid": parent or None, **more}


def talk(*messages: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """An export of one conversation."""
    return [{"uuid": "c", "name": "Talk", "chat_messages": list(messages), **more}]


def test_the_branch_that_was_last_open_is_the_conversation(document: Read) -> None:
    """It is named by its leaf; without a name it is the one that was written last."""
    tree = [
        human("1", "a", created_at="2026-01-01T00:00:00Z"),
        human("2", "b", "1", created_at="2026-01-01T00:00:01Z"),
        human("3", "c", "1", created_at="2026-01-01T00:00:02Z"),
        human("4", "d", "3", created_at="2026-01-01T00:00:03Z"),
    ]
    found = document("claude-ai", talk(*tree))
    assert [text for _, text in found.said] == ["a", "c", "d"]
    assert found.unread == ["message of another branch"]
    other = document("claude-ai", talk(*tree, current_leaf_message_uuid="2"))
    assert [text for _, text in other.said] == ["a", "b"]


def test_messages_without_parents_follow_each_other(document: Read) -> None:
    """Older exports are lists."""
    assert [text for _, text in document("claude-ai", talk(human("1", "a"), human("2", "b"))).said] == [
        "a",
        "b",
    ]


def test_a_parent_that_is_missing_does_not_lose_what_came_before(document: Read) -> None:
    """The message then follows the one before it."""
    found = document(
        "claude-ai", talk(human("1", "a", "gone"), human("2", "b", "1"), human("3", "c", "lost"))
    )
    assert [text for _, text in found.said] == ["a", "b", "c"]


def test_attachments_are_kept_apart_from_what_was_said(document: Read) -> None:
    """Their text is no speech; a file without its content is named."""
    attached = [{"file_name": "notes.txt", "extracted_content": "Buy milk."}]
    found = document(
        "claude-ai", talk(human("1", "Read this", attachments=attached, files=[{"file_name": "a.png"}]))
    )
    assert found.said == [
        ("user", "Read this\n\n[file: a.png]"),
        ("tool", "[attachment: notes.txt]\nBuy milk."),
    ]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_single_conversation_is_an_export_too(document: Read, wrapped: bool) -> None:
    """Alone, or under a name."""
    one = talk(human("1", "a"))
    assert document("claude-ai", {"conversations": one} if wrapped else one[0]).said == [("user", "a")]


def node(name: str, parent: str, role: str, text: str, **more: Any) -> dict[str, Any]:
    """A node of a ChatGPT export."""
    content = more.pop("content", {"content_type": "text", "parts": [text]})
    message = {
        "id": name,
        "author": {"role": role, "name": more.pop("tool", None)},
        "content": content,
        **more,
    }
    return {"id": name, "parent": parent or None, "children": [], "message": message}


def chat(*nodes: dict[str, Any], leaf: str = "") -> list[dict[str, Any]]:
    """An export of one ChatGPT conversation."""
    mapping = {"root": {"id": "root", "parent": None, "message": None}, **{one["id"]: one for one in nodes}}
    return [
        {"conversation_id": "c", "title": "Chat", "mapping": mapping, "current_node": leaf or nodes[-1]["id"]}
    ]


def test_tools_of_a_chat_are_tools(document: Read) -> None:
    """Code that is sent to a tool is its call, and what the tool says its answer."""
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    answer = {"content_type": "execution_output", "text": "1"}
    found = document(
        "chatgpt",
        chat(
            node("1", "root", "user", "Run it"),
            node("2", "1", "assistant", "", content=code, recipient="python"),
            node("3", "2", "tool", "", content=answer, tool="python"),
        ),
    )
    assert found.said == [("user", "Run it"), ("tool", "python: print(1)"), ("tool", "1")]


@pytest.mark.parametrize(
    "hidden",
    [
        {"weight": 0.0},
        {"metadata": {"is_visually_hidden_from_conversation": True}},
        {"content": {"content_type": "user_editable_context", "user_profile": "I am Ada"}},
        {"content": {"content_type": "thoughts", "thoughts": [{"content": "hm"}]}},
    ],
)
def test_what_a_chat_does_not_show_is_left_out(document: Read, hidden: dict[str, Any]) -> None:
    """Instructions, hidden messages and thoughts are nobody's speech."""
    found = document(
        "chatgpt", chat(node("1", "root", "user", "Hi"), node("2", "1", "assistant", "secret", **hidden))
    )
    assert (found.said, found.unread) == ([("user", "Hi")], [])


def test_parts_that_are_no_text_are_noted(document: Read) -> None:
    """A picture stands as a note, a voice as its words, a citation mark not at all."""
    parts = [
        "Look",
        {"content_type": "image_asset_pointer"},
        {"content_type": "audio_transcription", "text": "here"},
    ]
    content = {"content_type": "multimodal_text", "parts": parts}
    found = document(
        "chatgpt",
        chat(
            node("1", "root", "user", "", content=content),
            node("2", "1", "assistant", "Yes \ue200cite\ue202turn0\ue201 indeed"),
        ),
    )
    assert found.said == [("user", "Look\n\n[image]\n\nhere"), ("assistant", "Yes  indeed")]


def test_content_of_a_new_type_is_counted(document: Read) -> None:
    """And nothing else is lost by it."""
    odd = {"content_type": "hologram", "parts": ["x"]}
    found = document(
        "chatgpt", chat(node("1", "root", "user", "Hi"), node("2", "1", "assistant", "", content=odd))
    )
    assert (found.said, found.unread) == ([("user", "Hi")], ["content type 'hologram'"])


def test_trees_that_are_none_end() -> None:
    """A circle, a missing node or no node at all is a way that ends."""
    assert main_branch({"a": "b", "b": "a"}, "a") == ["b", "a"]
    assert main_branch({}, "x") == []
    assert latest_leaf({}, {}) == ""
    assert latest_leaf({"a": "b", "b": "a"}, {"a": 1.0}) == "a"
    assert linear(["1", "2"], {}) == {"1": "", "2": "1"}


def test_a_transcript_that_shows_memories_is_a_transcript() -> None:
    """Events of an assistant whose tools answered with memories are a conversation, not an export of memories."""
    events = [
        {"type": "session.start", "data": {"sessionId": "s1"}, "id": "e1"},
        {"type": "tool.execution_complete", "data": {"result": {"memories": [{"id": "a", "memory": "x"}]}}},
    ]
    data = "".join(json.dumps(event) + "\n" for event in events).encode()
    found = sniffed(Source("events.jsonl", data=data, base="events.jsonl"))
    assert found and found.name == "copilot"
