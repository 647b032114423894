"""Commands that finally worked: one that failed, and the next one of its kind that did not. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contextfs.domain.candidate import COMMAND
from contextfs.domain.session import Message
from contextfs.hygiene.phrases import UNMEASURED

_LONGEST = 200
"""Characters of a command that can be typed again."""
_SHARED = 0.5
"""Share of the words of both commands that they have in common; else the second is another command."""
_LOOKING = frozenset(
    """cat ls cd pwd head tail grep rg find which echo tree stat file wc diff sed awk less more man type env
    printenv ps top df du git sleep kill test true false rm mv cp mkdir touch""".split()  # noqa: SIM905
)
"""Programs of which another call is another question, or whose calls nobody wants again."""
_WORD = re.compile(r"[^\s'\"]+")
_LINE = re.compile(
    r"(?i)\b(?:error|failed|failure|not found|no such|cannot|could not|unknown|invalid|denied|refused)\b"
)


class Worked(NamedTuple):
    """A command that worked where another one had failed."""

    kind: str
    text: str
    confidence: float
    message: Message


def commands_in(tools: Sequence[Message]) -> Iterator[Worked]:
    """Each command that worked right after one much like it had failed."""
    failed: dict[str, Message] = {}
    for message in tools:
        command = _command(message)
        program = _program(command)
        if not program:
            continue
        if message.metadata.get("error"):
            failed[program] = message
        elif (before := failed.pop(program, None)) is not None and _is_another(command, _command(before)):
            text = f"`{command}` worked where `{_command(before)}` failed{_because(before.content)}."
            yield Worked(COMMAND, text, UNMEASURED, message)


def _command(message: Message) -> str:
    given = message.metadata.get("command")
    line = given.strip() if isinstance(given, str) else ""
    return "" if "\n" in line or "`" in line or len(line) > _LONGEST else line


def _program(command: str) -> str:
    """The program that a command runs; none for one that only looks at something."""
    words = [
        word for word in _WORD.findall(command) if "=" not in word and word not in ("sudo", "time", "env")
    ]
    name = words[0].rpartition("/")[2] if words else ""
    return "" if name in _LOOKING else name


def _is_another(command: str, before: str) -> bool:
    """Whether it differs from the one that failed, and not so much that it does something else."""
    ours, theirs = set(_WORD.findall(command)), set(_WORD.findall(before))
    return ours != theirs and len(ours & theirs) / len(ours | theirs) >= _SHARED


def _because(output: str) -> str:
    """The line of the output that says why."""
    lines = (" ".join(line.split()) for line in output[-4000:].splitlines())
    line = next((line for line in lines if _LINE.search(line)), "")
    return f": {line[:160].rstrip('. ')}" if line else ""
