"""Kinds of subjects of the change log: which tables follow the changes of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from contextfs.lazy import Later
from contextfs.store import memories

if TYPE_CHECKING:
    import apsw

    from contextfs.domain.memory import Captured
    from contextfs.store import answers, entities, sessions, verdicts

    Create = Callable[[apsw.Connection, Captured], None]
else:  # not needed to save a memory
    answers, entities = Later("contextfs.store.answers"), Later("contextfs.store.entities")
    sessions, verdicts = Later("contextfs.store.sessions"), Later("contextfs.store.verdicts")


def _create_session(connection: apsw.Connection, captured: Captured) -> None:
    sessions.create(connection, captured)


def _apply_session(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    sessions.apply(connection, captured, foreign=foreign)


def _apply_entity(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    entities.apply(connection, captured, foreign=foreign)


def _apply_answer(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    answers.apply(connection, captured, foreign=foreign)


def _apply_verdict(connection: apsw.Connection, captured: Captured, *, foreign: bool = False) -> None:
    verdicts.apply(connection, captured, foreign=foreign)


CREATED: Mapping[str, Create] = {"memory": memories.create, "session": _create_session}
"""Kind of subject -> what writes a new one into a store that nobody else has written to since."""
APPLIED: Mapping[str, Callable[..., None]] = {
    "memory": memories.apply,
    "session": _apply_session,
    "entity": _apply_entity,
    "candidate": _apply_answer,
    "verdict": _apply_verdict,
}
"""Kind of subject -> what writes its changes and brings its current state along."""
