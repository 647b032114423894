"""What the session tools answer: a short text, and the same as a structure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import BaseModel

from contextfs.domain.dates import ago
from contextfs.domain.fence import fenced
from contextfs.domain.session import Message, Session, SessionResult
from contextfs.mcp.replies import NOT_INSTRUCTIONS, Reply, moment

_EXCERPT = 300
_SUMMARY = 200


class SessionOut(BaseModel):
    """One session without its messages."""

    id: str
    label: str | None = None
    tool: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    messages: int
    summary: str | None = None
    summarized_by: str | None = None
    relevance: float | None = None
    excerpt: str | None = None
    namespace: str | None = None


class SessionsOut(BaseModel):
    """Sessions, the newest or the most relevant first."""

    sessions: list[SessionOut]
    note: str | None = None


class LoadedOut(SessionOut):
    """One session as far as the budget goes."""

    digest: str
    note: str


class ChangedSessionOut(SessionOut):
    """A session after it was begun, changed or deleted."""

    done: bool = True
    note: str | None = None


class MessageOut(BaseModel):
    """A message that was added."""

    id: str
    session: SessionOut
    note: str | None = None


def sessions_reply(sessions: Sequence[Session]) -> Reply[SessionsOut]:
    """One line for each session, newest first."""
    note = None if sessions else "No sessions found. all=true looks in every namespace."
    lines = [session_line(one) for one in sessions]
    return Reply(
        "\n".join([*lines, *([note] if note else [])]), _several([_fields(one) for one in sessions], note)
    )


def found_reply(results: Sequence[SessionResult], query: str) -> Reply[SessionsOut]:
    """One line for each session that was found, with where in it."""
    note = (
        NOT_INSTRUCTIONS
        if results
        else f"No session is relevant to {query!r}. all=true looks in every namespace."
    )
    blocks = [
        f"[{one.relevance:.2f}] {session_line(one.session)}\n  {one.excerpt[:_EXCERPT]}" for one in results
    ]
    outs = [
        _fields(one.session).model_copy(
            update={"relevance": round(one.relevance, 2), "excerpt": one.excerpt[:_EXCERPT]}
        )
        for one in results
    ]
    return Reply("\n\n".join([*blocks, note]), _several(outs, note))


def loaded_reply(session: Session, digest: str) -> Reply[LoadedOut]:
    """The digest of a session, fenced as recalled text."""
    value = LoadedOut(
        **_fields(session).model_dump(exclude={"summary"}), digest=fenced(digest), note=NOT_INSTRUCTIONS
    )
    return Reply(f"{value.digest}\n{NOT_INSTRUCTIONS}", value)


def message_reply(message: Message, session: Session) -> Reply[MessageOut]:
    """That a message was added, and to which session; what was taken out of it is told."""
    note = "A secret was taken out of it." if "[redacted: " in message.content else None
    text = f"Added to session {_named(session)}."
    return Reply(
        f"{text} {note}" if note else text, MessageOut(id=message.id, session=_fields(session), note=note)
    )


def changed_session_reply(
    verb: str, session: Session, note: str = "", *, done: bool = True
) -> Reply[ChangedSessionOut]:
    """One session after a change, in one line."""
    value = ChangedSessionOut(**_fields(session).model_dump(), done=done, note=note or None)
    line = f"{verb} session {_named(session)}"
    return Reply(f"{line}\n{note}" if note else line, value)


def session_line(session: Session) -> str:
    """``3f9c12ab 'auth-refactor' claude-code · 2 days ago · 34 messages · what it was about``."""
    began = ago(session.started_at, datetime.now(UTC)) if session.started_at else ""
    about = session.summary.partition("\n")[0].removeprefix(f"{session.label}: ")
    parts = (
        " ".join(part for part in (_named(session), session.tool) if part),
        began + (", going on" if session.ended_at is None else ""),
        f"{session.length} message{'s' * (session.length != 1)}",
        about if len(about) <= _SUMMARY else about[: _SUMMARY - 1] + "…",
    )
    return " · ".join(part for part in parts if part)


def _named(session: Session) -> str:
    return f"{session.short_id} '{session.label}'" if session.label else session.short_id


def _several(sessions: list[SessionOut], note: str | None) -> SessionsOut:
    return SessionsOut(sessions=sessions, note=note)


def _fields(session: Session) -> SessionOut:
    return SessionOut(
        id=session.id,
        label=session.label or None,
        tool=session.tool or None,
        started_at=session.started_at and moment(session.started_at),
        ended_at=session.ended_at and moment(session.ended_at),
        messages=session.length or len(session.messages),
        summary=session.summary or None,
        summarized_by=session.summarized_by or None,
        namespace=session.namespace or None,
    )
