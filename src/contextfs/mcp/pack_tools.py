"""The tool that hands over a context pack."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from contextfs.api import ContextFS
from contextfs.domain.pack import ContextPack
from contextfs.mcp.replies import Reply
from contextfs.mcp.rows import Names, ToolRow

_NOTHING = "No memory is relevant to this task."
_NOTHING_YET = "Nothing is remembered here yet."


class PackedOut(BaseModel):
    """One memory of a pack, by its id."""

    id: str


class PackOut(BaseModel):
    """What was in a pack; the text itself is the answer."""

    memories: list[PackedOut]


def contextfs_context(
    ctx: ContextFS,
    task: Annotated[
        str, Field(description="What you are about to do; empty: what a session starts with")
    ] = "",
    files: Annotated[Names, Field(description="Paths it is about")] | None = None,
    budget: Annotated[int, Field(ge=100, le=20_000, description="Tokens")] = 2000,
) -> Reply[PackOut]:
    """The memories that a task needs, whole and within a budget. Call it before a larger task."""
    return _reply(ctx.context(task, files=files or (), budget=budget))


def _reply(pack: ContextPack) -> Reply[PackOut]:
    told = pack.text or (_NOTHING if pack.task else _NOTHING_YET)
    return Reply(told, PackOut(memories=[PackedOut(id=one.id) for one in pack.items]))


PACK_TOOLS = (
    ToolRow(
        contextfs_context, "Context for a task", plain=True, search_hint="context memories for this task"
    ),
)
