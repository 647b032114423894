"""Claude Code transcripts: `<config dir>/projects/<directory>/<session>.jsonl`, one JSON object per line.

A file tells everything that happened in the order it happened; what somebody rewound stays in it, and so it does
here. Only lines of the types `user` and `assistant` are speech; all other known types serve the program itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contextfs.domain.transcript import Heading, Transcript, Turn, Unread
from contextfs.exchange.cleaning import past
from contextfs.exchange.importers.blocks import blocks_of, kind_of, list_of, object_of, text_in, text_of, word
from contextfs.exchange.importers.calls import Calls
from contextfs.exchange.importers.injected import is_recap, spoken
from contextfs.exchange.json_lines import Line, records
from contextfs.exchange.source import Head, Source

TOOL = "claude-code"
_SPEECH = frozenset(("user", "assistant"))
_TITLES = {"summary": "summary", "custom-title": "customTitle", "ai-title": "aiTitle"}
_SILENT = frozenset((
    "system", "attachment", "queue-operation", "last-prompt", "api-request", "api-request-shape", "api-request-blob",
    "tools-used", "cost-state", "atis-latch", "file-history-snapshot", "file-history-delta", "progress", "mode",
    "agent-name", "agent-color", "agent-setting", "permission-mode", "pr-link", "tag", "task-summary",
    "worktree-state", "content-replacement", "speculation-accept", "bridge-session", "result", "started",
    "marble-origami-commit", "marble-origami-snapshot", "attribution-snapshot", "session-title",
))  # fmt: skip
_THOUGHTS = frozenset(("thinking", "redacted_thinking", "fallback"))


def sniff(head: Head) -> bool:
    """Whether lines name their session as Claude Code does."""
    return any(
        ("sessionId" in line and ("message" in line or word(line.get("type")) in _SILENT))
        or (line.get("type") == "summary" and "leafUuid" in line)
        for line in head.lines
    )


def places(environ: Mapping[str, str]) -> Sequence[str]:
    """The transcripts of Claude Code on this machine; those of its sub-agents lie deeper and are left out."""
    home = environ.get("CLAUDE_CONFIG_DIR") or os.path.join("~", ".claude")
    return [os.path.join(home, "projects", "*", "*.jsonl")]


def read(source: Source) -> Transcript:
    """The sessions of a transcript; usually one."""
    with source.opened() as file:
        reader = Reader(source)
        for line in records(file):
            yield from (line,) if isinstance(line, Unread) else reader.read(line)
        yield from reader.title()


class Reader:
    """What was seen of a transcript so far."""

    def __init__(self, source: Source) -> None:
        self._base = source.base
        self._heading: Heading | None = None
        self._title = ""
        self._calls = Calls()

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day."""
        return {"title": self._title, "calls": self._calls.state()}

    def resume(self, state: Mapping[str, Any], heading: Heading | None) -> None:
        """Go on from such a state, with the heading that was yielded last."""
        self._heading, self._title = heading, word(state.get("title"))
        self._calls.resume(object_of(state.get("calls")))

    def title(self) -> Iterator[Heading]:
        """The heading once more, when the title came after it."""
        if self._heading and self._title != self._heading.title:
            yield self._heading._replace(title=self._title)

    def read(self, line: Line) -> Transcript:
        """What one line says."""
        record, number = line.record, line.number
        kind = word(record.get("type"))
        if kind in _SPEECH:
            yield from self._speech(record, number)
        elif kind in _TITLES:
            self._title = word(record.get(_TITLES[kind])) or self._title
        elif kind == "attachment":
            yield from self._queued(record, number)
        elif kind not in _SILENT:
            yield Unread(f"line type {word(kind)[:60]!r}", f"line {number}")

    def _speech(self, record: Mapping[str, Any], number: int) -> Transcript:
        if record.get("isSidechain"):
            yield Unread("message of a sub-agent", f"line {number}")
        elif not record.get("isMeta"):
            yield from self._headed(record)
            yield from self._turns(record, word(record.get("uuid")) or f"line {number}", f"line {number}")

    def _headed(self, record: Mapping[str, Any]) -> Iterator[Heading]:
        key = word(record.get("sessionId")) or (self._heading.key if self._heading else self._base)
        if self._heading and self._heading.key == key:
            return
        yield from self.title()
        self._heading = Heading(
            key,
            TOOL,
            self._title,
            past(record.get("timestamp")),
            directory=word(record.get("cwd")),
            branch=word(record.get("gitBranch")).replace("HEAD", ""),
            metadata={"client_version": version} if (version := word(record.get("version"))) else {},
        )
        yield self._heading

    def _turns(self, record: Mapping[str, Any], key: str, where: str) -> Transcript:
        message = object_of(record.get("message"))
        content, at = message.get("content"), past(record.get("timestamp"))
        if record.get("isCompactSummary"):
            yield from _turn(key, "system", text_of(content), at, {"recap": True})
            return
        for place, block in enumerate(blocks_of(content)):
            kind, own = kind_of(block), f"{key}/{place}" if place else key
            if kind.endswith("tool_use"):
                call = word(block.get("id")) or own
                yield from self._calls.asked(call, word(block.get("name")), block.get("input"), at)
            elif kind.endswith("tool_result"):
                call = word(block.get("tool_use_id")) or own
                failed = bool(block.get("is_error"))
                yield from self._calls.answered(call, _result(block.get("content")), at, failed=failed)
            elif text := text_in(block):
                yield from _said(own, str(record["type"]), text, at)
            elif kind not in _THOUGHTS and kind != "text":
                yield Unread(f"block type {kind[:60]!r}", where)

    def _queued(self, record: Mapping[str, Any], number: int) -> Transcript:
        """What somebody typed while the model was at work."""
        given = object_of(record.get("attachment"))
        if given.get("type") == "queued_command" and given.get("commandMode", "prompt") == "prompt":
            yield from self._headed(record)
            key, at = word(record.get("uuid")) or f"line {number}", past(record.get("timestamp"))
            yield from _said(key, "user", text_of(given.get("prompt")), at)


def _said(key: str, role: str, text: str, at: datetime | None) -> Iterator[Turn]:
    if role == "user":
        if is_recap(text):
            yield from _turn(key, "system", text, at, {"recap": True})
            return
        text = spoken(text)
    elif text.startswith("No response requested."):
        return
    yield from _turn(key, role, text, at, {})


def _turn(
    key: str, role: str, text: str, at: datetime | None, metadata: Mapping[str, object]
) -> Iterator[Turn]:
    if text.strip():
        yield Turn(key, role, text, at, metadata)


def _result(content: object) -> object:
    """What a tool answered, with a note where it answered by a picture."""
    parts = list_of(content)
    return [text_in(object_of(part)) for part in parts] if parts else content
