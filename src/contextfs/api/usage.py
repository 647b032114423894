"""Usage: what was put in front of somebody is noted beside the memories, and asked for when they are tended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.clock import Timestamp, now_micros, to_micros
from contextfs.domain.digest import content_hash
from contextfs.errors import ContextFSError
from contextfs.settings import Settings

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory
    from contextfs.store.usage import Usage

FOUND, RECALLED, PACKED, INJECTED = "found", "recalled", "packed", "injected"
"""A search showed it; it was read by its id; it was in a pack that somebody asked for; a hook put it into a prompt."""
_CHARACTERS = 4
"""Characters of a token, about."""


class Used(NamedTuple):
    """How often a memory was used."""

    times: Mapping[str, int]
    """Kind -> how often."""
    tokens: int
    """What showing it has cost in all."""
    first: datetime
    last: datetime


class Ledger:
    """What was noted of the memories of one store; nothing here fails what it stands beside."""

    def __init__(self, settings: Settings, usage: Usage) -> None:
        self._settings, self._usage = settings, usage

    def note(self, kind: str, memories: Iterable[Memory], session: str = "") -> None:
        """Note that memories were shown, for one append to a file; whoever showed them never fails by it."""
        self.note_texts(
            kind, ((one.id, content_hash(one.content).hex(), one.content) for one in memories), session
        )

    def note_texts(self, kind: str, used: Iterable[tuple[str, str, str]], session: str = "") -> None:
        """The same of (memory id, hash of its text, what was shown of it)."""
        self.note_sized(
            kind, [(name, digest, -(-len(text) // _CHARACTERS)) for name, digest, text in used], session
        )

    def note_sized(self, kind: str, sized: Sequence[tuple[str, str, int]], session: str = "") -> None:
        """The same of (memory id, hash of its text, tokens that were shown of it)."""
        try:
            if not sized or not self._settings.flag("usage.enabled"):
                return
            self._usage.note(kind, session, sized)
        except (
            ContextFSError,
            OSError,
        ):  # a disk that is full, a store that is locked: it was shown all the same
            return

    def given(self, session: str) -> dict[str, str]:
        """Memory id -> hash of the text that a session was given and still holds."""
        return self._usage.given(session) if session else {}

    def forget_given(self, session: str) -> None:
        """Note that a session was compacted and may be given everything again."""
        try:
            self._usage.forget_given(session)
        except OSError:
            return

    def settle(self) -> None:
        """Write what was noted into the store, for a moment when nobody waits; raises StoreError."""
        self._usage.settle()

    def counts(self, ids: Collection[str] | None = None) -> dict[str, Used]:
        """Memory id -> how often it was used; those that never were are left out. Raises StoreError."""
        found: dict[str, Used] = {}
        for one in self._usage.totals(ids):
            first, last = Timestamp.from_micros(one.first), Timestamp.from_micros(one.last)
            known = found.get(one.memory) or Used({}, 0, first, last)
            times = {**known.times, one.kind: one.times}
            tokens = known.tokens + one.tokens
            found[one.memory] = Used(times, tokens, min(known.first, first), max(known.last, last))
        return found

    def weeks(self, since: datetime) -> list[tuple[datetime, str, int, int]]:
        """(beginning, kind, times, tokens) for each week since a moment, for half a year at most. Raises StoreError."""
        rows = self._usage.weeks(to_micros(Timestamp.of(since)), now_micros())
        return [(Timestamp.from_micros(at), kind, times, tokens) for at, kind, times, tokens in rows]
