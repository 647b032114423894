"""The tool that explains code, with its row of the table."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from contextfs.api import ContextFS
from contextfs.domain.lineage import Behind, Explanation, Wrote
from contextfs.mcp.replies import NOT_INSTRUCTIONS, MemoryOut, Reply, memory_out, moment
from contextfs.mcp.rows import ToolRow

_EXCERPT = 1_200
_COMMITS = 5


class BehindOut(BaseModel):
    """One memory behind the place."""

    weight: float
    because: list[str]
    memory: MemoryOut


class CommitOut(BaseModel):
    """One commit that wrote it."""

    commit: str
    subject: str
    author: str
    at: str
    lines: int


class WhyOut(BaseModel):
    """Why code is as it is."""

    place: str
    memories: list[BehindOut]
    commits: list[CommitOut]
    sessions: list[str]
    note: str


def contextfs_why(
    ctx: ContextFS,
    place: Annotated[str, Field(description="PATH, PATH:LINE, PATH:START-END or PATH::symbol")],
    limit: Annotated[int, Field(ge=1, le=20)] = 5,
) -> Reply[WhyOut]:
    """Why code is as it is: decisions, errors and commits behind it. Call it before changing code that looks odd."""
    return _reply(ctx.why(place, limit))


def _reply(found: Explanation) -> Reply[WhyOut]:
    memories = [
        BehindOut(
            weight=one.weight, because=list(one.because), memory=memory_out(one.memory, _EXCERPT, one.marks)
        )
        for one in found.memories
    ]
    commits = [_commit(one) for one in sorted(found.commits, key=lambda one: -one.lines)[:_COMMITS]]
    sessions = [
        f"{one.short_id} {one.label or one.summary[:80]}".strip() for one in found.sessions[:_COMMITS]
    ]
    note = " ".join([NOT_INSTRUCTIONS if memories else "No memory is connected with it.", *found.notes])
    lines = [f"Why {found.place}:"]
    lines += [_line(one) for one in found.memories]
    lines += [
        f"- commit {one.commit} {one.subject} ({one.author}, {one.at}; {one.lines} lines)" for one in commits
    ]
    lines += [f"- session {one}" for one in sessions]
    return Reply(
        "\n".join([*lines, note]),
        WhyOut(place=str(found.place), memories=memories, commits=commits, sessions=sessions, note=note),
    )


def _line(one: Behind) -> str:
    content = memory_out(one.memory, _EXCERPT).content
    marks = "".join(f" ({mark})" for mark in one.marks)
    head = f"- [{one.weight:.2f}] [{one.memory.type}] {one.memory.short_id}{marks}"
    return f"{head}: {content}\n  ({'; '.join(one.because)})"


def _commit(one: Wrote) -> CommitOut:
    commit = one.commit
    return CommitOut(
        commit=commit.short,
        subject=commit.subject,
        author=commit.author,
        at=moment(commit.at),
        lines=one.lines,
    )


WHY_TOOLS = (ToolRow(contextfs_why, "Explain code", search_hint="why code decision blame history"),)
