"""Consent: before something is deleted the person is asked, where the client can ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

import anyio.to_thread
from mcp.server.elicitation import AcceptedElicitation
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field

from contextfs.mcp.replies import ChangedOut, Reply, changed_reply
from contextfs.mcp.rows import Id
from contextfs.mcp.session_replies import ChangedSessionOut, changed_session_reply
from contextfs.mcp.session_tools import SessionId, contextfs_delete_session
from contextfs.mcp.tools import contextfs_delete

if TYPE_CHECKING:
    from contextfs.api import ContextFS


class Confirm(BaseModel):
    """The answer of the person who is asked before a memory is deleted."""

    delete: bool = Field(default=False, description="Delete this memory?")


class ConfirmSession(BaseModel):
    """The answer of the person who is asked before a session is deleted."""

    delete: bool = Field(default=False, description="Delete this session?")


async def _ask_delete(id: str, context: Context[Any, Any]) -> Confirm | Elicit[Confirm]:
    """Ask the person where the client can; elsewhere the call is the consent, since a delete can be undone."""
    if not _can_ask(context):
        return Confirm(delete=True)
    memory = await anyio.to_thread.run_sync(_front(context).recall, id)
    return Elicit(f"Delete the {memory.type} memory {memory.short_id}, {memory.title!r}?", Confirm)


async def _ask_delete_session(id: str, context: Context[Any, Any]) -> ConfirmSession | Elicit[ConfirmSession]:
    if not _can_ask(context):
        return ConfirmSession(delete=True)
    session = await anyio.to_thread.run_sync(_front(context).load_session, id)
    named = f"{session.short_id} {session.label!r}" if session.label else session.short_id
    return Elicit(f"Delete the session {named} with {len(session.messages)} messages?", ConfirmSession)


def _confirmed_delete(
    id: Id,
    context: Context[Any, Any],
    answer: Annotated[ElicitationResult[Confirm], Resolve(_ask_delete)],
) -> Reply[ChangedOut]:
    """Delete a memory when nobody objects."""
    front = _front(context)
    if isinstance(answer, AcceptedElicitation) and answer.data.delete:
        return contextfs_delete(front, id)
    memory = front.recall(id)
    note = f"The user did not agree. They can do it with: contextfs delete {memory.short_id}"
    return changed_reply("Not deleted:", memory, note, done=False)


def _confirmed_delete_session(
    id: SessionId,
    context: Context[Any, Any],
    answer: Annotated[ElicitationResult[ConfirmSession], Resolve(_ask_delete_session)],
) -> Reply[ChangedSessionOut]:
    """Delete a session when nobody objects."""
    front = _front(context)
    if isinstance(answer, AcceptedElicitation) and answer.data.delete:
        return contextfs_delete_session(front, id)
    session = front.load_session(id)
    note = f"The user did not agree. They can do it with: contextfs session delete {session.short_id}"
    return changed_session_reply("Not deleted:", session, note, done=False)


CONFIRMED: dict[Callable[..., Reply[Any]], Callable[..., Reply[Any]]] = {
    contextfs_delete: _confirmed_delete,
    contextfs_delete_session: _confirmed_delete_session,
}
"""The tools that ask first, each with what the server calls in its place."""


def _can_ask(context: Context[Any, Any]) -> bool:
    capabilities = context.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    return asking is not None and (asking.form is not None or asking.url is None)


def _front(context: Context[Any, Any]) -> ContextFS:
    return cast("Any", context.mcp_server).front
