"""Codex rollouts: `~/.codex/sessions/YYYY/MM/DD/rollout-<time>-<thread>.jsonl`.

The items that went to the model and came from it are read (`response_item`, in older files the bare item); the same
things told again as events are not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.importers.blocks import blocks_of, list_of, object_of, text_in, text_of, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import is_recap, spoken
from contextfs.exchange.json_lines import Line, parsed, records
from contextfs.exchange.source import Head, Source

TOOL = "codex"
_ENVELOPES = frozenset(("session_meta", "response_item", "event_msg", "turn_context", "compacted"))
_SILENT = frozenset((
    "event_msg", "turn_context", "world_state", "token_usage_record", "ghost_snapshot", "reasoning", "compaction",
    "context_compaction", "state", "item_metadata", "session_state", "inter_agent_communication_metadata",
    "agent_message", "compaction_trigger", "other", "thread_settings",
))  # fmt: skip
_ANSWERS = frozenset(
    ("function_call_output", "custom_tool_call_output", "tool_search_output", "mcp_tool_call_output")
)
_EXIT = re.compile(r"(?:Process exited with code|[Ee]xit code:?) (-?\d+)")


def sniff(head: Head) -> bool:
    """Whether lines are the envelopes of a rollout, or begin one of the older kind."""
    return any(
        (word(line.get("type")) in _ENVELOPES and "payload" in line) or line.get("record_type") == "state"
        for line in head.lines
    )


def places(environ: Mapping[str, str]) -> Sequence[str]:
    """The rollouts of Codex on this machine."""
    home = environ.get("CODEX_HOME") or os.path.join("~", ".codex")
    names = ("rollout-*.jsonl", "rollout-*.jsonl.gz", "rollout-*.jsonl.zst")
    folders = (("sessions", "*", "*", "*"), ("archived_sessions",))
    return [os.path.join(home, *folder, name) for folder in folders for name in names]


def read(source: Source) -> Transcript:
    """The session of a rollout."""
    with source.opened() as file:
        reader = Reader(source)
        for line in records(file):
            yield from (line,) if isinstance(line, Unread) else reader.read(line)


class Reader:
    """What was seen of a rollout so far."""

    def __init__(self, source: Source) -> None:
        self._base = source.base
        self._headed = False
        self._agent = False
        self._calls = Calls()

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day."""
        return {"headed": self._headed, "agent": self._agent, "calls": self._calls.state()}

    def resume(self, state: Mapping[str, Any], heading: Heading | None) -> None:
        """Go on from such a state, with the heading that was yielded last."""
        self._headed, self._agent = bool(heading or state.get("headed")), bool(state.get("agent"))
        self._calls.resume(object_of(state.get("calls")))

    def read(self, line: Line) -> Transcript:
        """What one line says."""
        record = line.record
        payload = record.get("payload")
        kind = word(record.get("type"))
        if kind == "session_meta" or (not kind and "id" in record and "timestamp" in record):
            yield from self._meta(object_of(payload) if kind else record)
        elif kind == "response_item":
            yield from self._item(object_of(payload), line)
        elif kind == "compacted":
            yield from self._recap(object_of(payload), line)
        elif kind in _SILENT or record.get("record_type"):
            return
        elif payload is None and kind:
            yield from self._item(record, line)
        else:
            yield Unread(f"line type {kind[:60]!r}", f"line {line.number}")

    def _meta(self, meta: Mapping[str, Any]) -> Transcript:
        """The heading; the later ones of a fork are those of the thread that it came from."""
        if self._headed:
            return
        given = object_of(meta.get("source"))
        if "subagent" in given or "sub_agent" in given:
            self._agent = True
            yield Unread("rollout of a sub-agent", self._base)
        self._headed = True
        git = object_of(meta.get("git"))
        if not self._agent:
            yield Heading(
                word(meta.get("id")) or self._base,
                TOOL,
                started_at=past(meta.get("timestamp")),
                directory=word(meta.get("cwd")),
                repo=word(git.get("repository_url")),
                branch=word(git.get("branch")),
                metadata={"client_version": found} if (found := word(meta.get("cli_version"))) else {},
            )

    def _item(self, item: Mapping[str, Any], line: Line) -> Transcript:
        if self._agent:
            return
        if not self._headed:
            yield from self._meta({})
        at, kind = past(line.record.get("timestamp")), word(item.get("type"))
        # The place in the file is the same at every import; ids are on some items only.
        place = line.record.get("ordinal", line.number)
        key = word(item.get("id")) or f"item {place}"
        if kind == "message":
            yield from _message(item, key, at)
        elif kind in _ANSWERS:
            output, failed = _output(item.get("output"))
            call = word(item.get("call_id")) or key
            yield from self._calls.answered(call, output, at, failed=failed)
        elif kind.endswith("_call"):
            yield from self._call(item, kind, key, at)
        elif kind not in _SILENT:
            yield Unread(f"item type {kind[:60]!r}", f"line {line.number}")

    def _call(self, item: Mapping[str, Any], kind: str, key: str, at: datetime | None) -> Iterator[Turn]:
        space, name = word(item.get("namespace")), word(item.get("name"))
        whole = f"{space}__{name}" if space else name or kind.removesuffix("_call")
        given = next((item[n] for n in ("arguments", "input", "action") if n in item), None)
        yield from self._calls.asked(word(item.get("call_id")) or key, whole, given, at)

    def _recap(self, payload: Mapping[str, Any], line: Line) -> Iterator[Turn]:
        text, at = text_of(payload.get("message")), past(line.record.get("timestamp"))
        if text.strip() and self._headed and not self._agent:
            yield Turn(
                f"recap {line.record.get('ordinal', line.number)}", "system", text, at, {"recap": True}
            )


def _message(item: Mapping[str, Any], key: str, at: datetime | None) -> Iterator[Turn]:
    role = word(item.get("role"))
    if role == "user":
        parts = (spoken(text_in(block)) for block in _of_the_user(item))
        text = "\n\n".join(part for part in parts if part and not is_recap(part))
    elif role == "assistant":
        text = text_of(item.get("content"))
    else:  # developer and system: what the program tells the model
        return
    if text.strip():
        yield Turn(key, role, text, at)


def _of_the_user(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The blocks of a message that somebody wrote; newer files say of each block what it is."""
    about = object_of(item.get("internal_chat_message_metadata_passthrough"))
    kinds = [word(kind) for kind in list_of(about.get("content_item_kinds"))]
    for place, block in enumerate(blocks_of(item.get("content"))):
        if place >= len(kinds) or kinds[place].startswith(("user.", "unknown")):
            yield block


def _output(output: object) -> tuple[object, bool]:
    """What a tool answered, and whether it failed."""
    given = parsed(output) if isinstance(output, str) and output.startswith("{") else output
    meta = object_of(object_of(given).get("metadata"))
    if "exit_code" in meta:
        return object_of(given).get("output"), bool(meta["exit_code"])
    found = _EXIT.search(output[:400]) if isinstance(output, str) else None
    return output, bool(found and found[1] != "0") or object_of(given).get("success") is False
