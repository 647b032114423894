"""Saving: a draft is stored once; the same text again only adds its tags, and a near-duplicate is pointed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from contextfs.api.engine import Engine, now
from contextfs.capture.advice import advice_for
from contextfs.capture.duplicates import similar_memory
from contextfs.capture.screen import refuse, warnings
from contextfs.capture.stamp import Edit, amended, checked, stamp
from contextfs.domain.change import Fold, Patch
from contextfs.domain.clock import new_id
from contextfs.domain.memory import Draft, Memory, Saved
from contextfs.domain.memory_state import difference, state_of
from contextfs.domain.tags import near
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.store.view import View

Progress = Callable[[int, int], None]
_BATCH = 25
"""Memories written or deleted in one transaction, so that a save beside it waits for milliseconds only."""


def put(engine: Engine, draft: Draft, *, allow_secret: bool = False) -> Saved:
    """Save one draft and say what happened."""
    memory, screened = stamp(draft, engine.defaults, now()), _screened(engine, allow_secret)
    ((stored, created),) = _write(engine, [memory], batch="", screened=screened).values()
    said = () if screened or allow_secret else warnings(state_of(memory))
    if not created:
        return Saved(stored, False, advice=said)
    if engine.settings.flag("advice.enabled"):
        said = (*said, *advice_for(stored), *_tag_advice(engine, stored))
    return Saved(stored, True, similar_memory(engine.store, engine.embedder, stored), said)


def put_many(
    engine: Engine, drafts: Iterable[Draft], *, allow_secret: bool, progress: Progress | None
) -> list[Memory]:
    """Save many drafts as one action, a few per transaction; all are checked before the first is written."""
    here, moment = engine.defaults, now()
    memories = [stamp(draft, here, moment) for draft in drafts]
    if _screened(engine, allow_secret):
        for memory in memories:
            refuse(state_of(memory))
    batch, saved = new_id(), list[Memory]()
    for start in range(0, len(memories), _BATCH):
        group = memories[start : start + _BATCH]
        written = _write(engine, group, batch=batch, screened=False)
        saved += [written[memory.id][0] for memory in group]
        if progress:
            progress(len(saved), len(memories))
    return saved


def _screened(engine: Engine, allow_secret: bool) -> bool:
    return not allow_secret and engine.settings.flag("secrets.refuse")


def _tag_advice(engine: Engine, memory: Memory) -> list[str]:
    """One line for each new tag that is nearly one already in use."""
    with engine.store.reading() as view:
        new = view.rare_tags(memory.tags)
        known = [name for name in view.tag_names() if name not in new] if new else []
    pairs = [(tag, near(tag, known)) for tag in new]
    return [f"The tag {tag!r} is new; {known!r} is already in use." for tag, known in pairs if known]


def _write(
    engine: Engine, memories: Sequence[Memory], *, batch: str, screened: bool
) -> dict[str, tuple[Memory, bool]]:
    """Write the memories; returns for each id what stands for it now and whether it was created."""
    stands: dict[str, tuple[str, bool]] = {}

    def plan(view: View) -> dict[str, Patch]:
        stands.clear()
        patches: dict[str, Patch] = {}
        fresh: dict[tuple[str, str], str] = {}
        for memory in memories:
            past = view.folded(memory.id)
            known = _known(view, memory, past)
            twin = fresh.get((memory.namespace, memory.content))
            if known is not None:
                stands[memory.id] = known.id, False
                patches.update(_with_tags(known, memory))
            elif twin is not None:
                stands[memory.id] = twin, False
            else:
                stands[memory.id] = memory.id, True
                fresh[memory.namespace, memory.content] = memory.id
                patches[memory.id] = {**dict.fromkeys(past.fields), **state_of(memory)}
        return patches

    written = engine.door.write("save", engine.workspace.author, plan, screened=screened, batch=batch)
    with engine.store.reading() as view:
        return {
            wanted: (cast("Memory", written.get(actual) or view.memory(actual)), created)
            for wanted, (actual, created) in stands.items()
        }


def _known(view: View, memory: Memory, past: Fold) -> Memory | None:
    """The memory that is already there: the same id, or the same text in the same namespace."""
    if past.purged:
        raise InvalidInput(
            f"Memory {memory.short_id} was erased and cannot come back under the same id.",
            hint="Save it without an id if it really should return.",
        )
    return view.memory(memory.id) or view.same_content(memory.namespace, memory.content)


def _with_tags(known: Memory, again: Memory) -> dict[str, Patch]:
    """The patch that adds the tags of a repeated save; nothing when there are no new ones."""
    if set(again.tags) <= set(known.tags):
        return {}
    merged = checked(known._replace(tags=(*known.tags, *again.tags), updated_at=again.updated_at))
    return {known.id: difference(state_of(known), state_of(merged))}


def edit(
    engine: Engine, verb: str, edits: Mapping[str, Edit], *, allow_secret: bool = False
) -> dict[str, Memory]:
    """Change memories by id prefix as one action; returns them as they are now, in the order given."""
    subjects: dict[str, str] = {}

    def plan(view: View) -> dict[str, Patch]:
        patches: dict[str, Patch] = {}
        for prefix, change in edits.items():
            subject = subjects[prefix] = view.resolve(prefix)
            memory = view.memory(subject)
            if memory is None:
                raise MemoryNotFound(f"Memory {prefix} does not exist any more.")
            after = amended(memory, change, now())
            patch = difference(state_of(memory), state_of(after))
            if patch.keys() - {"updated_at"}:
                patches[subject] = patch
        return patches

    written = engine.door.write(verb, engine.workspace.author, plan, screened=_screened(engine, allow_secret))
    with engine.store.reading() as view:
        return {
            prefix: cast("Memory", written.get(name) or view.memory(name))
            for prefix, name in subjects.items()
        }


def delete(engine: Engine, verb: str, prefixes: Sequence[str], *, missing_ok: bool = False) -> list[Memory]:
    """Delete memories as one action, a few per transaction; returns what was deleted."""
    batch, gone = new_id(), list[Memory]()
    for start in range(0, len(prefixes), _BATCH):
        gone += _delete(engine, verb, prefixes[start : start + _BATCH], batch=batch, missing_ok=missing_ok)
    return gone


def _delete(
    engine: Engine, verb: str, prefixes: Sequence[str], *, batch: str, missing_ok: bool
) -> list[Memory]:
    gone: list[Memory] = []

    def plan(view: View) -> dict[str, Patch]:
        gone.clear()
        wanted = [prefix for prefix in prefixes if not missing_ok or view.memory(prefix)]
        gone.extend(cast("Memory", view.memory(view.resolve(prefix))) for prefix in wanted)
        return {memory.id: {"deleted": True} for memory in gone}

    engine.door.write(verb, engine.workspace.author, plan, screened=False, batch=batch)
    return gone
