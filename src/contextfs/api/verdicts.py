"""Verdicts: what a person said while tending is remembered, so that nobody is asked twice, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contextfs.api.engine import Engine, now
from contextfs.api.joining import carry_out
from contextfs.domain.change import Patch, fold
from contextfs.domain.clock import ID_LENGTH, clock_micros, to_micros
from contextfs.domain.memory import Memory
from contextfs.domain.tending import Feedback
from contextfs.domain.verdict import FEEDBACK, KIND, USEFUL, WRONG, Verdict, state_of, subject_of
from contextfs.errors import InvalidInput, MemoryNotFound
from contextfs.store.view import View


def verdict_patch(what: str, about: Sequence[str], said: str) -> dict[str, Patch]:
    """What is written when somebody gives a verdict."""
    return {subject_of(what, about): state_of(what, about, said, to_micros(now()))}


def feedback(engine: Engine, given: str, said: str, *, dry_run: bool = False) -> Feedback:
    """Remember what somebody says of a memory; what is wrong comes into the review queue."""
    if said not in (USEFUL, WRONG):
        raise InvalidInput(f"{said!r} is no feedback.", hint=f"Say {USEFUL} or {WRONG}.")
    found: list[Memory] = []

    def plan(view: View) -> Mapping[str, Patch]:
        memory = view.memory(view.resolve(given))
        if memory is None:
            raise MemoryNotFound(f"Memory {given} does not exist any more.")
        found[:] = [memory]
        return verdict_patch(FEEDBACK, [memory.id], said)

    carry_out(engine, "feedback", plan, dry_run=dry_run, kind=KIND)
    return Feedback(found[0], said)


class Said:
    """The verdicts that still hold: of memories whose text is what it was when they were given."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known = {one.id: one for one in view.verdicts()}

    def of(self, what: str, about: Sequence[str]) -> Verdict | None:
        """The verdict about these memories, or these tags, that still holds."""
        found = self._known.get(subject_of(what, about))
        return None if found is None or self._lapsed(found) else found

    def about(self, what: str) -> list[Verdict]:
        """The verdicts of one kind, the latest last."""
        return [one for one in self._known.values() if one.what == what]

    def wrong(self) -> list[str]:
        """Ids of the memories that somebody called wrong and nobody mended since, the latest first."""
        found = [one for one in self._known.values() if one.what == FEEDBACK and one.said == WRONG]
        found = [one for one in found if not self._lapsed(one)]
        return [one.about[0] for one in sorted(found, key=lambda one: one.at, reverse=True)]

    def _lapsed(self, verdict: Verdict) -> bool:
        return any(self._reworded(name, to_micros(verdict.at)) for name in verdict.about)

    def _reworded(self, name: str, since: int) -> bool:
        """Whether a memory says something else than it did at a moment; a tag says nothing."""
        if len(name) != ID_LENGTH:
            return False
        changes = self._view.changes_of(name)
        then = fold(one for one in changes if clock_micros(one.clock) <= since)
        return then.fields.get("content") != fold(changes).fields.get("content")
