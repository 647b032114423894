"""The tools of the repository index, with their rows of the table."""

from __future__ import annotations

from pydantic import BaseModel

from contextfs.api import ContextFS
from contextfs.domain.indexed import IndexStatus
from contextfs.mcp.replies import Reply
from contextfs.mcp.rows import ToolRow


class IndexOut(BaseModel):
    """How far a repository is indexed."""

    root: str
    files: int
    passages: int
    commits: int
    changed: int
    waiting: int
    left_out: dict[str, int]
    secrets: list[str]
    indexed_at: str
    running: str


def contextfs_index(ctx: ContextFS, path: str = "", force: bool = False) -> Reply[IndexOut]:
    """Index a repository's code and commits for search, if the user agrees. Returns at once."""
    running = ctx.indexes.status(path).running and not ctx.indexes.status(path).running.startswith("failed")
    told = "Indexing has begun"
    if running:
        told = "Indexing is under way" + (", and all of it will be done anew after that" if force else "")
    return _reply(ctx.indexes.start(path, force=force), f"{told}; contextfs_index_status tells more.")


def contextfs_index_status(ctx: ContextFS, path: str = "") -> Reply[IndexOut]:
    """How far a repository is indexed."""
    found = ctx.indexes.status(path)
    if found.indexed_at is None and not found.running:
        return _reply(found, f"{found.root} is not indexed.")
    state = f"Under way: {found.running}." if found.running else f"Indexed {found.indexed_at}."
    stale = f" {found.changed} files changed since." if found.changed else ""
    return _reply(
        found,
        f"{found.root}: {found.files} files, {found.passages} passages, {found.commits} commits. {state}{stale}",
    )


def _reply(found: IndexStatus, told: str) -> Reply[IndexOut]:
    return Reply(
        told,
        IndexOut(
            root=found.root,
            files=found.files,
            passages=found.passages,
            commits=found.commits,
            changed=found.changed,
            waiting=found.waiting,
            left_out=dict(found.skipped),
            secrets=list(found.secrets),
            indexed_at=found.indexed_at.isoformat() if found.indexed_at else "",
            running=found.running,
        ),
    )


INDEX_TOOLS = (
    ToolRow(contextfs_index, "Index repository", writes=True, search_hint="index code repository search"),
    ToolRow(contextfs_index_status, "Index status", search_hint="index progress"),
)
