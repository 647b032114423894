"""The tools: one plain function each, which calls one method of the front door and answers in words.

A tool's name, description and arguments are what a model reads before every conversation, so each word here is
paid for many times; `TOOLS` is the table from which the server, the reference page and the tests take them.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import Field

from contextfs.api import ContextFS
from contextfs.api.drafts import query_of
from contextfs.domain.memory import Draft, Memory, Saved
from contextfs.domain.memory_types import MemoryType
from contextfs.mcp.import_tools import IMPORT_TOOLS
from contextfs.mcp.index_tools import INDEX_TOOLS
from contextfs.mcp.pack_tools import PACK_TOOLS
from contextfs.mcp.replies import (
    ChangedOut,
    ListOut,
    MemoryOut,
    Reply,
    SavedOut,
    SearchOut,
    changed_reply,
    list_reply,
    memory_reply,
    saved_reply,
    search_reply,
)
from contextfs.mcp.rows import CALLER, Everywhere, Id, Moment, Names, StatusName, ToolRow, TypeName
from contextfs.mcp.session_tools import SESSION_TOOLS, begun
from contextfs.mcp.why_tools import WHY_TOOLS

UNCHANGED = cast("str", None)
"""The text that nobody gave. Of an argument that is called `str | None` the SDK parses what looks like JSON."""


def contextfs_save(
    ctx: ContextFS,
    content: Annotated[str, Field(description="What and why, with the names one would search for")] = "",
    type: Annotated[TypeName, Field(description="; ".join(f"{t}: {t.purpose}" for t in MemoryType))] = "fact",
    tags: Names | None = None,
    summary: Annotated[str, Field(description="One line")] = "",
    project: Annotated[str, Field(description="Shares it across repositories")] = "",
    files: Annotated[Names, Field(description="Paths it is about")] | None = None,
    metadata: dict[str, Any] | None = None,
    namespace: str = "",
    save_session: Annotated[
        str, Field(description='"current" ends this session and saves content, or a summary made of it')
    ] = "",
    label: Annotated[str, Field(description="Names the session")] = "",
) -> Reply[SavedOut]:
    """Save a decision, solved error, pattern, procedure, fact or preference as soon as it is settled, or a session."""
    if save_session or label:
        if save_session in ("", "current"):
            begun(ctx)  # as the caller's, where there is none
        return saved_reply(Saved(_saved_session(ctx, save_session, label, content, tags, project), True))
    draft = Draft(
        content,
        type=type or MemoryType.FACT,
        tags=tags or (),
        summary=summary,
        project=project or None,
        files=files or (),
        metadata=metadata or {},
        namespace=namespace or None,
        source_tool=CALLER.get() or None,
    )
    return saved_reply(ctx.put(draft))


def _saved_session(
    ctx: ContextFS, which: str, label: str, content: str, tags: list[str] | None, project: str
) -> Memory:
    """The memory that a session becomes; a label alone means the current one."""
    return ctx.save(
        content,
        save_session=which or "current",
        label=label or None,
        tags=tags or (),
        project=project or None,
        source_tool=CALLER.get() or None,
    )


def contextfs_search(
    ctx: ContextFS,
    query: Annotated[str, Field(description="Words or a question; empty lists the newest")] = "",
    type: TypeName = "",
    tags: Annotated[Names, Field(description="All of them")] | None = None,
    project: str = "",
    source_repo: str = "",
    source_tool: str = "",
    since: Moment = "",
    until: str = "",
    metadata_filter: dict[str, Any] | None = None,
    namespace: str = "",
    all: Everywhere = False,
    limit: Annotated[int, Field(ge=1, le=50)] = 8,
) -> Reply[SearchOut]:
    """Search the memories by meaning and words. Do it before implementing, deciding or debugging."""
    given = {
        "type": type,
        "tags": tags,
        "project": project,
        "source_repo": source_repo,
        "source_tool": source_tool,
        "since": since,
        "until": until,
        "metadata": metadata_filter,
        "namespace": namespace,
        "all": all,
    }
    question = query_of(query, limit, given, ctx.scope)
    plain = not question.filters.selective and not all and not namespace
    return search_reply(ctx.ask(question), question, ctx.beside(query) if plain else ())


def contextfs_recall(ctx: ContextFS, id: Id) -> Reply[MemoryOut]:
    """Get one memory whole, with where it came from."""
    return memory_reply(ctx.freshness(id))


def contextfs_list(
    ctx: ContextFS,
    type: TypeName = "",
    tags: Names | None = None,
    project: str = "",
    source_repo: str = "",
    source_tool: str = "",
    since: Moment = "",
    status: StatusName = "",
    namespace: str = "",
    all: Everywhere = False,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    offset: Annotated[int, Field(ge=0)] = 0,
) -> Reply[ListOut]:
    """List memories by title, newest first."""
    given = {
        "type": type,
        "tags": tags,
        "project": project,
        "source_repo": source_repo,
        "source_tool": source_tool,
        "since": since,
        "status": status,
        "namespace": namespace,
        "all": all,
        "offset": offset,
    }
    return list_reply(ctx.listing(query_of("", limit, given, ctx.scope)), offset)


def contextfs_update(
    ctx: ContextFS,
    id: Id,
    content: str = UNCHANGED,
    type: TypeName = "",
    tags: Annotated[Names, Field(description="Replaces all tags")] | None = None,
    summary: str = UNCHANGED,
    project: str = UNCHANGED,
    files: Names | None = None,
    metadata: dict[str, Any] | None = None,
    status: StatusName = "",
    namespace: Annotated[str, Field(description="Moves it")] = "",
) -> Reply[ChangedOut]:
    """Change a memory. What is not given stays, "" clears; the old text stays in its history."""
    memory = ctx.update(
        id,
        content,
        type=type or None,
        tags=tags,
        summary=summary,
        project=project,
        metadata=metadata,
        files=files,
        status=status or None,
        namespace=namespace or None,
    )
    return changed_reply("Updated", memory)


def contextfs_delete(ctx: ContextFS, id: Id) -> Reply[ChangedOut]:
    """Delete a memory. For one that is outdated, prefer contextfs_update with status deprecated."""
    gone = ctx.delete(id)
    return changed_reply(
        "Deleted",
        gone,
        f"Its history is kept: `contextfs restore {gone.short_id}` brings it back, `contextfs erase {gone.short_id}`"
        " removes the text for good.",
    )


TOOLS = (
    ToolRow(
        contextfs_save,
        "Save memory",
        writes=True,
        embeds=True,
        always=True,
        linked=True,
        search_hint="remember save decision fact error",
    ),
    ToolRow(
        contextfs_search,
        "Search memories",
        embeds=True,
        always=True,
        search_hint="recall project memory past decisions",
    ),
    ToolRow(contextfs_recall, "Get memory", always=True, search_hint="read one memory by id"),
    ToolRow(contextfs_list, "List memories", search_hint="recent memories overview"),
    ToolRow(
        contextfs_update,
        "Update memory",
        writes=True,
        destroys=True,
        embeds=True,
        search_hint="correct deprecate memory",
    ),
    ToolRow(
        contextfs_delete, "Delete memory", writes=True, destroys=True, search_hint="forget remove memory"
    ),
    *SESSION_TOOLS,
    *IMPORT_TOOLS,
    *WHY_TOOLS,
    *INDEX_TOOLS,
    *PACK_TOOLS,
)
