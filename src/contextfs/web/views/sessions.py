"""Sessions: the conversations that were recorded, what was said in them, and the memories that came out of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from contextfs.domain.memory import Memory
from contextfs.domain.session import Message, Session
from contextfs.web.asked import Asked, Done, Page, Place, View

PLACE = Place("/sessions", "Sessions", "sessions", "c")
_PAGE, _TURNS = 30, 60
_LONGEST = 20_000
"""Characters of one message that are drawn; the rest is in `contextfs load-session`."""
_UNKNOWN = datetime.max.replace(tzinfo=UTC)


class Row(NamedTuple):
    """One session in the list, with where it answers a query."""

    session: Session
    excerpt: str = ""
    relevance: float | None = None
    place: int = 0


class Turn(NamedTuple):
    """One message at its place, and the memories that were saved before the next one."""

    place: int
    message: Message
    name: str
    """Of a tool message, the tool."""
    content: str
    hidden: int
    """Characters that are left out."""
    memories: Sequence[Memory]


def listing(asked: Asked) -> Page:
    """The latest sessions, or those in which a query is answered."""
    text, offset = asked.word("q"), asked.number("offset", 0)
    how: dict[str, Any] = {name: asked.word(name) or None for name in ("tool", "project", "since", "until")}
    everywhere = bool(asked.word("all"))
    if text:
        found = asked.ctx.sessions.search(text, _PAGE, **how, all=everywhere)
        rows, more = [Row(one.session, one.excerpt, one.relevance, one.place) for one in found], 0
    else:
        latest = asked.ctx.list_sessions(_PAGE + 1, offset=offset, **how, all=everywhere)
        rows, more = [Row(one) for one in latest[:_PAGE]], offset + _PAGE if len(latest) > _PAGE else 0
    values = {
        "rows": rows,
        "more": more,
        "first": not offset,
        "asked": {**how, "q": text, "all": asked.word("all")},
    }
    return Page("sessions/rows.html" if asked.partial else "sessions/page.html", values, "Sessions")


def show(asked: Asked) -> Page:
    """One session: its summary, what was said from a place on, and the memories at the places where they were saved."""
    session = asked.ctx.load_session(session_id=asked.path["id"])
    memories = asked.ctx.sessions.memories(session.id)
    first = max(0, min(asked.number("from", 1), max(1, len(session.messages))) - 1)
    values: dict[str, object] = {
        "session": session._replace(messages=()),
        "turns": _turns(session.messages, memories, first),
        "before": max(0, first - _TURNS) + 1 if first else 0,
        "after": first + _TURNS + 1 if first + _TURNS < len(session.messages) else 0,
        "memories": memories,
    }
    if asked.partial:
        return Page("sessions/turns.html", values)
    values["files"] = asked.ctx.sessions.files(session.id)[:40]
    return Page("sessions/session.html", values, title_of(session))


def title_of(session: Session) -> str:
    """What to call a session."""
    return session.label or session.summary.strip().partition("\n")[0][:80] or f"Session {session.short_id}"


def _turns(messages: Sequence[Message], memories: Sequence[Memory], first: int) -> list[Turn]:
    saved = _by_place(messages, memories)
    shown = range(first, min(first + _TURNS, len(messages)))
    return [_turn(messages[place], place + 1, saved.get(place, ())) for place in shown]


def _turn(message: Message, place: int, memories: Sequence[Memory]) -> Turn:
    text = message.content
    name = str(message.metadata.get("name") or "")
    return Turn(place, message, name, text[:_LONGEST], max(0, len(text) - _LONGEST), memories)


def _by_place(messages: Sequence[Message], memories: Sequence[Memory]) -> Mapping[int, Sequence[Memory]]:
    """Index of a message -> the memories saved after it and before the next; without times they stand at the end."""
    times, latest = list[datetime](), datetime.min.replace(tzinfo=UTC)
    for (
        message
    ) in messages:  # some have no time, and clocks go back: each counts as not before the one above it
        latest = max(latest, message.at or latest)
        times.append(latest)
    found: dict[int, list[Memory]] = {}
    for memory in memories:
        after = bisect_right(times, memory.created_at or _UNKNOWN) - 1
        found.setdefault(min(max(after, 0), len(messages) - 1), []).append(memory)
    return found


def rename(asked: Asked) -> Done:
    """Give the session another label."""
    session = asked.ctx.update_session(asked.path["id"], label=asked.word("label"))
    return Done(f"Labelled “{title_of(session)}”.", goto=f"/sessions/{session.id}")


def delete(asked: Asked) -> Done:
    """Delete the session; undo brings it back."""
    session = asked.ctx.delete_session(asked.path["id"])
    return Done(f"Deleted “{title_of(session)}”.", goto="/sessions")


ROUTES = (
    View("GET", "/sessions", listing),
    View("GET", "/sessions/{id}", show),
    View("POST", "/sessions/{id}/label", rename, "writing"),
    View("POST", "/sessions/{id}/delete", delete, "writing"),
)
