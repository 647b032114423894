"""Finding: which namespaces a query sees, which provider answers it, and what stood in the store at an earlier time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from contextfs.api.engine import Engine
from contextfs.capture.embedder import Embedder
from contextfs.capture.linking import mentions_in
from contextfs.domain.change import Change, fold
from contextfs.domain.clock import micros_clock, new_id, to_micros
from contextfs.domain.memory import Captured, Embedded, Memory
from contextfs.domain.memory_state import memory_of, state_of
from contextfs.domain.namespaces import GLOBAL, namespace_name
from contextfs.domain.search import Answer, Scope, SearchQuery, SearchResult
from contextfs.domain.status import Links, Listing
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.errors import EmbeddingUnavailable
from contextfs.search.pipeline import search
from contextfs.store.database import MEMORY
from contextfs.store.store import Store
from contextfs.store.view import View

EVERYWHERE = Scope(None)
_EMBED_AT_SEARCH = 64
"""Memories without a vector that one search embeds before it looks; the rest wait for `reindex` or the next one."""


def scope_of(
    engine: Engine, *, namespace: str | None, project: str, source_repo: str, everywhere: bool
) -> Scope:
    """The namespaces that a query sees.

    The one that is named; all of them when asked, or when a project or a repository is named; else the current one
    and the global one.
    """
    if namespace:
        return Scope((namespace_name(namespace),))
    if everywhere or project or source_repo:
        return EVERYWHERE
    return Scope(tuple(dict.fromkeys((engine.workspace.namespace, GLOBAL))))


def ask(engine: Engine, query: SearchQuery) -> Answer:
    """Answer a query, by words alone when the embedding provider fails."""
    text = query.text.strip()
    if not text:
        return _browse(engine, query)
    query = query._replace(text=text, min_relevance=_threshold(engine, query))
    embed_waiting(engine, _EMBED_AT_SEARCH)
    engine.store.refresh_frequent()
    provider = _provider(engine, query.scope)
    try:
        return _ask(engine, query, provider)
    except EmbeddingUnavailable as error:
        if provider is None:
            raise
        engine.embedder.fail(provider.name, error)
        return _ask(engine, query, None)


def _threshold(engine: Engine, query: SearchQuery) -> float | None:
    if query.min_relevance is not None:
        return query.min_relevance
    configured = engine.settings.number("search.min_relevance")
    return configured if configured >= 0 else None


def _ask(engine: Engine, query: SearchQuery, provider: EmbeddingProvider | None) -> Answer:
    with engine.store.reading() as view:
        if query.as_of is not None:
            results, nearest = _search_as_of(view, query, provider, engine.embedder)
        else:
            results, nearest = search(view, query, provider)
        waiting = view.waiting(provider.identity, query.scope) if provider else 0
        elsewhere = 0
        if not results and query.scope.namespaces is not None and query.as_of is None:
            elsewhere = len(search(view, query._replace(scope=EVERYWHERE, offset=0), provider)[0])
    return Answer(results, () if results else nearest, elsewhere, provider.name if provider else "", waiting)


def _browse(engine: Engine, query: SearchQuery) -> Answer:
    """An empty query is a plan whose only order is recency."""
    with engine.store.reading() as view:
        if query.as_of is not None:
            found = _listed_as_of(view, query, engine.embedder)
        else:
            found = view.select(query.filters, query.scope, query.limit, query.offset)
        elsewhere = 0 if found else view.count(query.filters, EVERYWHERE)
    return Answer([SearchResult(memory, 1.0) for memory in found], elsewhere=elsewhere)


def listing(engine: Engine, query: SearchQuery) -> Listing:
    """Memories by time, newest first."""
    with engine.store.reading() as view:
        memories = view.select(query.filters, query.scope, query.limit, query.offset)
        total = view.count(query.filters, query.scope)
        everywhere = total if query.scope.namespaces is None else view.count(query.filters, EVERYWHERE)
    return Listing(memories, total, everywhere - total)


def links(engine: Engine, prefix: str) -> Links:
    """What a memory names, and the memories on either side of its references."""
    with engine.store.reading() as view:
        subject = view.resolve(prefix)
        mentions = view.mentions_of(subject)
        memory = view.memory(subject)
        named = [mention.name for mention in mentions if mention.kind == "memory"]
        named += [*memory.supersedes, memory.superseded_by] if memory else []
        referred = _resolved(view, named)
        names = [subject[:length] for length in range(6, 33)]
        pointing = [one for one in view.mentioning("memory", names) if one.id != subject]
    things = [(mention.kind, mention.name) for mention in mentions if mention.kind != "memory"]
    return Links(things, referred, pointing)


def _resolved(view: View, prefixes: Iterable[str]) -> list[Memory]:
    found: dict[str, Memory] = {}
    for prefix in prefixes:
        if len(prefix) < 6:
            continue
        for name in view.ids_by_prefix(prefix, 1):
            memory = view.memory(name)
            if memory:
                found[name] = memory
    return list(found.values())


# ── embedding providers ─────────────────────────────────────────────────────────────────────────────────────────────


def _provider(engine: Engine, scope: Scope) -> EmbeddingProvider | None:
    """The active provider, or an older one whose vectors cover more while re-embedding is under way."""
    active = engine.embedder.provider
    if active is None:
        return None
    with engine.store.reading() as view:
        if not view.waiting(active.identity, scope):
            return active
        counts = view.vector_counts()
    others = [
        one for one in chain.every(engine.provider_settings) if one.identity in counts and one.available()
    ]
    best = max(others, key=lambda one: counts[one.identity], default=active)
    return best if counts.get(best.identity, 0) > counts.get(active.identity, 0) else active


def embed_waiting(engine: Engine, limit: int) -> int:
    """Make the vectors that are missing, newest memories first; returns how many were made."""
    provider = engine.embedder.provider
    if provider is None:
        return 0
    with engine.store.reading() as view:
        if not view.waiting(provider.identity, EVERYWHERE):
            return 0
        rows = view.rows_waiting(provider.identity, limit)
        memories = view.memories(rows)
    ordered = [(row, memories[row]) for row in rows if row in memories]
    embedded = engine.embedder.embed([memory for _, memory in ordered])
    ready = [
        (row, memory, vectors) for (row, memory), vectors in zip(ordered, embedded, strict=True) if vectors
    ]
    added = engine.store.add_vectors(ready) if ready else 0
    _forget_old_generations(engine, provider)
    return added


def _forget_old_generations(engine: Engine, provider: EmbeddingProvider) -> None:
    """Drop the vectors of other providers once the active one has all of them."""
    with engine.store.reading() as view:
        if view.waiting(provider.identity, EVERYWHERE):
            return
        old = [identity for identity in view.vector_counts() if identity != provider.identity]
    for identity in old:
        engine.store.drop_vectors(identity)


# ── an earlier time ─────────────────────────────────────────────────────────────────────────────────────────────────


def _search_as_of(
    view: View, query: SearchQuery, provider: EmbeddingProvider | None, embedder: Embedder
) -> tuple[list[SearchResult], list[SearchResult]]:
    """Search the memories that have not changed since, and those that have as they stood then, side by side.

    History is in no index, since what is deleted must be gone from them; so what has changed is folded back into a
    store in memory. Relevance does not depend on the store, which is why the two rankings can be merged.
    """
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


def _listed_as_of(view: View, query: SearchQuery, embedder: Embedder) -> list[Memory]:
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
