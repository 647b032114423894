"""The commands that hosts run at their events, and how each family of hosts writes them down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from contextfs.integrations.install.host import PROJECT
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Item

VARIABLE = "CONTEXTFS_DATA_DIR"
_NAMED = re.compile(VARIABLE + r"=(?:'(?:[^']|'\\'')*'|\S+)\s+")


class At(NamedTuple):
    """One event: our name for it, the host's, what it is held to, and how many seconds it may take."""

    event: str
    name: str
    matcher: str = ""
    seconds: int = 10


EDITS = "Edit|Write|MultiEdit|NotebookEdit|apply_patch"
"""The tools of Claude Code and Codex that change files."""
CLAUDE = (
    At("session-start", "SessionStart"),  # whatever began it: Copilot CLI has a word of its own for it, new
    At("user-prompt", "UserPromptSubmit", seconds=5),
    At("post-tool", "PostToolUse", EDITS),
    At("stop", "Stop", seconds=30),
    At("pre-compact", "PreCompact", seconds=30),
    At("post-compact", "PostCompact", seconds=30),
    At("session-end", "SessionEnd", seconds=3),
)
"""The events of Claude Code, in which Codex and every plugin in Claude's format have followed it."""


def command(place: Place, scope: str, event: str, client: str) -> str:
    """The command line of one hook, for a shell; it stays the same, since Codex asks again after every change."""
    return f"{program(place, scope)} hook {event} --client {client}"


def program(place: Place, scope: str) -> str:
    """How a shell starts `contextfs`: with the data directory, since a window started from a desktop lacks ours."""
    words = " ".join(quoted(word, place.platform) for word in place.words("contextfs", scope))
    if not place.data_dir or scope == PROJECT or place.platform == "win32":
        return words
    return f"{VARIABLE}={quoted(place.data_dir, place.platform)} {words}"


def elsewhere(line: str) -> str:
    """A command line that takes the data directory from its environment, whatever stands in it."""
    return _NAMED.sub("", line)


def quoted(word: str, platform: str) -> str:
    """A word as every shell of the platform takes it."""
    if platform == "win32":
        word = word.replace("\\", "/")
        return f'"{word}"' if " " in word else word
    plain = word.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
    return word if plain else "'" + word.replace("'", "'\\''") + "'"


def in_claude_form(
    place: Place, scope: str, client: str, events: Iterable[At], *, unit: int = 1
) -> tuple[Item, ...]:
    """Groups of handlers under each event, as Claude Code, Codex and Gemini CLI have them."""
    return tuple(
        Item(
            ("hooks", at.name),
            {
                **({"matcher": at.matcher} if at.matcher else {}),
                "hooks": [
                    {
                        "type": "command",
                        "command": command(place, scope, at.event, client),
                        "timeout": at.seconds * unit,
                    }
                ],
            },
        )
        for at in events
    )
