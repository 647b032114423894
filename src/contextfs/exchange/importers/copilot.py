"""Copilot CLI sessions: `~/.copilot/session-state/<id>/events.jsonl`, one event a line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.importers.blocks import list_of, object_of, text_of, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import spoken
from contextfs.exchange.json_lines import Line, records
from contextfs.exchange.source import Head, Source

TOOL = "copilot"
_FAMILIES = frozenset((
    "session", "user", "assistant", "tool", "hook", "system", "abort", "subagent", "skill", "permission", "mcp",
    "model", "command", "external_tool", "elicitation", "exit_plan_mode", "pending_messages", "sampling", "auto_mode",
    "capabilities", "mcp_server", "schedule",
))  # fmt: skip


def sniff(head: Head) -> bool:
    """Whether lines are events with a dotted name."""
    return any(
        "data" in line
        and word(line.get("type")).partition(".")[0] in _FAMILIES
        and "." in word(line.get("type"))
        for line in head.lines
    )


def places(environ: Mapping[str, str]) -> Sequence[str]:
    """The sessions of Copilot CLI on this machine."""
    home = environ.get("COPILOT_HOME") or os.path.join(environ.get("XDG_STATE_HOME") or "~", ".copilot")
    return [os.path.join(home, "session-state", *end) for end in (("*", "events.jsonl"), ("*.jsonl",))]


def read(source: Source) -> Transcript:
    """The session that the events tell of."""
    with source.opened() as file:
        reader = Reader(source)
        for line in records(file):
            if isinstance(line, Unread):
                yield line
            else:
                yield from reader.read(line)


class Reader:
    """What was seen of a session so far."""

    def __init__(self, source: Source) -> None:
        self._name = os.path.basename(os.path.dirname(source.path)) or source.base
        self._headed = False
        self._calls = Calls()

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day."""
        return {"calls": self._calls.state()}

    def resume(self, state: Mapping[str, Any], heading: Heading | None) -> None:
        """Go on from such a state, with the heading that was yielded last."""
        self._headed = heading is not None
        self._calls.resume(object_of(state.get("calls")))

    def read(self, line: Line) -> Transcript:
        """What one event says."""
        record, where = line.record, f"line {line.number}"
        kind, data = word(record.get("type")), object_of(record.get("data"))
        if kind == "session.start" and not self._headed:
            yield self._heading(data, record)
        elif kind in {"user.message", "assistant.message"}:
            if not self._headed:
                yield self._heading({}, record)
            yield from self._message(kind.partition(".")[0], data, record, where)
        elif kind == "tool.execution_complete":
            yield from self._complete(data, record, where)
        elif kind.partition(".")[0] not in _FAMILIES:
            yield Unread(f"event type {kind[:60]!r}", where)

    def _heading(self, data: Mapping[str, Any], record: Mapping[str, Any]) -> Heading:
        self._headed = True
        context = object_of(data.get("context"))
        return Heading(
            word(data.get("sessionId")) or self._name,
            TOOL,
            started_at=past(data.get("startTime")) or past(record.get("timestamp")),
            directory=word(context.get("cwd")),
            repo=_remote(word(context.get("repositoryHost")), word(context.get("repository"))),
            branch=word(context.get("branch")),
            metadata={"client_version": found} if (found := word(data.get("copilotVersion"))) else {},
        )

    def _message(
        self, role: str, data: Mapping[str, Any], record: Mapping[str, Any], where: str
    ) -> Iterator[Turn]:
        key, at = word(record.get("id")) or where, past(record.get("timestamp"))
        if data.get("parentToolCallId") or data.get("agentId"):
            return  # a sub-agent's; what it found out is the answer of the tool that started it
        text = text_of(data.get("content"))
        text = spoken(text) if role == "user" else text
        if text.strip() and word(data.get("source")) in {"", "user"}:
            yield Turn(key, role, text, at)
        for place, request in enumerate(list_of(data.get("toolRequests"))):
            call = object_of(request)
            name = "__".join(word(call[n]) for n in ("mcpServerName", "name") if word(call.get(n)))
            yield from self._calls.asked(
                word(call.get("toolCallId")) or f"{key}/{place}", name, call.get("arguments"), at
            )

    def _complete(self, data: Mapping[str, Any], record: Mapping[str, Any], where: str) -> Iterator[Turn]:
        if self._headed and not data.get("parentToolCallId"):
            call = word(data.get("toolCallId")) or where
            output = data.get("result") or object_of(data.get("error")).get("message")
            failed, at = data.get("success") is False, past(record.get("timestamp"))
            yield from self._calls.answered(call, output, at, failed=failed)


def _remote(host: str, repository: str) -> str:
    """The address of a repository, which the event gives in two parts; without the first it is only a name."""
    return f"https://{host}/{repository}" if host and repository else repository
