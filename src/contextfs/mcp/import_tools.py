"""The tool that takes in a conversation from elsewhere, with its row of the table."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import BaseModel, Field

from contextfs.api import ContextFS
from contextfs.mcp.replies import Reply
from contextfs.mcp.rows import Names, ToolRow


class ImportedOut(BaseModel):
    """What became of a conversation."""

    memory_id: str
    session_id: str
    label: str
    namespace: str
    messages: int
    summary: str


def contextfs_import_conversation(
    ctx: ContextFS,
    json_content: Annotated[
        dict[str, Any] | list[dict[str, Any]] | str,
        Field(description="An export, or {messages: [{role, content}]}"),
    ],
    summary: Annotated[str, Field(description="What it was about")] = "",
    tags: Names | None = None,
) -> Reply[ImportedOut]:
    """Import a conversation of another assistant as a session, with its summary as an episodic memory."""
    memory = ctx.import_conversation(json_content, summary or None, tags)
    session = ctx.load_session(session_id=memory.session_id)
    count = f"{session.length:,} message{'' if session.length == 1 else 's'}"
    several = memory.metadata.get("sessions")
    others = f" and {len(cast('list[str]', several)) - 1:,} more" if isinstance(several, list) else ""
    named = f"session {session.short_id} '{session.label}' ({count}){others}"
    return Reply(
        f"Imported as {named}; its summary is memory {memory.short_id}.",
        ImportedOut(
            memory_id=memory.id,
            session_id=session.id,
            label=session.label,
            namespace=session.namespace,
            messages=session.length,
            summary=memory.content,
        ),
    )


IMPORT_TOOLS = (
    ToolRow(
        contextfs_import_conversation,
        "Import conversation",
        writes=True,
        embeds=True,
        search_hint="import chat export conversation",
    ),
)
