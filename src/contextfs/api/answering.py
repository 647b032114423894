"""Answering: candidates are saved or turned down, each answer as an act that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contextfs.api import lookup, saving
from contextfs.api.engine import Engine
from contextfs.capture.screen import refuse
from contextfs.domain.candidate import KINDS, CandidateMemory
from contextfs.domain.candidate_state import ACCEPTED, KIND, REJECTED, Answer, state_of
from contextfs.domain.clock import MIN_PREFIX, Timestamp, new_id, now_micros, to_micros
from contextfs.domain.digest import content_hash
from contextfs.domain.memory import Draft
from contextfs.errors import AmbiguousId, CandidateNotFound, InvalidInput
from contextfs.store.candidates import Asked

if TYPE_CHECKING:
    from contextfs.domain.change import Patch
    from contextfs.domain.memory import Saved
    from contextfs.store.view import View

_HEX = frozenset("0123456789abcdef")
_DAY = 86400 * 1_000_000


def waiting(
    engine: Engine, kinds: Sequence[str] = (), *, everywhere: bool = False, limit: int = -1
) -> list[CandidateMemory]:
    """The candidates that wait, each with when it expires."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no kind of candidate.", hint=f"Kinds: {', '.join(KINDS)}")
    kept = _kept(engine)
    found = engine.store.candidates.waiting(asked(engine, kinds, everywhere=everywhere)._replace(limit=limit))
    return [_expiring(one, kept) for one in found]


def accept(
    engine: Engine,
    found: Sequence[CandidateMemory],
    *,
    content: str | None = None,
    type: str | None = None,
    tags: Sequence[str] | None = None,
) -> list[Saved]:
    """Save candidates and note that they were accepted; all are looked through before the first is written."""
    batch = new_id()
    drafts = [_draft(one, content, type, tags) for one in found]
    if engine.settings.flag("secrets.refuse"):
        for draft in drafts:
            refuse({"content": draft.content, "tags": draft.tags})
    saved = [saving.put(engine, draft, batch=batch) for draft in drafts]
    answers = [
        _answer(one, ACCEPTED)._replace(memory=kept.memory.id) for one, kept in zip(found, saved, strict=True)
    ]
    _write(engine, "accept", answers, batch)
    return saved


def _draft(one: CandidateMemory, content: str | None, type: str | None, tags: Sequence[str] | None) -> Draft:
    return Draft(
        content=one.text if content is None else content,
        type=type or one.type,
        tags=tuple(tags or ()),
        project=one.project or None,
        namespace=one.namespace,
        metadata={"candidate": one.kind, "message": one.message_id},
        source_tool=one.source_tool or None,
        source_repo=one.source_repo,
        branch=one.branch,
        commit="",  # which one was checked out when it was said, nobody has written down
        created_at=one.said_at,
        session_id=one.session_id,
    )


def reject(engine: Engine, found: Sequence[CandidateMemory]) -> None:
    """Note that candidates were turned down."""
    _write(engine, "reject", [_answer(one, REJECTED) for one in found], new_id())


def _answer(one: CandidateMemory, answer: str) -> Answer:
    return Answer(one.id, answer, content_hash(one.text).hex(), one.namespace)


def _write(engine: Engine, verb: str, answers: Sequence[Answer], batch: str) -> None:
    def plan(view: View) -> Mapping[str, Patch]:
        return {
            one.id: {**state_of(one), **({"deleted": None} if view.changes_of(one.id) else {})}
            for one in answers
        }

    engine.door.write(verb, engine.workspace.author, plan, kind=KIND, batch=batch, screened=False)


def asked(engine: Engine, kinds: Sequence[str], *, everywhere: bool) -> Asked:
    """The waiting candidates of these kinds that a query sees."""
    scope = lookup.scope_of(engine, namespace=None, project="", source_repo="", everywhere=everywhere)
    return Asked(scope, oldest(engine), kinds)


def oldest(engine: Engine) -> int:
    """The moment, in microseconds, before which a candidate was found that has expired."""
    return now_micros() - _kept(engine)


def _kept(engine: Engine) -> int:
    """For how many microseconds a candidate waits."""
    return int(engine.settings.number("inbox.keep_days") * _DAY)


def _expiring(one: CandidateMemory, kept: int) -> CandidateMemory:
    return (
        one._replace(expires_at=Timestamp.from_micros(to_micros(one.found_at) + kept))
        if one.found_at
        else one
    )


def named(engine: Engine, given: CandidateMemory | str) -> CandidateMemory:
    """The waiting candidate that an id or six or more of its first characters name."""
    prefix = given if isinstance(given, str) else given.id
    wanted = prefix.strip().lower()
    if not MIN_PREFIX <= len(wanted) <= 32 or not _HEX.issuperset(wanted):
        raise CandidateNotFound(
            f"{prefix!r} is not the id of a candidate: an id has {MIN_PREFIX} to 32 characters of 0-9 and a-f."
        )
    found = engine.store.candidates.beginning(wanted, oldest(engine), 6)
    if len(found) > 1:
        shown = ", ".join(one.id[: max(8, len(wanted) + 2)] for one in found[:5])
        raise AmbiguousId(f"{prefix!r} fits several candidates: {shown}.")
    if not found:
        raise CandidateNotFound(f"No candidate that waits has an id that begins with {prefix!r}.")
    return found[0]
