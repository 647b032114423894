"""ChatGPT exports: `conversations.json`, an array of conversations, each of them a tree of messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.cleaning import text as clean
from contextfs.exchange.importers.blocks import list_of, object_of, text_in, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import spoken
from contextfs.exchange.importers.trees import latest_leaf, main_branch
from contextfs.exchange.json_stream import pieces
from contextfs.exchange.source import Head, Source

TOOL = "chatgpt"
_SILENT = frozenset((
    "thoughts", "reasoning_recap", "user_editable_context", "model_editable_context", "app_pairing_content",
    "computer_output", "sonic_webpage",
))  # fmt: skip
_TEXTS = frozenset(("text", "multimodal_text", "code", "execution_output", "tether_quote", "system_error",
                    "tether_browsing_display", "tether_browsing_code", "super_widget"))  # fmt: skip
_LATEST = 1e12
"""Seconds; what is more is no time."""
_CITATION = re.compile("\ue200[^\ue201]{0,2000}\ue201|[\ue200-\ue2ff]")


def sniff(head: Head) -> bool:
    """Whether its first object has a tree of messages."""
    return "mapping" in head.keys


def read(source: Source) -> Transcript:
    """The conversations of an export."""
    with source.opened() as file:
        single: dict[str, Any] = {}
        for key, value in pieces(file, ("conversations",)):
            if key in {"", "conversations"}:
                yield from _conversation(object_of(value), source.base)
            else:
                single[key] = value
        if "mapping" in single:
            yield from _conversation(single, source.base)


def _conversation(given: Mapping[str, Any], where: str) -> Transcript:
    key = word(given.get("conversation_id")) or word(given.get("id"))
    if not key:
        yield Unread("conversation without an id", where)
        return
    metadata = {n: found for n in ("default_model_slug", "gizmo_id") if (found := word(given.get(n)))}
    yield Heading(
        key,
        TOOL,
        word(given.get("title")),
        past(given.get("create_time")),
        past(given.get("update_time")),
        metadata=metadata,
    )
    nodes = {node: object_of(value) for node, value in object_of(given.get("mapping")).items()}
    chosen = _main(nodes, word(given.get("current_node")))
    calls = Calls()
    for node in chosen:
        yield from _message(object_of(nodes[node].get("message")), node, calls)
    others = sum(
        _is_speech(object_of(value.get("message"))) for node, value in nodes.items() if node not in chosen
    )
    yield from (Unread("message of another branch", key) for _ in range(others))


def _main(nodes: Mapping[str, Mapping[str, Any]], leaf: str) -> dict[str, None]:
    """The nodes of the branch that was last open, in their order."""
    parents = {node: word(value.get("parent")) for node, value in nodes.items()}
    if leaf not in nodes:
        made = ((node, object_of(value.get("message")).get("create_time")) for node, value in nodes.items())
        times = {node: float(at) for node, at in made if isinstance(at, int | float) and abs(at) < _LATEST}
        leaf = latest_leaf(parents, times)
    return dict.fromkeys(main_branch(parents, leaf))


def _is_speech(message: Mapping[str, Any]) -> bool:
    """Whether a message is part of what the two said to each other."""
    role = word(object_of(message.get("author")).get("role"))
    metadata = object_of(message.get("metadata"))
    hidden = metadata.get("is_visually_hidden_from_conversation") or message.get("weight") == 0
    return role in {"user", "assistant", "tool"} and not hidden


def _message(message: Mapping[str, Any], node: str, calls: Calls) -> Transcript:
    content = object_of(message.get("content"))
    kind = word(content.get("content_type"))
    if not _is_speech(message) or kind in _SILENT:
        return
    if kind not in _TEXTS:
        yield Unread(f"content type {kind[:60]!r}", node)
        return
    author = object_of(message.get("author"))
    role, at = word(author.get("role")), past(message.get("create_time"))
    key, text = word(message.get("id")) or node, _CITATION.sub("", _text(content))
    recipient = word(message.get("recipient")) or "all"
    if role == "tool":
        failed = kind == "system_error"
        yield from calls.answered(key, text, at, key=key, name=word(author.get("name")), failed=failed)
    elif recipient != "all":
        yield from calls.asked(key, recipient, text, at, key=key)
    else:
        yield from _said(key, role, text, at)


def _said(key: str, role: str, text: str, at: datetime | None) -> Iterator[Turn]:
    text = spoken(text) if role == "user" else text
    if text.strip():
        yield Turn(key, role, text, at)


def _text(content: Mapping[str, Any]) -> str:
    """The text of a content of any type."""
    parts = [_part(part) for part in list_of(content.get("parts"))]
    named = (content.get(name) for name in ("title", "text", "result", "url"))
    alone = [clean(value) for value in named if isinstance(value, str)]
    return "\n\n".join(part for part in (*parts, *alone) if part.strip())


def _part(part: object) -> str:
    if isinstance(part, str):
        return clean(part)
    given = object_of(part)
    if given.get("content_type") == "audio_transcription":
        return clean(given.get("text"))
    return text_in(given)
