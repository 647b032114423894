"""Saving: a draft is stored once; the same text again adds what is missing, and a near-duplicate is pointed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from contextfs.api.citing import Noted, cited
from contextfs.api.engine import Engine, now
from contextfs.capture.advice import advice_for
from contextfs.capture.duplicates import similar_memory
from contextfs.capture.repeats import left_alone, merged, named
from contextfs.capture.screen import refuse, warnings
from contextfs.capture.stamp import Edit, amended, stamp
from contextfs.domain.change import Fold, Patch, fold
from contextfs.domain.citation import ALL_LOOKED_AT, FIELD
from contextfs.domain.clock import new_id
from contextfs.domain.digest import content_hash
from contextfs.domain.memory import Draft, Memory, Saved
from contextfs.domain.memory_state import difference, state_of
from contextfs.domain.record_mark import is_own_tag, is_record
from contextfs.domain.tags import near
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.store.view import View

Progress = Callable[[int, int], None]
_BATCH = 25
"""Memories written or deleted in one transaction, so that a save beside it waits for milliseconds only."""


def put(
    engine: Engine, draft: Draft, *, allow_secret: bool = False, batch: str = "", apart: bool = False
) -> Saved:
    """Save one draft and say what happened; `apart` keeps the same text of another session a memory of its own."""
    wanted, screened = _wanted(engine, [draft]), screened_by(engine, allow_secret=allow_secret)
    wanted = [one._replace(apart=apart) for one in wanted]
    advised = engine.settings.flag("advice.enabled")
    noticed = _Noticed(None, ())

    def notice(view: View, memory: Memory) -> None:
        nonlocal noticed
        noticed = _Noticed(similar_memory(view, memory), _tag_advice(view, memory) if advised else ())

    written = _write(engine, wanted, batch=batch, screened=screened, notice=notice)
    memory, again, *_ = wanted[0]
    stored, created = written[memory.id]
    said = () if screened or allow_secret else warnings(state_of(memory))
    if not created:
        return Saved(stored, False, advice=(*said, *_about_known(stored, again)))
    if advised:
        said = (*said, *advice_for(stored), *noticed.tags, *_not_there(wanted[0].cited.missing))
    return Saved(stored, True, noticed.similar, said)


class _Noticed(NamedTuple):
    """What stands beside a new memory in the store that it is written into."""

    similar: tuple[Memory, float] | None
    tags: Sequence[str]


def put_many(
    engine: Engine, drafts: Iterable[Draft], *, allow_secret: bool, progress: Progress | None
) -> list[Memory]:
    """Save many drafts as one action, a few per transaction; all are checked before the first is written."""
    wanted = _wanted(engine, drafts)
    if screened_by(engine, allow_secret=allow_secret):
        for memory, *_ in wanted:
            refuse(state_of(memory))
    batch, saved = new_id(), list[Memory]()
    for start in range(0, len(wanted), _BATCH):
        group = wanted[start : start + _BATCH]
        written = _write(engine, group, batch=batch, screened=False)
        saved += [written[memory.id][0] for memory, *_ in group]
        if progress:
            progress(len(saved), len(wanted))
    return saved


class _Wanted(NamedTuple):
    """What one draft asks for."""

    memory: Memory
    """The memory that it would become."""
    again: Memory
    """What it says to a memory with the same text."""
    of_now: bool
    """Whether it is saved in the session that is going on: it neither names another one nor comes from elsewhere."""
    fresh: bool
    """Whether its id was drawn just now, so that nothing can have it."""
    cited: Noted
    """What the files that it names hold now."""
    apart: bool = False
    """Whether a memory of another session does not stand for it, though it says the same."""


def _wanted(engine: Engine, drafts: Iterable[Draft]) -> list[_Wanted]:
    here, moment = engine.defaults, now()
    stamped = [(draft, stamp(draft, here, moment)) for draft in drafts]
    return [
        _Wanted(
            memory,
            named(draft, memory),
            draft.created_at is None and not draft.session_id,
            not draft.id,
            cited(engine.workspace, memory, draft.files) if draft.created_at is None else Noted({}),
        )
        for draft, memory in stamped
    ]


def _about_known(memory: Memory, again: Memory) -> list[str]:
    """What to say when the same text is there already: what stayed as it was, and why nobody would find it."""
    said = [line] if (line := left_alone(memory, again)) else []
    if memory.status != "active":
        active = f"contextfs update {memory.short_id} --status active"
        said.append(f"That memory is {memory.status}. To use it again: {active}")
    if memory.expires_at and memory.expires_at <= now():
        said.append(
            f"That memory has expired. To use it again: contextfs update {memory.short_id} --expires-at ''"
        )
    return said


def screened_by(engine: Engine, *, allow_secret: bool) -> bool:
    """Whether a text that looks like it holds a secret is refused."""
    return not allow_secret and engine.settings.flag("secrets.refuse")


def _not_there(places: Sequence[str]) -> list[str]:
    """One line for the places that a memory names and that are not there."""
    return [f"Not there, so nobody can tell when it changes: {', '.join(places)}."] if places else []


def _tag_advice(view: View, memory: Memory) -> list[str]:
    """One line for each new tag that is nearly one already in use."""
    new = view.unused_tags(memory.tags)
    known = view.tag_names() if new else []
    pairs = [(tag, near(tag, known)) for tag in new if not (is_record(memory.structured) and is_own_tag(tag))]
    return [f"The tag {tag!r} is new; {known!r} is already in use." for tag, known in pairs if known]


def _write(
    engine: Engine,
    wanted: Sequence[_Wanted],
    *,
    batch: str,
    screened: bool,
    notice: Callable[[View, Memory], None] | None = None,
) -> dict[str, tuple[Memory, bool]]:
    """Write the memories; returns for each id what stands for it now and whether it was created.

    What each new memory is about to stand beside is shown to `notice`, again when another process was faster.
    """
    stands: dict[str, tuple[str, bool]] = {}

    def plan(view: View) -> dict[str, Patch]:
        stands.clear()
        batch = _Batch(view)
        session = view.current_session(engine.recorder, engine.idle_since())
        for one in wanted:
            memory = one.memory._replace(session_id=session) if session and one.of_now else one.memory
            stands[memory.id] = _, created = batch.add(memory, one)
            if created and notice:
                notice(view, one.memory)
        return batch.patches

    written = engine.door.write("save", engine.workspace.author, plan, screened=screened, batch=batch)
    return {given: (_now(engine, written, name), created) for given, (name, created) in stands.items()}


def _now(engine: Engine, written: Mapping[str, Memory | None], name: str) -> Memory:
    """A memory as it was written, or as it stands when there was nothing to write."""
    if memory := written.get(name):
        return memory
    with engine.store.reading() as view:
        return cast("Memory", view.memory(name))


class _Batch:
    """What saving some memories together amounts to; a text that comes twice is one memory with all of both."""

    def __init__(self, view: View) -> None:
        self.patches: dict[str, Patch] = {}
        self._view = view
        self._planned: dict[str, tuple[Memory, Patch]] = {}
        self._texts: dict[tuple[str, bytes], str] = {}

    def add(self, memory: Memory, wanted: _Wanted) -> tuple[str, bool]:
        """Plan one memory; returns the id of the memory that stands for it, and whether that is a new one."""
        past = fold(()) if wanted.fresh else self._view.folded(memory.id)
        same = memory.namespace, content_hash(memory.content)
        known = None if wanted.fresh else _known(self._view, memory, past)
        known = known or self._same(memory, apart=wanted.apart)
        if known is not None:
            subject = known.id
            self._planned.setdefault(subject, (known, {}))
        elif same in self._texts:
            subject = self._texts[same]
        else:
            self._texts[same] = memory.id
            self._plan(memory, dict.fromkeys(past.fields), {**state_of(memory), **wanted.cited.fields})
            return memory.id, True
        self._merge(subject, wanted.again)
        return subject, False

    def _same(self, memory: Memory, *, apart: bool) -> Memory | None:
        """The memory that says the same already."""
        found = self._view.same_content(memory.namespace, memory.content)
        return None if found and apart and found.session_id != memory.session_id else found

    def _plan(self, memory: Memory, cleared: Patch, fields: Patch) -> None:
        patch = self.patches[memory.id] = {**cleared, **fields}
        self._planned[memory.id] = memory, patch

    def _merge(self, subject: str, again: Memory) -> None:
        """Add what a repeated save has more; nothing when that is nothing."""
        before, patch = self._planned[subject]
        after = merged(before, again, now())
        if after is not before:
            self._plan(after, patch, difference(state_of(before), state_of(after)))


def _known(view: View, memory: Memory, past: Fold) -> Memory | None:
    """The memory that has this id already."""
    if past.purged:
        raise InvalidInput(
            f"Memory {memory.short_id} was erased and cannot come back under the same id.",
            hint="Save it without an id if it really should return.",
        )
    return view.memory(memory.id)


def edit(
    engine: Engine,
    verb: str,
    edits: Mapping[str, Edit | Callable[[Memory], Edit]],
    *,
    allow_secret: bool = False,
    batch: str = "",
) -> dict[str, Memory]:
    """Change memories by id prefix as one action; returns them as they are now, in the order given.

    An edit that depends on what is there is given as a function of the memory as it is when it is written.
    """
    subjects: dict[str, str] = {}

    def plan(view: View) -> dict[str, Patch]:
        amendments = [amendment(engine, view, prefix, change) for prefix, change in edits.items()]
        subjects.update(zip(edits, (one.memory.id for one in amendments), strict=True))
        return {one.memory.id: one.patch for one in amendments if one.patch}

    screened = screened_by(engine, allow_secret=allow_secret)
    written = engine.door.write(verb, engine.workspace.author, plan, screened=screened, batch=batch)
    with engine.store.reading() as view:
        return {
            prefix: cast("Memory", written.get(name) or view.memory(name))
            for prefix, name in subjects.items()
        }


class Amendment(NamedTuple):
    """What an edit makes of a memory."""

    memory: Memory
    patch: Patch
    """What is to be written; empty when the edit says nothing new."""


def amendment(engine: Engine, view: View, prefix: str, change: Edit | Callable[[Memory], Edit]) -> Amendment:
    """Plan one edit; raises MemoryNotFound, InvalidInput."""
    memory = view.memory(view.resolve(prefix))
    if memory is None:
        raise MemoryNotFound(f"Memory {prefix} does not exist any more.")
    asked = change if isinstance(change, Edit) else change(memory)
    after = amended(memory, asked, now())
    patch = difference(state_of(memory), state_of(after))
    if not patch.keys() - {"updated_at"}:
        return Amendment(memory, {})
    again = after.content != memory.content or after.files != memory.files
    return Amendment(
        after, {**patch, **(_cited_anew(engine, view, after, asked.files or ()) if again else {})}
    )


def _cited_anew(engine: Engine, view: View, memory: Memory, given: Sequence[str]) -> Patch:
    """What the files that a changed text names hold now; it has just been looked over."""
    here = engine.workspace
    found = cited(here, memory._replace(commit=here.commit), given).fields
    found.pop(ALL_LOOKED_AT, None)  # the text may name what was there at its own commit
    fields = view.folded(memory.id).fields
    before = [name for name in fields if name.startswith(FIELD)] if found else [ALL_LOOKED_AT]
    return {**{name: None for name in before if fields.get(name)}, **found}


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
