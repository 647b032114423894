"""Statistics: what a store is made of, how it grows, what is read of it and what never was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from contextfs.api.engine import Engine, now
from contextfs.api.usage import INJECTED, PACKED, RECALLED
from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.given import whole_number
from contextfs.domain.search import Scope
from contextfs.domain.tending import Stats, UsedMemory, Week
from contextfs.domain.verdict import FEEDBACK, USEFUL, WRONG
from contextfs.store.view import View

READ = (RECALLED, PACKED, INJECTED)
"""Uses by which a memory reached somebody whole; that a search listed it is none."""
_SHOWN = 20
_WEEKS = 520
"""Ten years."""


def stats(engine: Engine, scope: Scope, weeks: int) -> Stats:
    """Counts of the memories in scope, week by week and by what they are."""
    asked = whole_number("weeks", weeks, 1, _WEEKS)
    since = _monday(now()) - timedelta(weeks=asked - 1)
    used = _used(engine, since)
    provider = engine.embedder.wanted
    indexed = tuple(one.root for one in engine.store.index.checkouts())
    with engine.store.reading() as view:
        counted = view.statistics(scope)
        saved = counted.weeks(to_micros(Timestamp.of(since)), to_micros(now()))
        counts = counted.counts(_SHOWN)
        starts = [since + timedelta(weeks=place) for place in range(len(saved))]
        sessions = view.session_counts()
        return Stats(
            namespaces=scope.namespaces or (),
            memories=counts.memories,
            counts={**counts.columns, "tag": view.known_tags(_SHOWN, scope)},
            untagged=counts.untagged,
            superseded=counts.superseded,
            weeks=[_week(start, number, used) for start, number in zip(starts, saved, strict=True)],
            before=counted.before(to_micros(Timestamp.of(since))),
            most_used=_most_used(view, scope),
            never_read=counted.never_used(READ),
            feedback=_feedback(view),
            sessions=sum(
                n for name, n in sessions.items() if not scope.namespaces or name in scope.namespaces
            ),
            provider=provider.name if provider else "",
            waiting=view.waiting(provider.identity, scope) if provider else 0,
            vectors=view.vector_counts(),
            indexed=indexed,
            store_bytes=engine.store.size(),
        )


def _monday(moment: datetime) -> datetime:
    """The beginning of the week of a moment."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _used(engine: Engine, since: datetime) -> dict[datetime, dict[str, tuple[int, int]]]:
    """Beginning of a week -> kind of use -> (times, tokens)."""
    found: dict[datetime, dict[str, tuple[int, int]]] = {}
    for start, kind, times, tokens in engine.usage.weeks(since):
        found.setdefault(start, {})[kind] = (times, tokens)
    return found


def _week(start: datetime, saved: int, used: dict[datetime, dict[str, tuple[int, int]]]) -> Week:
    kinds = used.get(start, {})
    tokens = sum(kinds[kind][1] for kind in (PACKED, INJECTED) if kind in kinds)
    return Week(start, saved, {kind: times for kind, (times, _) in kinds.items()}, tokens)


def _most_used(view: View, scope: Scope) -> list[UsedMemory]:
    found = view.statistics(scope).most_used(READ, _SHOWN)
    memories = ((view.memory(name), times, tokens) for name, times, tokens in found)
    return [UsedMemory(memory, times, tokens) for memory, times, tokens in memories if memory is not None]


def _feedback(view: View) -> dict[str, int]:
    said = [one.said for one in view.verdicts() if one.what == FEEDBACK]
    return {word: said.count(word) for word in (USEFUL, WRONG)}
