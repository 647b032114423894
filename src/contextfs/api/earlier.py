"""What stood in the store at an earlier time: search and list as of a date.

History is in no index, since what is deleted must be gone from them; so what has changed since is folded back into a
store in memory. Relevance does not depend on the store, which is why its ranking can be merged with today's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contextfs.capture.embedder import Embedder
from contextfs.capture.linking import mentions_in
from contextfs.domain.change import Change, fold
from contextfs.domain.clock import micros_clock, new_id, to_micros
from contextfs.domain.memory import Captured, Embedded, Memory
from contextfs.domain.memory_state import memory_of, state_of
from contextfs.domain.search import Scope, SearchQuery, SearchResult
from contextfs.domain.status import Listing
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.search.pipeline import search
from contextfs.store.database import MEMORY
from contextfs.store.store import Store
from contextfs.store.view import View

_ALL = 1_000_000_000
_EMBEDDED_AT_ONCE = 64
"""So many changed memories wait for a slow provider; more of them are searched by words."""


def search_as_of(
    view: View, query: SearchQuery, provider: EmbeddingProvider | None, embedder: Embedder
) -> tuple[list[SearchResult], list[SearchResult]]:
    """Search the memories that have not changed since, and those that have as they stood then, side by side."""
    changed, then = _changed_since(view, query.as_of)
    filters = query.filters._replace(at=query.as_of)
    wide = query._replace(filters=filters, limit=query.limit + query.offset, offset=0)
    few = len(then) <= _EMBEDDED_AT_ONCE
    earlier = _store_of(then, embedder.embed(then) if few else embedder.at_save(then))
    try:
        with earlier.reading() as past:
            sides = (search(view, wide, provider, without=changed), search(past, wide, provider))
    finally:
        earlier.close()
    merged = [
        sorted((*now, *before), key=lambda one: -one.relevance) for now, before in zip(*sides, strict=True)
    ]
    return merged[0][query.offset : query.offset + query.limit], merged[1]


def listed_as_of(view: View, query: SearchQuery) -> Listing:
    """The memories as they stood at a time, newest first."""
    changed, then = _changed_since(view, query.as_of)
    query = query._replace(filters=query.filters._replace(at=query.as_of))
    earlier = _store_of(then, [None] * len(then))
    try:
        with earlier.reading() as past:
            found = _standing(view, past, changed, query)
            everywhere = found
            if query.scope.namespaces is not None:
                everywhere = _standing(view, past, changed, query._replace(scope=Scope()))
    finally:
        earlier.close()
    found.sort(key=lambda memory: to_micros(memory.created_at) if memory.created_at else 0, reverse=True)
    page = found[query.offset : query.offset + query.limit]
    return Listing(page, len(found), len(everywhere) - len(found))


def _standing(view: View, past: View, changed: frozenset[str], query: SearchQuery) -> list[Memory]:
    """Every memory that met the filters then: from the past what has changed since, from today the rest."""
    today = view.select(query.filters, query.scope, _ALL)
    return [
        *past.select(query.filters, query.scope, _ALL),
        *(one for one in today if one.id not in changed),
    ]


def _changed_since(view: View, moment: datetime | None) -> tuple[frozenset[str], list[Memory]]:
    """The memories changed after a moment: their ids, and those that existed then as they stood."""
    limit = micros_clock(to_micros(moment)) if moment else 0
    subjects = view.subjects_since(limit)
    then: list[Memory] = []
    for subject in subjects:
        memory = memory_of(
            subject, fold(change for change in view.changes_of(subject) if change.clock <= limit)
        )
        if memory:
            then.append(memory)
    return frozenset(subjects), then


def _store_of(memories: Sequence[Memory], vectors: Sequence[Embedded | None]) -> Store:
    """A store in memory that holds these memories."""
    store = Store(MEMORY)
    store.apply(
        [_captured(memory, made) for memory, made in zip(memories, vectors, strict=True)], foreign=True
    )
    return store


def _captured(memory: Memory, embedded: Embedded | None) -> Captured:
    clock = micros_clock(to_micros(memory.created_at)) if memory.created_at else 0
    change = Change(
        new_id(),
        memory.id,
        "memory",
        "save",
        new_id(),
        (),
        clock,
        memory.device,
        memory.author,
        state_of(memory),
    )
    return Captured((change,), memory_of(memory.id, fold([change])), mentions_in(memory), embedded)
