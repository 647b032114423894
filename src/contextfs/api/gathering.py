"""Gathering: what a store has to be asked about, each kind with bounded work that says how far it looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from contextfs.api import answering, pairing, standing
from contextfs.api.engine import Engine, now
from contextfs.api.procedures import outdated
from contextfs.api.statistics import READ
from contextfs.api.verdicts import Said
from contextfs.capture.advice import lacks_reason
from contextfs.domain.citation import citations
from contextfs.domain.clock import to_micros
from contextfs.domain.freshness import FRESH, GONE, UNKNOWN, Freshness
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.rounds import KINDS, Looked, ReviewItem
from contextfs.domain.search import Filters, Scope
from contextfs.hygiene.joining import joined
from contextfs.hygiene.tag_words import groups, near_tags

if TYPE_CHECKING:
    from contextfs.domain.tending import Pair, Pairs
    from contextfs.store.view import View

OLD, AGAIN = timedelta(days=90), timedelta(days=180)
"""Age from which an unread memory is asked about, and how long an answer to that holds."""
_NEWEST = 500
"""Memories that are read for a kind which no index answers, the newest."""
_COMPARED, _PATIENCE = 300, 1.5
"""Memories compared with all near them for pairs, and seconds for each kind of pair."""
Found = tuple[list[ReviewItem], Looked]


def gather(engine: Engine, kinds: Sequence[str], scope: Scope, each: int) -> list[Found]:
    """The items of these kinds, at most so many of each, with how far was looked for each kind."""
    return [_GATHERERS[kind](engine, scope, each) for kind in KINDS if kind in kinds]


def key_of(kind: str, about: Iterable[str]) -> str:
    """The key of an item about these memories or tags."""
    return ":".join((kind, *about))


def _one(kind: str, memory: Memory, why: str, sentences: Sequence[str] = ()) -> ReviewItem:
    return ReviewItem(key_of(kind, [memory.id]), kind, why, (memory,), sentences, draft=memory.content)


# ── what somebody said ──────────────────────────────────────────────────────────────────────────────────────────────


def _wrong(engine: Engine, scope: Scope, each: int) -> Found:
    with engine.store.reading() as view:
        named = Said(view).wrong()
        memories = [memory for name in named if (memory := view.memory(name)) and _counts(memory, scope)]
    items = [_one("wrong", one, "Marked by `contextfs feedback`.") for one in memories[:each]]
    return items, Looked("wrong", len(memories), len(named), len(named))


def _candidates(engine: Engine, scope: Scope, each: int) -> Found:
    waiting = answering.waiting(engine, everywhere=scope.namespaces is None)
    items = [
        ReviewItem(
            key_of("candidate", [one.id]), "candidate", f"{one.kind}, {one.confidence:.0%} sure",
            candidate=one, draft=one.text,
        )
        for one in waiting[:each]
    ]  # fmt: skip
    return items, Looked("candidate", len(waiting), len(waiting), len(waiting))


# ── pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _contradictions(engine: Engine, scope: Scope, each: int) -> Found:
    found = pairing.contradictions(engine, scope, _COMPARED, patience=_PATIENCE)
    return _paired("contradiction", found, each)


def _duplicates(engine: Engine, scope: Scope, each: int) -> Found:
    found = pairing.duplicates(engine, scope, _COMPARED, patience=_PATIENCE)
    return _paired("duplicate", found, each)


def _paired(kind: str, found: Pairs, each: int) -> Found:
    items = [pair_item(kind, one) for one in found.pairs[:each]]
    return items, Looked(kind, len(found.pairs), found.looked, found.of)


def pair_item(kind: str, one: Pair) -> ReviewItem:
    """A pair as something to look at."""
    names = (one.older.id, one.newer.id)
    draft = one.newer.content if kind == "contradiction" else joined([longer(one.older, one.newer).content])
    sentences = one.sentences if any(one.sentences) else ()
    return ReviewItem(key_of(kind, names), kind, one.why, (one.older, one.newer), sentences, draft=draft)


def longer(older: Memory, newer: Memory) -> Memory:
    """The one of two that says more; of equals the newer one."""
    return older if len(older.content) > len(newer.content) else newer


# ── code that changed ───────────────────────────────────────────────────────────────────────────────────────────────


def _stale(engine: Engine, scope: Scope, each: int) -> Found:
    looked, total = _newest(engine, scope, source_repo=True)
    judged = [one for one in looked if one.type != MemoryType.PROCEDURAL and citations(one)]
    found = [one for one in standing.freshness(engine, judged) if one.state not in (FRESH, UNKNOWN)]
    with engine.store.reading() as view:
        said = Said(view)
        found = [one for one in found if not _only_gone(one) or not said.of("stale", [one.memory.id])]
    items = [_one("stale", one.memory, "; ".join(one.marks)) for one in found[:each]]
    return items, Looked("stale", len(found), len(looked), total)


def _only_gone(one: Freshness) -> bool:
    """Whether nothing can be cited anew, so that only an answer can settle it."""
    return all(cited.state in (FRESH, GONE, UNKNOWN) for cited in one.cited)


def _procedures(engine: Engine, scope: Scope, each: int) -> Found:
    looked, total = _newest(engine, scope, types=[MemoryType.PROCEDURAL], source_repo=True)
    found = outdated(engine, looked)
    with engine.store.reading() as view:
        said = Said(view)
        found = [one for one in found if not one.only_gone or not said.of("procedure", [one.memory.id])]
    items = [_one("procedure", one.memory, "; ".join(one.marks)) for one in found[:each]]
    return items, Looked("procedure", len(found), len(looked), total)


def _newest(
    engine: Engine, scope: Scope, *, types: Sequence[str] = (), source_repo: bool = False
) -> tuple[list[Memory], int]:
    """The newest memories that hold, of this repository where that matters, and how many there are."""
    here = engine.workspace
    if source_repo and not here.repo:
        return [], 0
    filters = Filters(types=types, source_repo=here.repo if source_repo else "", statuses=("active",))
    with engine.store.reading() as view:
        found = view.select(filters, scope, _NEWEST)
        total = len(found) if len(found) < _NEWEST else view.count(filters, scope)
    return [one for one in found if not one.superseded_by], total


# ── time, tags, reasons ─────────────────────────────────────────────────────────────────────────────────────────────


def _due(engine: Engine, scope: Scope, each: int) -> Found:
    moment = now()
    with engine.store.reading() as view:
        rows = view.statistics(scope).due(to_micros(moment), _NEWEST)
        found = _in_order(view, rows)
    items = [_one("due", one, _overdue(one)) for one in found[:each]]
    return items, Looked("due", len(found), len(found), len(found))


def _overdue(memory: Memory) -> str:
    if memory.expires_at and memory.expires_at <= now():
        return f"It expired on {memory.expires_at:%Y-%m-%d}."
    return f"It was to be looked at again on {memory.review_at:%Y-%m-%d}."


def _in_order(view: View, rows: Sequence[int]) -> list[Memory]:
    found = view.memories(rows)
    return [found[row] for row in rows if row in found]


def _tags(engine: Engine, scope: Scope, each: int) -> Found:
    with engine.store.reading() as view:
        counts = view.known_tags(1_000_000, scope)
        said = Said(view)
        alike = groups(near_tags(counts), dict(counts))
        found = [group for group in alike if not said.of("tags", group)]
    items = [
        ReviewItem(key_of("tags", group), "tags", _used(group, dict(counts)), tags=tuple(group))
        for group in found[:each]
    ]
    return items, Looked("tags", len(found), len(counts), len(counts))


def _used(group: Sequence[str], counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {counts.get(name, 0)}" for name in group)


def _rationale(engine: Engine, scope: Scope, each: int) -> Found:
    looked, total = _newest(engine, scope, types=[MemoryType.DECISION])
    bare = [one for one in looked if lacks_reason(one)]
    with engine.store.reading() as view:
        said = Said(view)
        found = [one for one in bare if not said.of("rationale", [one.id])]
    items = [_one("rationale", one, "It does not say why.") for one in found[:each]]
    return items, Looked("rationale", len(found), len(looked), total)


def _unread(engine: Engine, scope: Scope, each: int) -> Found:
    moment = now()
    with engine.store.reading() as view:
        rows = view.statistics(scope).unread(READ, to_micros(moment + -OLD), _NEWEST)
        said = Said(view)
        kept = {one.about[0] for one in said.about("unread") if one.at > moment + -AGAIN}
        found = [one for one in _in_order(view, rows) if one.id not in kept]
    why = "Nobody read it and no assistant was given it, as far as was noted."
    return [_one("unread", one, why) for one in found[:each]], Looked(
        "unread", len(found), len(rows), len(rows)
    )


def _counts(memory: Memory, scope: Scope) -> bool:
    """Whether a memory is in scope and meant to hold."""
    inside = scope.namespaces is None or memory.namespace in scope.namespaces
    return inside and memory.status == "active" and not memory.superseded_by


_GATHERERS: Mapping[str, Callable[[Engine, Scope, int], Found]] = {
    "wrong": _wrong,
    "candidate": _candidates,
    "contradiction": _contradictions,
    "stale": _stale,
    "procedure": _procedures,
    "due": _due,
    "duplicate": _duplicates,
    "tags": _tags,
    "rationale": _rationale,
    "unread": _unread,
}
"""Kind of item -> what gathers it."""
