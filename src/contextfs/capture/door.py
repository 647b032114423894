"""The write door: every change of every memory passes here, once, whatever asked for it.

A plan reads the store and says which fields of which memories shall change. The door stamps the changes, screens
their text for secrets, links and embeds what they lead to, and hands all of it to the store in one transaction. When
another process was faster, the plan is made again on what it left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from contextfs.capture.linking import mentions_in
from contextfs.capture.screen import refuse
from contextfs.domain.change import PURGE, Change, Fold, Patch, fold
from contextfs.domain.clock import new_id, tick
from contextfs.domain.memory import Captured, Embedded, Memory
from contextfs.domain.memory_state import memory_of
from contextfs.errors import StoreMoved
from contextfs.store.store import Store
from contextfs.store.view import View

Plan = Callable[[View], Mapping[str, Patch]]
"""What shall change: memory id -> fields. Called again when the store has moved on."""
Embed = Callable[[Sequence[Memory]], Sequence[Embedded | None]]
"""Memories -> their vectors, None where they have to wait."""

_ATTEMPTS = 4


class Signature(NamedTuple):
    """Who writes, and as part of which action."""

    verb: str
    author: str
    batch: str
    kind: str


class Door:
    """The way into one store."""

    def __init__(self, store: Store, embed: Embed) -> None:
        self._store = store
        self._embed = embed

    def write(
        self,
        verb: str,
        author: str,
        plan: Plan,
        *,
        screened: bool = True,
        batch: str = "",
        kind: str = "memory",
    ) -> dict[str, Memory | None]:
        """Carry out a plan as one action; returns what each memory is now, None where it is gone.

        `kind` is that of the subjects the plan makes; those that are there keep theirs, and are None in the answer
        unless they are memories. Raises SecretRefused before anything is written when `screened` text holds a secret.
        """
        signature = Signature(verb, author, batch or new_id(), kind)
        for _ in range(_ATTEMPTS):
            try:
                return self._attempt(signature, plan, screened=screened)
            except StoreMoved:
                continue
        with self._store.alone():  # who always comes too late plans with the lock in hand
            return self._attempt(signature, plan, screened=screened)

    def _attempt(self, signature: Signature, plan: Plan, *, screened: bool) -> dict[str, Memory | None]:
        with self._store.reading() as view:
            patches = plan(view)
            before = view.all_folded(list(patches))
            clock, seen = view.last_clock(), view.stamp()
        if not patches:
            return {}
        if screened:
            for patch in patches.values():
                refuse(patch)
        captured = self._capture(signature, patches, before, clock)
        self._store.apply(captured, seen=seen)
        return {one.changes[0].subject: one.memory for one in captured}

    def _capture(
        self, signature: Signature, patches: Mapping[str, Patch], before: Mapping[str, Fold], clock: int
    ) -> list[Captured]:
        captured: list[Captured] = []
        for subject, patch in patches.items():
            clock = tick(clock)
            captured.append(self._change(signature, subject, patch, before[subject], clock))
        wanting = [place for place, one in enumerate(captured) if _needs_vectors(one.memory, before)]
        memories = [one.memory for place in wanting if (one := captured[place]).memory is not None]
        for place, embedded in zip(wanting, self._embed(memories) if memories else (), strict=True):
            captured[place] = captured[place]._replace(embedded=embedded)
        return captured

    def _change(self, signature: Signature, subject: str, patch: Patch, before: Fold, clock: int) -> Captured:
        change = Change(
            id=new_id(),
            subject=subject,
            kind=before.root.kind if before.root else signature.kind,
            verb=signature.verb,
            batch=signature.batch,
            parents=before.heads,
            clock=clock,
            device=self._store.device,
            author=signature.author,
            patch=None if signature.verb == PURGE else _alive(patch, before),
        )
        after = _after(before, change)
        if change.kind != "memory":
            return Captured((change,), None, other=_other(change.kind, subject, after))
        memory = memory_of(subject, after)
        return Captured((change,), memory, mentions_in(memory) if memory else ())


def _other(kind: str, subject: str, after: Fold) -> object:
    """What the fold of a subject that is no memory amounts to."""
    from contextfs.domain import (  # not needed to save a memory
        candidate_state,
        entity_state,
        session_state,
        verdict,
    )

    states = {
        session_state.KIND: session_state.session_of,
        entity_state.KIND: entity_state.named_of,
        candidate_state.KIND: candidate_state.answer_of,
        verdict.KIND: verdict.verdict_of,
    }
    return states[kind](subject, after)


def _alive(patch: Patch, before: Fold) -> Patch:
    """An edit also says that the memory is there, so that a deletion elsewhere does not swallow it unseen."""
    return {**patch, "deleted": None} if before.visible and "deleted" not in patch else patch


def _after(before: Fold, change: Change) -> Fold:
    """The fold with one more change that descends from all of it."""
    if change.verb == PURGE:
        return fold([change])
    fields = {**before.fields, **(change.patch or {})}
    return Fold(fields, (change.id,), before.root or change, {}, before.purged)


def _needs_vectors(memory: Memory | None, before: Mapping[str, Fold]) -> bool:
    """Whether the words that are embedded are new."""
    if memory is None:
        return False
    known = before[memory.id]
    if not known.visible:
        return True
    old = memory_of(memory.id, known)
    return old is None or (old.content, old.summary, old.namespace) != (
        memory.content,
        memory.summary,
        memory.namespace,
    )
