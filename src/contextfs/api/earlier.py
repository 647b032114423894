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
from contextfs.domain.search import SearchQuery, SearchResult
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.search.pipeline import search
from contextfs.store.database import MEMORY
from contextfs.store.store import Store
from contextfs.store.view import View


def search_as_of(
    view: View, query: SearchQuery, provider: EmbeddingProvider | None, embedder: Embedder
) -> tuple[list[SearchResult], list[SearchResult]]:
    """Search the memories that have not changed since, and those that have as they stood then, side by side."""
    changed, then = _changed_since(view, query.as_of)
    wide = query._replace(limit=query.limit + query.offset, offset=0)
    earlier = _store_of(then, embedder)
    try:
        with earlier.reading() as past:
            sides = (search(view, wide, provider, without=changed), search(past, wide, provider))
    finally:
        earlier.close()
    merged = [
        sorted((*now, *before), key=lambda one: -one.relevance) for now, before in zip(*sides, strict=True)
    ]
    return merged[0][query.offset : query.offset + query.limit], merged[1]


def listed_as_of(view: View, query: SearchQuery, embedder: Embedder) -> list[Memory]:
    """The memories as they stood at a time, newest first."""
    changed, then = _changed_since(view, query.as_of)
    wanted = query.limit + query.offset
    earlier = _store_of(then, embedder)
    try:
        with earlier.reading() as past:
            found = past.select(query.filters, query.scope, wanted)
    finally:
        earlier.close()
    found += [
        one for one in view.select(query.filters, query.scope, wanted + len(changed)) if one.id not in changed
    ]
    found.sort(key=lambda memory: to_micros(memory.created_at) if memory.created_at else 0, reverse=True)
    return found[query.offset : wanted]


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


def _store_of(memories: Sequence[Memory], embedder: Embedder) -> Store:
    """A store in memory that holds these memories."""
    store = Store(MEMORY)
    vectors = embedder.at_save(memories)
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
