"""One memory: its text, what it cites and whether that still stands, what it is connected with, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contextfs.api import ContextFS
from contextfs.domain.history import Revision
from contextfs.domain.memory import Memory
from contextfs.errors import MemoryNotFound
from contextfs.web.asked import Asked, Done, Page, View
from contextfs.web.diffs import Line, lines_of


class Step(NamedTuple):
    """One revision with what it changed."""

    revision: Revision
    lines: Sequence[Line]
    current: bool


def show(asked: Asked) -> Page:
    """The page of one memory; of a deleted one, its history and the way back."""
    ctx, given = asked.ctx, asked.path["id"]
    try:
        memory = ctx.recall(given)
    except MemoryNotFound:
        return _gone(ctx, given)
    return Page("memory/page.html", {"memory": memory, **_around(ctx, memory)}, memory.title)


def _around(ctx: ContextFS, memory: Memory) -> dict[str, object]:
    return {"links": ctx.links(memory.id), "freshness": ctx.freshness(memory)}


def _gone(ctx: ContextFS, given: str) -> Page:
    revisions = ctx.history(given)  # raises where there never was one
    last = next((one.memory for one in reversed(revisions) if one.memory), None)
    values = {"id": revisions[0].memory_id, "last": last, "erased": any(one.erased for one in revisions)}
    return Page("memory/gone.html", values, last.title if last else "Gone", 410)


def history(asked: Asked) -> Page:
    """The revisions of a memory, newest first, each as a difference from the one before."""
    revisions = asked.ctx.history(asked.path["id"])
    steps = [
        Step(one, lines_of(asked.ctx.diff(one.memory_id, one.number)), one is revisions[-1])
        for one in reversed(revisions)
    ]
    template = "memory/history.html" if asked.partial else "memory/history_page.html"
    return Page(template, {"steps": steps, "id": revisions[0].memory_id}, "History")


def restore(asked: Asked) -> Done:
    """Make the memory what it was at a revision, or bring it back."""
    number = asked.number("at", 0)
    memory = asked.ctx.restore(asked.path["id"], number or None)
    return Done(f"Restored “{memory.title}”.", goto=f"/memory/{memory.id}")


ROUTES = (
    View("GET", "/memory/{id}", show),
    View("GET", "/memory/{id}/history", history),
    View("POST", "/memory/{id}/restore", restore, "writing"),
)
