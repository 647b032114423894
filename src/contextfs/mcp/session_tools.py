"""The tools of sessions: plain functions like those of `tools`, with their own rows of the table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contextfs.api import ContextFS
from contextfs.domain.session import Session
from contextfs.errors import InvalidInput
from contextfs.mcp.replies import Reply
from contextfs.mcp.rows import CALLER, Moment, ToolRow
from contextfs.mcp.session_replies import (
    ChangedSessionOut,
    LoadedOut,
    MessageOut,
    SessionsOut,
    changed_session_reply,
    found_reply,
    loaded_reply,
    message_reply,
    sessions_reply,
)

SessionId = Annotated[str, Field(description='Id, its first 6+ characters, or "current"')]


def contextfs_sessions(
    ctx: ContextFS,
    query: Annotated[str, Field(description="What they were about; empty lists the newest")] = "",
    label: str = "",
    tool: str = "",
    since: Moment = "",
    until: str = "",
    all: bool = False,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
) -> Reply[SessionsOut]:
    """List or search earlier sessions of all assistants."""
    who, named, first, last = tool or None, label or None, since or None, until or None
    if query.strip():
        found = ctx.sessions.search(query, limit, tool=who, label=named, since=first, until=last, all=all)
        return found_reply(found, query)
    return sessions_reply(ctx.list_sessions(limit, who, named, first, last, all=all))


def contextfs_load_session(
    ctx: ContextFS,
    id: str = "",
    label: str = "",
    query: Annotated[str, Field(description="What it was about")] = "",
    since: Moment = "",
    until: str = "",
    tool: str = "",
    budget: Annotated[int, Field(ge=100, le=50_000, description="Tokens")] = 2000,
) -> Reply[LoadedOut]:
    """Resume a session by id, label, date or topic: summary, decisions, last turns. Without arguments, the latest."""
    about, first, last, who = query or None, since or None, until or None, tool or None
    # The session that this very call is part of is not the latest one that is meant.
    session = ctx.load_session(id or None, label or None, about, first, last, who, skip_current=True)
    return loaded_reply(session, ctx.sessions.digest(session, budget))


def contextfs_message(
    ctx: ContextFS,
    role: Literal["user", "assistant"],
    content: str,
) -> Reply[MessageOut]:
    """Record an important exchange in the current session."""
    begun(ctx)
    message = ctx.add_message(role, content)
    return message_reply(message, begun(ctx))


def contextfs_update_session(
    ctx: ContextFS,
    id: Annotated[str, Field(description="Empty: the current session")] = "",
    label: str = "",
    summary: str = "",
    new: Annotated[bool, Field(description="Start a new session")] = False,
) -> Reply[ChangedSessionOut]:
    """Label the current or another session, or start a new one."""
    if new:
        if id:
            raise InvalidInput("A new session has no id yet.", hint="Leave out id, or leave out new.")
        session = ctx.start_session(tool=CALLER.get() or None, label=label)
        if summary:
            session = ctx.update_session(session, summary=summary)
        return changed_session_reply("Started", session)
    which = id if id and id != "current" else begun(ctx).id
    session = ctx.update_session(which, label or None, summary or None)
    return changed_session_reply("Updated", session)


def contextfs_delete_session(ctx: ContextFS, id: SessionId) -> Reply[ChangedSessionOut]:
    """Delete a session."""
    gone = ctx.delete_session(id)
    return changed_session_reply(
        "Deleted",
        gone,
        f"Its messages are kept until `contextfs erase {gone.short_id}`; `contextfs undo` brings it back.",
    )


def begun(ctx: ContextFS) -> Session:
    """The session that this client has going on, begun now if there is none."""
    return ctx.sessions.current() or ctx.start_session(tool=CALLER.get() or None)


SESSION_TOOLS = (
    ToolRow(
        contextfs_sessions, "List sessions", embeds=True, logged=False, search_hint="recent sessions history"
    ),
    ToolRow(
        contextfs_load_session,
        "Load session",
        logged=False,
        search_hint="resume continue yesterday session",
    ),
    ToolRow(
        contextfs_message,
        "Record message",
        writes=True,
        embeds=True,
        logged=False,
        search_hint="log message session",
    ),
    ToolRow(
        contextfs_update_session,
        "Label or start session",
        writes=True,
        logged=False,
        search_hint="label start new session",
    ),
    ToolRow(
        contextfs_delete_session,
        "Delete session",
        writes=True,
        destroys=True,
        logged=False,
        search_hint="forget remove session",
    ),
)
