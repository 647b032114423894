"""Small actions on one memory or several at once, each one action that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.api import ContextFS
from contextfs.domain.memory import Memory
from contextfs.errors import InvalidInput
from contextfs.web.asked import Asked, Done, View
from contextfs.web.drawing import counted


def delete(asked: Asked) -> Done:
    """Delete one memory."""
    memory = asked.ctx.delete(asked.path["id"])
    return Done(f"Deleted “{memory.title}”.", goto="/")


def archive(asked: Asked) -> Done:
    """Archive one memory."""
    memory = asked.ctx.archive(asked.path["id"])
    return Done(f"Archived “{memory.title}”.", goto=f"/memory/{memory.id}")


def feedback(asked: Asked) -> Done:
    """Remember that a memory was useful, or is wrong."""
    told = asked.ctx.feedback(asked.path["id"], asked.word("said"))
    after = " It waits in the review now." if asked.word("said") == "wrong" else ""
    return Done(f"Noted: “{told.memory.title}” {'is wrong' if after else 'was useful'}.{after}")


def undo(asked: Asked) -> Done:
    """Take back what a notice speaks of; what was done since, here or by somebody else, is not taken for it."""
    last = asked.word("last")
    if last and last != asked.ctx.last_change().change:
        raise InvalidInput(
            "Something else was done since, so nothing was undone.",
            hint="The history of the memory restores it; contextfs undo takes back the last thing done.",
        )
    done = asked.ctx.undo()
    touched = [*(_title(memory) for memory in done.memories), *(name[:8] for name in done.gone)]
    told = f": {', '.join(touched[:3])}" + (f" and {len(touched) - 3} more" if len(touched) > 3 else "")
    return Done(f"Undone: {done.verb}{told if touched else ''}.", undo=False, event="undone")


def _title(memory: Memory) -> str:
    return f"“{memory.title}”"


def bulk(asked: Asked) -> Done:
    """Do the same to all that are ticked, as one action."""
    chosen, what, word = asked.words("id"), asked.word("what"), asked.word("word")
    changed = _bulk(asked.ctx, chosen, what, word)
    return Done(
        f"{_BULK[what][1]} {counted(len(changed), 'memory', 'memories')}.", goto=_own(asked.word("back"))
    )


def _own(address: str) -> str:
    """An address of this page; anything else leads to the first page."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _bulk(ctx: ContextFS, chosen: list[str], what: str, word: str) -> Sequence[Memory]:
    if what not in _BULK:
        raise InvalidInput(
            f"{what!r} is nothing that can be done.", hint=f"Choose one of: {', '.join(_BULK)}"
        )
    if what in _NEEDS_WORD and not word:
        raise InvalidInput("Say which.", hint="Write it into the field beside the choice.")
    if what == "delete":
        return ctx.delete_many(chosen)
    if what == "merge":
        merged = ctx.merge(*chosen, join=True)
        return [merged.kept, *merged.replaced]
    return ctx.update_many(chosen, **_FIELDS[what](word))


_BULK = {
    "add_tags": ("Add tags", "Tagged"),
    "remove_tags": ("Remove tags", "Took the tags off"),
    "project": ("Set project", "Set the project of"),
    "type": ("Set type", "Set the type of"),
    "archive": ("Archive", "Archived"),
    "activate": ("Make active", "Made active"),
    "merge": ("Merge into one", "Merged"),
    "delete": ("Delete", "Deleted"),
}
_NEEDS_WORD = ("add_tags", "remove_tags", "project", "type")
_FIELDS: dict[str, Callable[[str], dict[str, object]]] = {
    "add_tags": lambda word: {"add_tags": _several(word)},
    "remove_tags": lambda word: {"remove_tags": _several(word)},
    "project": lambda word: {"project": word},
    "type": lambda word: {"type": word},
    "archive": lambda _: {"status": "archived"},
    "activate": lambda _: {"status": "active"},
}
CHOICES = [(name, heading) for name, (heading, _) in _BULK.items()]
"""What can be done to several memories at once: its name, and how it is called."""


def _several(word: str) -> list[str]:
    return [one.strip() for one in word.split(",") if one.strip()]


ROUTES = (
    View("POST", "/bulk", bulk, "writing"),
    View("POST", "/memory/{id}/delete", delete, "writing"),
    View("POST", "/memory/{id}/archive", archive, "writing"),
    View("POST", "/memory/{id}/feedback", feedback, "writing"),
    View("POST", "/undo", undo, "writing"),
)
