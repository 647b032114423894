"""History: what happened to a memory, and how to go back: log, diff, restore, undo, erase."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from contextfs.api.drafts import MAX_LIMIT
from contextfs.api.engine import Engine, now
from contextfs.domain.candidate_state import KIND as CANDIDATE
from contextfs.domain.change import PURGE, Change, Patch, causal_order, fold
from contextfs.domain.clock import Timestamp, clock_micros, to_micros
from contextfs.domain.entity_state import KIND as ENTITY
from contextfs.domain.given import whole_number
from contextfs.domain.history import (
    UNDO,
    UNDOES,
    Erased,
    Revision,
    Undone,
    restore_patch,
    revision_of,
    revisions,
    undo_patch,
)
from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.search import Filters, Scope
from contextfs.domain.session_state import END, KIND, START
from contextfs.domain.session_state import state_of as session_state_of
from contextfs.domain.verdict import KIND as VERDICT
from contextfs.domain.verdict import verdict_of
from contextfs.errors import MemoryNotFound, NothingToUndo, RevisionNotFound, SessionNotFound
from contextfs.lazy import Later
from contextfs.store.view import View

if TYPE_CHECKING:
    from contextfs.api import recording
    from contextfs.store import conversations as talk
else:  # only what brings sessions back or takes them away
    recording, talk = Later("contextfs.api.recording"), Later("contextfs.store.conversations")

_FACTS = frozenset((PURGE, START, END))
"""Verbs that undo passes over: nothing brings back what was erased, and that a session began is a fact."""
_LINKED = 1000
"""Memories of an erased session that its receipt names."""
_LOOK_BACK = 100_000
"""Changes that undo looks through for the last action; more than anybody makes in a row by hand."""


def history(engine: Engine, prefix: str) -> list[Revision]:
    """The revisions of a memory, oldest first."""
    with engine.store.reading() as view:
        return revisions(view.changes_of(_subject(view, prefix)))


def _subject(view: View, prefix: str) -> str:
    """The full id of a memory or of a session, deleted ones included."""
    try:
        return view.resolve(prefix, gone=True)
    except MemoryNotFound:
        with contextlib.suppress(SessionNotFound):
            conversations, name = talk.Conversations.of(view), str(prefix)  # callers are not all typed
            return conversations.once_labelled(name) or conversations.resolve_session(name, gone=True)
        raise


def log(engine: Engine, limit: int) -> list[Revision]:
    """The latest changes of all memories, newest first."""
    with engine.store.reading() as view:
        latest = view.latest_changes(whole_number("limit", limit, 1, MAX_LIMIT))
        return [revision_of(view.changes_of(change.subject), change.id) for change in latest]


def diff(engine: Engine, prefix: str, at: str | int | None) -> str:
    """What one revision changed, as a unified diff; the last one unless `at` names another."""
    import difflib  # only a diff needs it

    found = history(engine, prefix)
    revision = found[-1] if at is None else _named(found, at)
    before = found[revision.number - 2] if revision.number > 1 else None
    return "\n".join(
        difflib.unified_diff(
            _lines(before),
            _lines(revision),
            f"{prefix[:8]}@{revision.number - 1}",
            f"{prefix[:8]}@{revision.number} {revision.verb}",
            lineterm="",
        )
    )


def _lines(revision: Revision | None) -> list[str]:
    """A memory or a session as the lines that a diff compares: its fields, then its text."""
    if revision is None:
        return []
    if revision.session is not None:
        fields = session_state_of(revision.session)
        summary = str(fields.pop("summary", "")).splitlines()
        return [f"{name}: {value}" for name, value in fields.items()] + ["", *summary]
    return _lines_of(revision.memory) if revision.memory else []


def _lines_of(memory: Memory) -> list[str]:
    fields = {
        "type": memory.type,
        "summary": memory.summary,
        "tags": ", ".join(memory.tags),
        "project": memory.project,
        "namespace": memory.namespace,
        "status": memory.status,
        "metadata": ", ".join(f"{key}={value!r}" for key, value in memory.metadata.items()),
        "files": ", ".join(memory.files),
        "superseded by": memory.superseded_by,
        "owner": memory.owner,
        "review at": memory.review_at,
        "expires at": memory.expires_at,
    }
    return [f"{name}: {value}" for name, value in fields.items() if value] + [
        "",
        *memory.content.splitlines(),
    ]


def _named(found: Sequence[Revision], at: str | int) -> Revision:
    wanted = str(at).strip().lower()
    fitting = [one for one in found if str(one.number) == wanted]
    fitting = fitting or [one for one in found if len(wanted) >= 4 and one.id.startswith(wanted)]
    if len(fitting) != 1:
        raise RevisionNotFound(
            f"There is no revision {at!r}; there are 1 to {len(found)}.",
            hint=f"Show them with: contextfs log {found[0].memory_id[:8]}",
        )
    return fitting[0]


def restore(engine: Engine, prefix: str, at: str | int | None) -> Memory:
    """Make a memory what it was at a revision; by default undelete it, else go back by one."""
    subject = ""

    def plan(view: View) -> Mapping[str, Patch]:
        nonlocal subject
        subject = view.resolve(prefix, gone=True)
        changes = view.changes_of(subject)
        found = revisions(changes)
        if any(one.erased for one in found):
            raise MemoryNotFound(
                f"Memory {subject[:8]} was erased; nothing of it is left.", hint="It cannot come back."
            )
        return _dated({subject: restore_patch(changes, _target(found, at).number)})

    written = engine.door.write("restore", engine.workspace.author, plan, screened=False)
    with engine.store.reading() as view:
        return cast("Memory", written.get(subject) or view.memory(subject))


def restore_session(engine: Engine, subject: str) -> None:
    """Bring back a deleted session."""

    def plan(view: View) -> Mapping[str, Patch]:
        changes = view.changes_of(subject)
        if any(change.patch is None for change in changes):
            raise SessionNotFound(f"Session {subject[:8]} was erased; nothing of it is left.")
        return {subject: {"deleted": None}} if fold(changes).fields.get("deleted") else {}

    engine.door.write("restore", engine.workspace.author, plan, screened=False)
    recording.catch_up(engine)


def _target(found: Sequence[Revision], at: str | int | None) -> Revision:
    """The revision to go back to: the one that is named, or the last one but the current with a memory in it."""
    if at is not None:
        wanted = _named(found, at)
        if wanted.memory is None:
            raise RevisionNotFound(
                f"At revision {wanted.number} the memory was deleted.", hint="Choose an earlier one."
            )
        return wanted
    earlier = [one for one in found[:-1] if one.memory is not None]
    if not earlier:
        raise RevisionNotFound(
            f"Memory {found[0].memory_id[:8]} has only one revision; there is nothing to go back to."
        )
    return earlier[-1]


def _dated(patches: Mapping[str, Patch]) -> dict[str, Patch]:
    """The patches that change anything, each with the time of the change."""
    moment = to_micros(now())
    return {subject: {**patch, "updated_at": moment} for subject, patch in patches.items() if patch}


def undo(engine: Engine) -> Undone:
    """Take back the last action of this device that was not taken back yet, field by field."""
    skipped: list[tuple[str, str]] = []
    device = engine.store.device  # a store without a name gets one, which is a write of its own
    actions: list[Change] = []
    answered: dict[str, None] = {}

    def plan(view: View) -> Mapping[str, Patch]:
        skipped.clear()
        answered.clear()
        action = _last_action(view, device)
        actions.append(action)
        patches: dict[str, Patch] = {}
        for subject in dict.fromkeys(change.subject for change in view.changes_of_batch(action.batch)):
            changes = view.changes_of(subject)
            if any(change.patch is None for change in changes):  # erased since
                continue
            if changes[0].kind == CANDIDATE:
                answered[subject] = None
            patch, kept = undo_patch(changes, action.batch)
            skipped.extend((subject, field) for field in kept)
            dated = {} if changes[0].kind == KIND else {"updated_at": to_micros(now())}
            patches[subject] = {**patch, **dated, UNDOES: action.batch}
        return patches

    written = engine.door.write(UNDO, engine.workspace.author, plan, screened=False)
    recording.catch_up(engine)
    memories = {subject: memory for subject, memory in written.items() if memory is not None}
    with engine.store.reading() as view:
        sessions = talk.Conversations.of(view).sessions(
            [subject for subject in written if subject not in memories]
        )
        names = {
            subject: _as_decided(view.changes_of(subject))
            for subject in written
            if subject not in memories and subject not in sessions and subject not in answered
        }
    return Undone(
        actions[-1].verb,
        Timestamp.from_micros(clock_micros(actions[-1].clock)),
        list(memories.values()),
        [subject for subject, name in names.items() if not name],
        skipped,
        list(sessions.values()),
        [name for name in names.values() if name],
        list(answered),
    )


def _as_decided(changes: Sequence[Change]) -> str:
    """The name that was decided about, with the spellings that meant it before it was undone; "" of anything else."""
    if not changes or changes[0].kind not in (ENTITY, VERDICT):
        return ""
    if changes[0].kind == VERDICT:
        said = verdict_of(changes[0].subject, fold(causal_order(changes)[:-1]))
        return said.name if said else ""
    fields = fold(change for change in causal_order(changes)[:-1]).fields
    words = [field[4:] for field, value in fields.items() if field.startswith("key:") and value is not None]
    return f"{fields.get('name')} ({', '.join(sorted(words))})"


def _last_action(view: View, device: str) -> Change:
    """The newest change of the last action that is neither an undo, nor undone, nor an erasure, nor the recorder's."""
    undone: set[str] = set()
    for change in view.latest_changes(_LOOK_BACK, device):
        if change.verb == UNDO:
            undone.add(str((change.patch or {}).get(UNDOES, "")))
        elif change.batch not in undone and change.verb not in _FACTS and change.patch is not None:
            return change
    raise NothingToUndo("Nothing that was done here is left to undo.")


def erase(engine: Engine, prefix: str) -> Erased:
    """Remove a memory or a session from every table, index, free page and the write-ahead log, and look again."""
    with engine.store.reading() as view:
        subject = _subject(view, prefix)
        changes = view.changes_of(subject)
        said = [message.content for message in talk.Conversations.of(view).messages_of(subject)]
        linked = view.select(Filters(session_id=subject, statuses=STATUSES), Scope(None), _LINKED)
    answers = engine.store.candidates.answers_about(subject)  # they hold a hash of the text
    if said:
        recording.forget_vectors(engine, subject)
    engine.store.judged.keep()  # what is only in memory would be written after it was forgotten
    engine.door.write(
        PURGE, engine.workspace.author, lambda _: {one: {} for one in (subject, *answers)}, screened=False
    )
    engine.usage.settle()  # notes of it that still wait are dropped there
    with engine.store.reading() as view:
        needles = {text.encode() for text in _traces(changes, said) if not view.holds_text(text)}
    found = engine.store.scrub(needles)
    kept = [memory.id for memory in linked]
    return Erased(subject, sum(change.patch is not None for change in changes), found, _backups(engine), kept)


_PLAIN = re.compile(r'[^"\\\x00-\x1f\x7f]{8,}')
"""Text that looks the same in a row and in the JSON of a patch."""
_OWN_TEXTS = ("content", "summary", "structured", "label")
_TRACE = 32
_MOST_TRACES = 48
_MOST_SAID = 500
"""Messages of which pieces are looked for; what is done to one of them is done to all."""


def _traces(changes: Sequence[Change], said: Sequence[str]) -> list[str]:
    """Pieces of every text that the subject ever had: short ones, since a page may end in the middle of a long one."""
    written = (
        value
        for change in changes
        for name, value in (change.patch or {}).items()
        if name in _OWN_TEXTS or name.startswith("meta:")
    )
    texts = dict.fromkeys((*(text for value in written for text in _texts_in(value)), *said[:_MOST_SAID]))
    runs = [max(_PLAIN.findall(text), key=len, default="") for text in texts]
    runs.sort(key=len, reverse=True)
    pieces = [run[at : at + _TRACE] for run in runs for at in _places(len(run))]
    return [piece for piece in dict.fromkeys(pieces) if len(piece) >= 8][:_MOST_TRACES]


def _places(length: int) -> tuple[int, ...]:
    return (0,) if length <= _TRACE else (0, (length - _TRACE) // 2, length - _TRACE)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in cast("Mapping[str, object]", value).values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _texts_in(inner)


def _backups(engine: Engine) -> list[str]:
    directory = os.path.join(engine.settings.data_dir, "backups")
    if not os.path.isdir(directory):
        return []
    return sorted(os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(".db"))
