"""Merging and splitting: several memories become one, or one becomes several; each is one action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contextfs.api import citing, saving, upkeep
from contextfs.api.engine import Engine, now
from contextfs.capture.screen import refuse
from contextfs.capture.stamp import Edit, checked
from contextfs.domain.change import Patch
from contextfs.domain.citation import FIELD, citations, parsed
from contextfs.domain.clock import new_id
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import state_of
from contextfs.domain.record_mark import is_record
from contextfs.domain.tending import Merge, Split
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.hygiene import joining
from contextfs.store.view import View

Plan = Callable[[View], Mapping[str, Patch]]


def carry_out(
    engine: Engine,
    verb: str,
    plan: Plan,
    *,
    dry_run: bool,
    allow_secret: bool = False,
    kind: str = "memory",
) -> dict[str, Memory | None]:
    """Write a plan as one action; a dry run makes it and checks it, and writes nothing."""
    screened = saving.screened_by(engine, allow_secret=allow_secret)
    if not dry_run:
        return engine.door.write(verb, engine.workspace.author, plan, screened=screened, kind=kind)
    with engine.store.reading() as view:
        for patch in plan(view).values() if screened else ():
            refuse(patch)
    return {}


def merge(
    engine: Engine,
    given: Sequence[str],
    *,
    into: str = "",
    content: str | None = None,
    join: bool = False,
    dry_run: bool = False,
    allow_secret: bool = False,
) -> Merge:
    """Make one memory of several; `into` names the one that is kept, by default the first.

    It keeps its text, unless another is given or `join` adds the paragraphs that only the others have.
    """
    if content is not None and join:
        raise InvalidInput("A text and `join` exclude each other.", hint="Give one of them.")
    done: dict[str, Memory] = {}
    kept = ""

    def plan(view: View) -> dict[str, Patch]:
        nonlocal kept
        names = _several(view, given)
        kept = view.resolve(into) if into else names[0]
        if kept not in names:
            raise InvalidInput(f"Memory {into} is not one of those to merge.", hint="Name it among them.")
        edits = _merging(view, kept, [name for name in names if name != kept], content, join=join)
        made = {name: saving.amendment(engine, view, name, edit) for name, edit in edits.items()}
        done.update((name, one.memory) for name, one in made.items())
        return {name: one.patch for name, one in made.items() if one.patch}

    written = carry_out(engine, "merge", plan, dry_run=dry_run, allow_secret=allow_secret)
    after = {name: written.get(name) or memory for name, memory in done.items()}
    return Merge(after.pop(kept), tuple(after.values()))


def _several(view: View, given: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(view.resolve(one) for one in given))
    if len(names) < 2:
        raise InvalidInput("Merging takes at least two different memories.", hint="Name two ids or more.")
    return names


def _merging(
    view: View, kept: str, others: Sequence[str], content: str | None, *, join: bool
) -> dict[str, Edit]:
    """The edits that a merge is made of: the kept memory takes over, the others name it."""
    for name in others:
        upkeep.refuse_circle(view, name, kept)
    target, *rest = (_there(view, name) for name in (kept, *others))
    if join:
        content = joining.joined([one.content for one in (target, *rest)])
        content = None if content == target.content.strip("\n") else content
    fields: dict[str, Any] = joining.united(target, rest)
    return {kept: Edit(content=content, **fields), **{name: Edit(superseded_by=kept) for name in others}}


def _there(view: View, name: str) -> Memory:
    memory = view.memory(name)
    if memory is None:
        raise MemoryNotFound(f"Memory {name[:8]} does not exist any more.")
    return memory


def split(
    engine: Engine,
    given: str,
    parts: Sequence[str] | None,
    *,
    dry_run: bool = False,
    allow_secret: bool = False,
) -> Split:
    """Make several memories of one, which then names the first of them; by default one of each paragraph."""
    done: list[Memory] = []

    def plan(view: View) -> dict[str, Patch]:
        memory = _there(view, view.resolve(given))
        found = [_part(view, memory, text) for text in _texts(memory, parts)]
        edit = Edit(superseded_by=found[0][0].id)
        original = saving.amendment(engine, view, memory.id, edit)
        done[:] = [original.memory, *(part for part, _ in found)]
        return {memory.id: original.patch, **{part.id: patch for part, patch in found if patch}}

    written = carry_out(engine, "split", plan, dry_run=dry_run, allow_secret=allow_secret)
    original, *made = (written.get(one.id) or one for one in done)
    return Split(original, tuple(made))


def _texts(memory: Memory, parts: Sequence[str] | None) -> list[str]:
    if is_record(memory.structured):
        raise InvalidInput(
            f"Memory {memory.short_id} is a record; its text is made of its fields.",
            hint=f"Change them with: contextfs pact update {memory.short_id} -",
        )
    texts = joining.cut(memory.content) if parts is None else [one.strip("\n") for one in parts]
    texts = list(dict.fromkeys(one for one in texts if one.strip()))
    if len(texts) < 2:
        raise InvalidInput(
            f"Memory {memory.short_id} has only one part.",
            hint="Parts are its paragraphs, or what stands between lines of three dashes.",
        )
    return texts


def _part(view: View, memory: Memory, text: str) -> tuple[Memory, Patch]:
    """One part of a split memory with what is written; one that is there already stays as it is."""
    known = view.same_content(memory.namespace, text)
    if known is not None and known.id != memory.id:
        return known, {}
    fields: dict[str, Any] = {**joining.shared(memory), "content": text, "id": new_id(), "updated_at": now()}
    part = checked(Memory(**fields))
    own = {
        name[len(FIELD) :]: value
        for name, value in view.folded(memory.id).fields.items()
        if name.startswith(FIELD)
    }
    cited = {FIELD + place: value for place, value in own.items() if _is_cited(part, place)}
    return part, {**state_of(part), **cited}


def _is_cited(part: Memory, place: str) -> bool:
    """Whether what was noted of a place is said in this part."""
    named = citations(part)
    if place in map(str, named):
        return True
    wanted = parsed(place)
    beside = not wanted.is_part or wanted.symbol in citing.names(part)
    return beside and wanted.path in {one.path for one in named}
