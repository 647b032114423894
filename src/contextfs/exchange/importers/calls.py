"""Tool calls of a conversation as turns: what was called, and what came of it.

Calls of our own tools are left out with their answers, and so is what our own command printed: it is recalled text,
which must not come back as something new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from contextfs.domain.transcript import Turn
from contextfs.exchange.cleaning import text as clean
from contextfs.exchange.importers.blocks import list_of, object_of, word
from contextfs.exchange.json_lines import parsed

_OWN_TOOL = re.compile(r"(^|[^a-z])contextfs([^a-z]|$)", re.IGNORECASE)
_OWN_COMMAND = re.compile(r"(^|[\s;&|(`])(?:uvx\s+|python3?\s+-m\s+)?contextfs\s+[a-z]", re.IGNORECASE)
_COMMANDS = ("command", "cmd", "script", "action")
_PATHS = ("file_path", "path", "notebook_path", "filePath", "absolute_path", "filename", "target_file")
_CHANGING = re.compile(r"edit|write|patch|create|replace|insert|delete|notebook", re.IGNORECASE)
_PATCHED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)
_WAITING = 200
"""Calls that are remembered at most for their answers; more are never made at a time."""
_SHELL = frozenset(("bash", "-lc", "-c", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "cmd.exe", "/c"))


class Calls:
    """The tool calls of one conversation, so that an answer is known by what it answers."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._ours: set[str] = set()
        self._waiting: dict[str, str] = {}
        """Calls that have no answer yet."""

    def state(self) -> dict[str, object]:
        """What is to be known when the rest is read another day: which calls wait for their answer."""
        last = list(self._waiting.items())[-_WAITING:]
        return {"names": dict(last), "ours": [call for call, _ in last if call in self._ours]}

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on from such a state."""
        self._names = {str(call): word(name) for call, name in object_of(state.get("names")).items()}
        self._waiting = dict(self._names)
        self._ours = set(map(word, list_of(state.get("ours"))))

    def asked(
        self, call: str, name: str, arguments: object, at: datetime | None, *, key: str = ""
    ) -> Iterator[Turn]:
        """The turn that a call is."""
        self._names[call] = self._waiting[call] = name
        given = _arguments(arguments)
        if is_ours(name) or is_ours(str(given.get("server") or given.get("server_name") or "")):
            self._ours.add(call)
            return
        command = _command(given)
        if _OWN_COMMAND.search(command):
            self._ours.add(call)
        files = _changed(name, given)
        said: dict[str, object] = {"name": name}
        said |= {"command": command} if command else {}
        said |= {"files": files} if files else {}
        yield Turn(key or f"{call}/call", "tool", _shown(name, command, given), at, said)

    def answered(
        self,
        call: str,
        output: object,
        at: datetime | None,
        *,
        key: str = "",
        name: str = "",
        failed: bool = False,
    ) -> Iterator[Turn]:
        """The turn that an answer is, if it says anything."""
        name = name or self._names.get(call, "")
        self._waiting.pop(call, None)
        text = output_text(output)
        if call in self._ours or is_ours(name) or not text.strip():
            return
        said: dict[str, object] = {"name": name or "tool"}
        said |= {"error": True} if failed else {}
        yield Turn(key or f"{call}/result", "tool", text, at, said)


def is_ours(name: str) -> bool:
    """Whether a tool is one of contextfs, however its host spells the name."""
    return bool(_OWN_TOOL.search(name.replace("_", "-")))


def output_text(output: object) -> str:
    """What a tool answered, as text: a text, blocks of text, or JSON."""
    if isinstance(output, str):
        return clean(output)
    if isinstance(output, list):
        parts = (output_text(one) for one in cast("list[object]", output))
        return "\n".join(part for part in parts if part)
    if isinstance(output, Mapping):
        given = cast("Mapping[str, object]", output)
        for name in ("text", "output", "content", "stdout", "error"):
            if isinstance(given.get(name), str | list):
                return output_text(given[name])
        return clean(dict(given))
    return clean(output)


def _arguments(given: object) -> Mapping[str, Any]:
    """The arguments of a call, which some hosts write as a text with JSON in it."""
    if isinstance(given, str):
        return object_of(parsed(given)) or {"input": given}
    return object_of(given)


def _command(given: Mapping[str, Any]) -> str:
    """The shell command in the arguments, without the shell around it."""
    for name in _COMMANDS:
        value = given.get(name)
        if isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get("command")
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list):
            words = [clean(word) for word in cast("list[object]", value)]
            return " ".join(word for word in words if word not in _SHELL)
    return ""


def changed_by(name: str, arguments: object) -> list[str]:
    """The files that a tool call changes, as it names them."""
    return _changed(name, _arguments(arguments))


def _changed(name: str, given: Mapping[str, Any]) -> list[str]:
    """The files that a call changes."""
    if not _CHANGING.search(name):
        return []
    named = [clean(value) for key in _PATHS if isinstance(value := given.get(key), str)]
    texts = (value for value in given.values() if isinstance(value, str))
    return named + [found.strip() for text in texts for found in _PATCHED.findall(clean(text))]


def _shown(name: str, command: str, given: Mapping[str, Any]) -> str:
    """A call as it is read: the command of a shell, else the arguments whole."""
    if command:
        return f"{name}: {command}"
    if list(given) == ["input"]:
        return f"{name}: {clean(given['input'])}"
    return f"{name} {clean(dict(given))}" if given else name
