"""Exports of Claude.ai and Claude Desktop: `conversations.json`, an array of conversations, alone or in a zip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.cleaning import text as clean
from contextfs.exchange.importers.blocks import blocks_of, kind_of, list_of, object_of, text_in, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import spoken
from contextfs.exchange.importers.trees import latest_leaf, linear, main_branch
from contextfs.exchange.json_stream import pieces
from contextfs.exchange.source import Head, Source

TOOL = "claude-desktop"
_ROLES = {"human": "user", "user": "user", "assistant": "assistant"}
_SILENT = frozenset(
    ("thinking", "redacted_thinking", "token_budget", "flag", "knowledge", "tool_reference", "text")
)
_ROOT = "00000000-0000-4000-8000-000000000000"


def sniff(head: Head) -> bool:
    """Whether its first object has the messages of a conversation as Claude.ai names them."""
    return "chat_messages" in head.keys


def read(source: Source) -> Transcript:
    """The conversations of an export."""
    with source.opened() as file:
        single: dict[str, Any] = {}
        for key, value in pieces(file, ("conversations",)):
            if key in {"", "conversations"}:
                yield from _conversation(object_of(value), source.base)
            else:
                single[key] = value
        if "chat_messages" in single:
            yield from _conversation(single, source.base)


def _conversation(given: Mapping[str, Any], where: str) -> Transcript:
    messages = [object_of(one) for one in list_of(given.get("chat_messages"))]
    key = word(given.get("uuid"))
    if not key:
        yield Unread("conversation without an id", where)
        return
    metadata = {name: found for name in ("model", "project_uuid") if (found := word(given.get(name)))}
    yield Heading(
        key,
        TOOL,
        word(given.get("name")),
        past(given.get("created_at")),
        past(given.get("updated_at")),
        summary=clean(given.get("summary")),
        metadata=metadata,
    )
    calls = Calls()
    chosen = _main(messages, word(given.get("current_leaf_message_uuid")))
    for message in chosen:
        yield from _message(message, calls, where)
    yield from (Unread("message of another branch", key) for _ in range(len(messages) - len(chosen)))


def _main(messages: Sequence[Mapping[str, Any]], leaf: str) -> list[Mapping[str, Any]]:
    """The messages of the branch that was last open, in their order."""
    if not any(word(one.get("parent_message_uuid")) for one in messages):
        return list(messages)
    keys = {_key(one, place): one for place, one in enumerate(messages)}
    given = {key: word(one.get("parent_message_uuid")).replace(_ROOT, "root") for key, one in keys.items()}
    parents = {
        key: "" if given[key] == "root" else parent for key, parent in linear(list(keys), given).items()
    }
    times = {key: _seconds(past(one.get("created_at"))) for key, one in keys.items()}
    return [keys[key] for key in main_branch(parents, leaf if leaf in keys else latest_leaf(parents, times))]


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _key(message: Mapping[str, Any], place: int) -> str:
    return word(message.get("uuid")) or f"message {place}"


def _place(message: Mapping[str, Any]) -> int:
    index = message.get("index")
    return index if isinstance(index, int) else 0


def _message(message: Mapping[str, Any], calls: Calls, where: str) -> Transcript:
    key, at = _key(message, _place(message)), past(message.get("created_at"))
    sender = word(message.get("sender"))
    role = _ROLES.get(sender, "")
    if not role:
        yield Unread(f"sender {sender[:60]!r}", where)
        return
    texts: list[str] = []
    for place, block in enumerate(blocks_of(message.get("content"))):
        kind = kind_of(block)
        if kind in {"tool_use", "tool_result"}:
            yield from _said(key, role, texts, at)
            texts = []
            yield from _tool(block, kind, f"{key}/{place}", at, calls)
        elif text := text_in(block):
            texts.append(text)
        elif kind not in _SILENT:
            yield Unread(f"block type {kind[:60]!r}", where)
    if not texts and not list_of(message.get("content")):
        texts = [clean(message.get("text"))]
    yield from _said(key, role, [*texts, *_files(message)], at, last=True)
    yield from _attachments(message, key, at)


def _said(
    key: str, role: str, texts: Sequence[str], at: datetime | None, *, last: bool = False
) -> Iterator[Turn]:
    """What was said up to here; before a tool call it has a key of its own."""
    text = "\n\n".join(part for part in texts if part.strip())
    text = spoken(text) if role == "user" else text
    if text.strip():
        yield Turn(key if last else f"{key}/{len(text)}", role, text, at)


def _tool(block: Mapping[str, Any], kind: str, key: str, at: datetime | None, calls: Calls) -> Iterator[Turn]:
    name = word(block.get("name"))
    at = past(block.get("start_timestamp")) or at
    if kind == "tool_use":
        server = word(block.get("integration_name"))
        whole = f"{server}__{name}" if server else name
        yield from calls.asked(word(block.get("id")) or key, whole, block.get("input"), at, key=key)
    else:
        call = word(block.get("tool_use_id")) or key
        failed = bool(block.get("is_error"))
        yield from calls.answered(call, block.get("content"), at, key=key, name=name, failed=failed)


def _files(message: Mapping[str, Any]) -> list[str]:
    """A line for each file whose content the export does not hold."""
    files = list_of(message.get("files_v2")) or list_of(message.get("files"))
    names = [word(object_of(one).get("file_name")) for one in files]
    return [f"[file: {name}]" for name in names if name]


def _attachments(message: Mapping[str, Any], key: str, at: datetime | None) -> Iterator[Turn]:
    """What was attached: text that somebody brought along, not what they said."""
    for place, one in enumerate(list_of(message.get("attachments"))):
        given = object_of(one)
        text, name = clean(given.get("extracted_content")), word(given.get("file_name"))
        if text.strip():
            title = f"[attachment: {name}]\n" if name else ""
            metadata = {"name": "attachment", "attachment": name}
            yield Turn(f"{key}/attachment {place}", "tool", title + text, at, metadata)
