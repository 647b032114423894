"""What the tools are described with: the row of a tool in their table, and the kinds of arguments they share."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from contextfs.domain.memory import STATUSES
from contextfs.domain.memory_types import MemoryType
from contextfs.mcp.replies import Reply

CALLER: ContextVar[str] = ContextVar("caller", default="")
"""The tool that the calling client is, such as ``claude-code``; empty when nobody knows."""


def _as_list(value: object) -> object:
    """Models write `a, b` where a list is asked for."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


TypeName = Annotated[str, Field(json_schema_extra={"enum": [str(name) for name in MemoryType]})]
StatusName = Annotated[str, Field(json_schema_extra={"enum": list(STATUSES)})]
Names = Annotated[list[str], BeforeValidator(_as_list)]
Moment = Annotated[str, Field(description="Such as 2026-01-15, 7d, last week")]
Id = Annotated[str, Field(description="Id of the memory, or its first 6+ characters")]
Everywhere = Annotated[bool, Field(description="Look in every namespace")]


class ToolRow(NamedTuple):
    """One tool: its function, a title for people, and what a host should know before it allows the call."""

    function: Callable[..., Reply[Any]]
    title: str
    writes: bool = False
    destroys: bool = False
    embeds: bool = False
    """There may be vectors to make after it; only then a model may be loaded in the background."""
    always: bool = False
    """Hosts that hide tools until they are searched for shall show this one at once."""
    logged: bool = True
    """Whether its calls are kept as messages of the client's session; the tools of sessions write there themselves."""
    linked: bool = False
    """Whether what it saves is linked to the session, which therefore has to be going on."""
    plain: bool = False
    """Whether its answer is the text alone: some hosts show a model the structure too, and a long text is then paid for
    twice."""
    search_hint: str = ""

    @property
    def name(self) -> str:
        """The name that clients call it by."""
        return self.function.__name__
