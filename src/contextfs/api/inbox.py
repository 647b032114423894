"""ctx.inbox: what was recognised in conversations and waits for an answer; accepted, it is saved like anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contextfs.api import answering
from contextfs.api.drafts import MAX_LIMIT
from contextfs.domain.given import whole_number
from contextfs.errors import InvalidInput
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import recognising
    from contextfs.api.engine import Engine
    from contextfs.domain.candidate import CandidateMemory
    from contextfs.domain.memory import Saved
    from contextfs.domain.session import Session
else:  # only who reads a conversation
    recognising = Later("contextfs.api.recognising")


class Inbox:
    """The candidates of one ContextFS."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self, limit: int = 50, kinds: Sequence[str] = (), *, all: bool = False) -> list[CandidateMemory]:
        """The candidates that wait, the latest first; of every namespace with `all`. Raises InvalidInput."""
        return answering.waiting(
            self._engine, kinds, everywhere=all, limit=whole_number("limit", limit, 1, MAX_LIMIT)
        )

    def count(self, *, all: bool = False) -> int:
        """How many candidates wait."""
        return self._engine.store.candidates.count(answering.asked(self._engine, (), everywhere=all))

    def get(self, candidate_id: str) -> CandidateMemory:
        """The candidate that waits under this id, or six or more of its first characters."""
        return answering.named(self._engine, candidate_id)

    def accept(
        self,
        *ids: CandidateMemory | str,
        content: str | None = None,
        type: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> list[Saved]:
        """Save candidates as memories with where they come from, as one action that `undo` takes back.

        `content` puts other words in place of those of a single candidate. Raises CandidateNotFound, AmbiguousId,
        InvalidInput, SecretRefused.
        """
        found = [answering.named(self._engine, one) for one in ids]
        if content is not None and len(found) != 1:
            raise InvalidInput(
                f"One text cannot stand for {len(found)} candidates.", hint="Accept them one by one."
            )
        return answering.accept(self._engine, found, content=content, type=type, tags=tags)

    def reject(self, *ids: CandidateMemory | str) -> list[CandidateMemory]:
        """Turn candidates down, so that the same words are never proposed again; `undo` takes it back."""
        found = [answering.named(self._engine, one) for one in ids]
        answering.reject(self._engine, found)
        return found

    def recognise(self, session: Session | str) -> int:
        """Read what is new in a session; returns how many candidates that makes. Cheap, and safe to repeat."""
        return recognising.recognise(self._engine, recognising.session_named(self._engine, session))

    def look(self, sessions: Sequence[Session | str] = ()) -> int:
        """Read whole sessions, all of this namespace unless some are named; returns how many candidates are new."""
        return recognising.look(self._engine, sessions)


def recognise(engine: Engine, session_id: str) -> int:
    """Read what is new in a session, given by its full id; returns how many candidates that makes."""
    return recognising.recognise(engine, session_id)
