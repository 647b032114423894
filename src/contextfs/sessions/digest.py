"""Digest: a session in so many tokens, fit for a prompt: what came of it first, then how it ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.session import Message, Session
from contextfs.domain.summary import Summary

_CHARACTERS = 4
"""Of a token; models differ, and near is enough."""
_SUMMARY, _DECISIONS, _MEMORIES, _TURN = 0.4, 0.2, 0.15, 0.25
"""Shares of what is left of the budget; what one part leaves over goes to those after it."""
_LAST = "Last turns"
_TOOL_LINE = 120
_SHORTEST = 40
"""Characters below which a piece of a turn tells nothing."""


def digest(session: Session, summary: Summary, memories: Sequence[Memory], budget: int) -> str:
    """The session in at most about `budget` tokens."""
    parts = [heading(session)]
    text = session.summary or summary.text

    def room(share: float = 1.0) -> int:
        """Characters for the next part, from what those before it left."""
        return int((budget * _CHARACTERS - sum(len(part) + 2 for part in parts)) * share)

    parts.append(f"Summary\n{beginning(text, room(_SUMMARY))}")
    decided = [one.title for one in memories if one.type == MemoryType.DECISION]
    decided += [one for one in summary.decisions if one not in text]
    parts += _listed("Decisions", dict.fromkeys(decided), room(_DECISIONS))
    others = [one for one in memories if one.type != MemoryType.DECISION and text not in one.content]
    named = (f"{one.short_id} [{one.type}] {one.title}" for one in others)
    parts += _listed("Memories saved", named, room(_MEMORIES))
    parts += _listed_turns(session.messages, room())
    return "\n\n".join(parts)


def heading(session: Session) -> str:
    """``Session 'auth-refactor' (3f9c12ab), claude-code, 2026-11-20 14:05 to 16:20, 34 messages``."""
    label = f"'{session.label}' ({session.short_id})" if session.label else session.short_id
    count = session.length or len(session.messages)
    parts = [label, session.tool, _times(session), f"{count} message{'' if count == 1 else 's'}"]
    return "Session " + ", ".join(part for part in parts if part)


def _times(session: Session) -> str:
    if session.started_at is None:
        return ""
    began = session.started_at.astimezone()
    if session.ended_at is None:
        return f"{began:%Y-%m-%d %H:%M}, going on"
    over = session.ended_at.astimezone()
    same_day = began.date() == over.date()
    return f"{began:%Y-%m-%d %H:%M} to {over:%H:%M}" if same_day else f"{began:%Y-%m-%d} to {over:%Y-%m-%d}"


def _listed(title: str, items: Iterable[str], room: int) -> list[str]:
    """A list under its title, as many items as there is room for; nothing when there are none."""
    lines: list[str] = []
    room -= len(title)
    for item in items:
        line = f"- {' '.join(item.split())}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return ["\n".join([title, *lines])] if lines else []


def _listed_turns(messages: Sequence[Message], room: int) -> list[str]:
    """The end of the conversation, whole messages as far as there is room, long ones cut."""
    room -= len(_LAST)
    most = max(_SHORTEST, int(room * _TURN))
    lines: list[str] = []
    for message in reversed(messages):
        line = turn(message, most)
        if len(line) + 1 > room:
            break
        lines.append(line)
        room -= len(line) + 1
    return ["\n".join([_LAST, *reversed(lines)])] if lines else []


def turn(message: Message, most: int) -> str:
    """One message with its role in at most so many characters; of a tool's output its first line."""
    if message.role == "tool":
        name = str(message.metadata.get("name") or "tool")
        first = message.content.strip().partition("\n")[0]
        return f"[{name}] {beginning(first, min(most, _TOOL_LINE))}"
    return f"[{message.role}] {beginning(message.content.strip(), most)}"


def beginning(text: str, most: int) -> str:
    """The text in at most so many characters, cut between words."""
    text = text.strip()
    if len(text) <= most:
        return text
    if most < _SHORTEST:
        return text[: max(0, most)]
    head = text[: most - 2]
    space = max(head.rfind(" "), head.rfind("\n"))
    return f"{head[:space] if space > most // 2 else head} …"
