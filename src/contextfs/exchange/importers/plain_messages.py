"""Messages and conversations as many programs write them, under any of the usual names, read into ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any

from contextfs.domain.digest import digest
from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.cleaning import text as clean
from contextfs.exchange.importers.blocks import blocks_of, kind_of, list_of, object_of, text_in, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import spoken

LISTS = ("messages", "conversations", "conversation", "turns", "dialogue", "history")
"""Under what names the messages of a conversation stand."""
IDS = ("session_id", "sessionId", "conversation_id", "conversationId", "thread_id", "chat_id")
_ROLES = {
    "user": "user", "human": "user", "you": "user", "me": "user", "customer": "user", "prompter": "user",
    "assistant": "assistant", "ai": "assistant", "model": "assistant", "gpt": "assistant", "bot": "assistant",
    "agent": "assistant", "chatgpt": "assistant", "claude": "assistant", "gemini": "assistant",
    "tool": "tool", "function": "tool", "tool_result": "tool", "observation": "tool", "ipython": "tool",
    "system": "system", "developer": "system",
}  # fmt: skip
_SPEAKERS = ("role", "from", "sender", "author", "speaker")
_TEXTS = ("content", "text", "value", "parts", "message", "body")
_TIMES = ("timestamp", "created_at", "create_time", "createdAt", "time", "date", "at")
_MESSAGE_IDS = ("id", "uuid", "message_id", "messageId")
_TITLES = ("title", "name", "label", "topic", "subject")
_STARTS = (
    "created_at",
    "create_time",
    "createdAt",
    "started_at",
    "start_time",
    "startTime",
    "date",
    "timestamp",
)
_ENDS = ("updated_at", "update_time", "updatedAt", "ended_at", "end_time", "lastUpdated")
_PLACES = ("cwd", "directory", "working_directory", "workspace", "project_path", "project_dir")
_SILENT = frozenset(("thinking", "redacted_thinking", "reasoning", "text", "input_text", "output_text"))


def is_message(given: Mapping[str, Any]) -> bool:
    """Whether an object says who said something."""
    return any(name in given for name in _SPEAKERS) and any(name in given for name in (*_TEXTS, "tool_calls"))


def list_in(given: Mapping[str, Any]) -> list[Any]:
    """The messages of an object that is a conversation."""
    return next((found for name in LISTS if (found := list_of(given.get(name)))), list[Any]())


def id_of(given: Mapping[str, Any]) -> str:
    """The id of the conversation that an object is, or that a message belongs to."""
    return _first(given, IDS)


def conversation(
    given: Mapping[str, Any], messages: Iterable[object], base: str, seen: set[str]
) -> Transcript:
    """A conversation with its messages.

    One without an id is known again by the name of its file and how it begins; `seen` tells those apart that begin
    alike in one file.
    """
    rest = iter(messages)
    first = [object_of(one) for one in islice(rest, 2)]
    key = id_of(given) or _first(given, _MESSAGE_IDS)
    if not key:
        told = [base, _first(given, _TITLES), *(f"{_role_name(one)}: {_plain_text(one)}" for one in first)]
        key = digest("\n".join(told))
        while key in seen:
            key = digest(key)
    seen.add(key)
    yield heading(given, key)
    yield from turns(chain(first, rest))


def heading(given: Mapping[str, Any], key: str) -> Heading:
    """The heading of a conversation."""
    return Heading(
        key,
        _first(given, ("tool", "source_tool", "client", "source")) or "import",
        _first(given, _TITLES),
        _time(given, _STARTS),
        _time(given, _ENDS),
        directory=_first(given, _PLACES),
        repo=_first(given, ("repository", "repo", "git_remote")),
        branch=_first(given, ("branch", "git_branch", "gitBranch")),
        summary=clean(given["summary"]) if isinstance(given.get("summary"), str) else "",
    )


def turns(messages: Iterable[object]) -> Transcript:
    """The turns of messages that follow each other."""
    calls = Calls()
    for place, one in enumerate(messages):
        yield from turn(object_of(one), place, calls)


def turn(given: Mapping[str, Any], place: int, calls: Calls) -> Transcript:
    """The turns that one message is."""
    name = _role_name(given)
    if not name:
        yield Unread("message without a role", f"message {place + 1}")
        return
    role = _ROLES.get(name.lower(), "assistant")
    said = digest(f"{name}\n{_plain_text(given)}")
    key = _first(given, _MESSAGE_IDS) or f"{place}:{said[:16]}"
    at = _time(given, _TIMES)
    metadata: dict[str, object] = {} if name.lower() in _ROLES else {"speaker": name}
    call = _first(given, ("tool_call_id", "tool_use_id"))
    if role == "tool":
        yield from calls.answered(
            call or key, _content(given), at, key=key, name=_first(given, ("name", "tool"))
        )
        return
    yield from _spoken_blocks(given, Turn(key, role, "", at, metadata), calls)
    for number, one in enumerate(list_of(given.get("tool_calls"))):
        asked = object_of(one)
        function = object_of(asked.get("function")) or asked
        arguments = function.get("arguments", function.get("args", function.get("input")))
        yield from calls.asked(
            word(asked.get("id")) or f"{key}/{number}",
            word(function.get("name")),
            arguments,
            at,
            key=f"{key}/{number}",
        )


def _spoken_blocks(given: Mapping[str, Any], said: Turn, calls: Calls) -> Transcript:
    texts: list[str] = []
    tools: list[Turn] = []
    for place, block in enumerate(blocks_of(_content(given))):
        kind, own = kind_of(block), f"{said.key}/block {place}"
        if kind == "tool_use":
            tools += calls.asked(
                word(block.get("id")) or own, word(block.get("name")), block.get("input"), said.at, key=own
            )
        elif kind == "tool_result":
            call, failed = word(block.get("tool_use_id")) or own, bool(block.get("is_error"))
            tools += calls.answered(call, block.get("content"), said.at, key=own, failed=failed)
        elif text := text_in(block):
            texts.append(text)
        elif kind not in _SILENT and kind:
            yield Unread(f"block type {kind[:60]!r}", said.key)
    text = "\n\n".join(text for text in texts if text.strip())
    text = spoken(text) if said.role == "user" else text
    if text.strip():
        yield said._replace(content=text)
    yield from tools


def _content(given: Mapping[str, Any]) -> object:
    """What was said, whatever it is called; a message inside the message holds it there."""
    for name in _TEXTS:
        value = given.get(name)
        inside = object_of(value)
        if inside and name in {"message", "content"} and "type" not in inside:
            return _content(inside)
        if value is not None:
            return value
    return None


def _plain_text(given: Mapping[str, Any]) -> str:
    content = _content(given)
    return clean(content)[:100_000] if content is not None else ""


def _role_name(given: Mapping[str, Any]) -> str:
    for name in _SPEAKERS:
        value = given.get(name)
        found = word(value) or _first(object_of(value), ("role", "name"))
        if found.strip():
            return found.strip()[:100]
    return ""


def _first(given: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of these fields that is a text or a number."""
    for name in names:
        value = given.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and clean(value).strip():
            return word(clean(value))
    return ""


def _time(given: Mapping[str, Any], names: Iterable[str]) -> datetime | None:
    return next((found for name in names if (found := past(given.get(name)))), None)
