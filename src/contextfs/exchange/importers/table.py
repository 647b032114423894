"""The table of importers: what can be read, what tells it apart, and which module reads it.

A module of the table has two functions, and a third where a tool keeps its files in a known place:

    sniff(head: Head) -> bool             whether this looks like the format, from its first bytes alone
    read(source: Source) -> Iterable      the values in it, one by one and never the whole file at once
    places(environ) -> Sequence[str]      glob patterns of the files that the tool itself keeps on this machine

A conversation is read as a `Transcript`. Formats are tried in the order of the table, so the particular ones stand
before the general ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, cast

from contextfs.errors import InvalidInput
from contextfs.exchange.source import Head, Source

CONVERSATION, MEMORIES = "conversation", "memories"
HISTORY, TREE = "history", "tree"
_AT = "contextfs.exchange.importers."


class Format(NamedTuple):
    """One row: a format that can be read."""

    name: str
    kind: str
    """`conversation` for what becomes sessions, `memories` for what becomes memories; `history` and `tree` are what
    contextfs itself wrote: all that ever happened, and Markdown that somebody may have edited."""
    sentence: str
    module: str

    def sniff(self, head: Head) -> bool:
        """Whether a source looks like this format."""
        return bool(self._module.sniff(head))

    def read(self, source: Source) -> Iterable[Any]:
        """What is in the source."""
        return cast("Iterable[Any]", self._module.read(source))

    def places(self, environ: Mapping[str, str]) -> Sequence[str]:
        """Where the tool keeps such files on this machine, as glob patterns; empty where it keeps none."""
        found: Callable[[Mapping[str, str]], Sequence[str]] | None = getattr(self._module, "places", None)
        return found(environ) if found else ()

    @property
    def _module(self) -> Any:
        return import_module(self.module)


FORMATS = (
    Format("contextfs", HISTORY, "Export of contextfs with its history (JSONL)", _AT + "archive"),
    Format("contextfs-markdown", TREE, "Markdown tree that contextfs wrote, with edits", _AT + "tree"),
    Format("context-db", MEMORIES, "context.db of contextfs 0.2 and older", _AT + "context_db"),
    Format("pact", MEMORIES, "PACT memory store (memory.db)", _AT + "pact"),
    Format("claude-mem", MEMORIES, "claude-mem database or JSON export", _AT + "claude_mem"),
    Format(
        "memory-server", MEMORIES, "Graph of the official MCP memory server (JSONL)", _AT + "memory_server"
    ),
    Format("mem0", MEMORIES, "mem0 memories (JSON or JSONL)", _AT + "mem0"),
    Format("claude-code", CONVERSATION, "Claude Code transcript (JSONL)", _AT + "claude_code"),
    Format("codex", CONVERSATION, "Codex rollout (JSONL)", _AT + "codex"),
    Format("gemini", CONVERSATION, "Gemini CLI chat (JSONL, or JSON of older versions)", _AT + "gemini"),
    Format("copilot", CONVERSATION, "Copilot CLI events (JSONL)", _AT + "copilot"),
    Format("claude-ai", CONVERSATION, "Claude.ai or Claude Desktop export (zip or JSON)", _AT + "claude_ai"),
    Format("chatgpt", CONVERSATION, "ChatGPT export (zip or JSON)", _AT + "chatgpt"),
    Format("adr", MEMORIES, "Architecture decision records (folder or file)", _AT + "adr"),
    Format("claude-memory", MEMORIES, "Claude Code's own memory folder", _AT + "claude_memory"),
    Format("instructions", MEMORIES, "Points of CLAUDE.md, AGENTS.md and their like", _AT + "instructions"),
    Format("markdown", MEMORIES, "Markdown notes, also of basic-memory and Obsidian", _AT + "markdown"),
    Format("messages", CONVERSATION, "JSON with messages of role and content", _AT + "messages"),
    Format("jsonl", CONVERSATION, "JSONL, one message or one conversation a line", _AT + "messages_lines"),
)


def named(name: str) -> Format:
    """The format of this name; raises InvalidInput that lists all."""
    for row in FORMATS:
        if row.name == name:
            return row
    raise InvalidInput(
        f"There is no import format {name!r}.",
        hint="Formats: auto (told by content), " + ", ".join(row.name for row in FORMATS),
    )


def sniffed(source: Source) -> Format | None:
    """The first format of the table that a source looks like."""
    return next((row for row in FORMATS if row.sniff(source.head)), None)
