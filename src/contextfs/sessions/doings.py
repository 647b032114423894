"""Doings: what was done in a conversation, by its tool calls: files changed, commands run, memories saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.domain.session import Message

_FILES, _COMMANDS, _SAVED, _ASKED = 8, 4, 6, 5
_COMMAND_CHARACTERS = 80
_TITLE_CHARACTERS = 140
_LOOKING = frozenset(
    ("cat", "cd", "echo", "find", "grep", "head", "less", "ls", "pwd", "rg", "sed", "tail", "wc", "which")
)
"""Commands that change nothing and tell nothing afterwards."""


class Doings(NamedTuple):
    """What the tool calls of a conversation did, each thing once, in order."""

    files: Sequence[str] = ()
    commands: Sequence[str] = ()
    saved: Sequence[str] = ()
    """The titles of memories that were saved or changed."""
    asked: Sequence[str] = ()
    """What was searched for in the memory."""
    calls: Mapping[str, int] = {}
    """How often each tool was called."""

    def lines(self) -> list[str]:
        """Files and commands as two lines for a list of changes."""
        told: list[str] = []
        if self.files:
            told.append(f"Files: {_some(_short_paths(self.files), _FILES)}")
        if self.commands:
            told.append(f"Ran: {_some([f'`{command}`' for command in self.commands], _COMMANDS)}")
        return told

    def saved_lines(self) -> list[str]:
        """One line for each memory that was saved."""
        more = len(self.saved) - _SAVED
        return [*self.saved[:_SAVED], *([f"and {more} more"] if more > 0 else [])]

    def asked_line(self) -> str:
        """What was searched for, in one line."""
        return f"Searched for: {_some([f'“{query}”' for query in self.asked], _ASKED)}"

    def calls_line(self) -> str:
        """Which tools were called how often, the most used first."""
        ranked = sorted(self.calls.items(), key=lambda one: -one[1])
        return _some([f"{name} {count} time{'s' * (count > 1)}" for name, count in ranked], _FILES)


def doings_of(messages: Iterable[Message]) -> Doings:
    """What the tool messages of a conversation did; a call that failed did nothing."""
    files: dict[str, None] = {}
    commands: dict[str, None] = {}
    saved: dict[str, None] = {}
    asked: dict[str, None] = {}
    calls: dict[str, int] = {}
    for message in messages:
        if message.role != "tool":
            continue
        told = message.metadata
        name = _text(told.get("name")) or "a tool"
        calls[name] = calls.get(name, 0) + 1
        if told.get("error"):
            continue
        files |= dict.fromkeys(_texts(told.get("files")))
        commands |= dict.fromkeys(_worth_telling(_text(told.get("command"))))
        saved |= dict.fromkeys(_texts(told.get("saved"), _TITLE_CHARACTERS))
        asked |= dict.fromkeys(_texts(told.get("asked"), _COMMAND_CHARACTERS))
    return Doings(tuple(files), tuple(commands), tuple(saved), tuple(asked), calls)


def _worth_telling(command: str) -> list[str]:
    """The first line of a command, unless it only looks at something."""
    line = command.strip().partition("\n")[0].strip()
    words = line.split()
    if not words or words[0].rpartition("/")[2] in _LOOKING:
        return []
    return [_cut(line, _COMMAND_CHARACTERS)]


def _short_paths(paths: Sequence[str]) -> list[str]:
    """The paths without the directories above the last two, which say nothing to who works there."""
    return ["/".join(path.replace("\\", "/").split("/")[-3:]) for path in paths]


def _some(things: Sequence[str], most: int) -> str:
    shown = ", ".join(things[:most])
    return shown if len(things) <= most else f"{shown} and {len(things) - most} more"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object, most: int = 200) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        return []
    return [
        _cut(" ".join(one.split()), most)
        for one in cast("Sequence[object]", value)
        if isinstance(one, str) and one.strip()
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
