"""Small actions on one memory or several at once, each one action that can be undone."""

from __future__ import annotations

from contextfs.domain.memory import Memory
from contextfs.web.asked import Asked, Done, View


def delete(asked: Asked) -> Done:
    """Delete one memory."""
    memory = asked.ctx.delete(asked.path["id"])
    return Done(f"Deleted “{memory.title}”.", goto="/")


def archive(asked: Asked) -> Done:
    """Archive one memory."""
    memory = asked.ctx.archive(asked.path["id"])
    return Done(f"Archived “{memory.title}”.", goto=f"/memory/{memory.id}")


def undo(asked: Asked) -> Done:
    """Take back the last thing done on this device."""
    done = asked.ctx.undo()
    touched = [*(_title(memory) for memory in done.memories), *(name[:8] for name in done.gone)]
    told = f": {', '.join(touched[:3])}" + (f" and {len(touched) - 3} more" if len(touched) > 3 else "")
    return Done(f"Undone: {done.verb}{told if touched else ''}.", undo=False)


def _title(memory: Memory) -> str:
    return f"“{memory.title}”"


ROUTES = (
    View("POST", "/memory/{id}/delete", delete, "writing"),
    View("POST", "/memory/{id}/archive", archive, "writing"),
    View("POST", "/undo", undo, "writing"),
)
