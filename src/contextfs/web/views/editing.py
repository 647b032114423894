"""Editing a memory, and writing a new one, with a preview of how it will look."""

from __future__ import annotations

from typing import Any

from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput
from contextfs.web.asked import Asked, Done, Page, View
from contextfs.web.drawing import iso

_FIELDS = ("content", "summary", "project", "owner")


def edit(asked: Asked) -> Page:
    """The form for one memory."""
    return _form(asked.ctx.recall(asked.path["id"]))


def new(asked: Asked) -> Page:
    """The form for a memory that is not there yet, begun with what its type wants."""
    kind = MemoryType.parse(asked.word("type") or "fact")
    return _form(Memory(kind.template if asked.word("template") else "", type=kind))


def _form(memory: Memory) -> Page:
    values = {"memory": memory, "kinds": list(MemoryType), "statuses": STATUSES}
    return Page("editing/page.html", values, f"Edit {memory.title}" if memory.id else "New memory")


def preview(asked: Asked) -> Page:
    """The text as it will look."""
    return Page("editing/preview.html", {"content": asked.word("content")})


def update(asked: Asked) -> Done:
    """Change a memory, unless somebody else has changed it since the form was opened."""
    before = asked.ctx.get(asked.path["id"])
    if before and asked.word("seen") not in {"", iso(before.updated_at)}:
        raise InvalidInput(
            "Somebody has changed this memory meanwhile; nothing was saved.",
            hint="Open it in another tab and bring both texts together.",
        )
    memory = asked.ctx.update(
        asked.path["id"],
        type=asked.word("type"),
        tags=_tags(asked),
        status=asked.word("status") or "active",
        review_at=asked.word("review_at"),
        **_texts(asked),
    )
    return Done(f"Saved “{memory.title}”.", goto=f"/memory/{memory.id}")


def save(asked: Asked) -> Done:
    """Save a new memory."""
    memory = asked.ctx.save(type=asked.word("type"), tags=_tags(asked), **_texts(asked))
    return Done(f"Saved “{memory.title}”.", goto=f"/memory/{memory.id}")


def _texts(asked: Asked) -> dict[str, Any]:
    return {name: asked.word(name) for name in _FIELDS}


def _tags(asked: Asked) -> list[str]:
    return [tag.strip() for tag in asked.word("tags").split(",") if tag.strip()]


ROUTES = (
    View("GET", "/new", new),
    View("POST", "/new", save, "writing"),
    View("POST", "/preview", preview),
    View("GET", "/memory/{id}/edit", edit),
    View("POST", "/memory/{id}/edit", update, "writing"),
)
