"""Finding: which namespaces a query sees, which provider answers it, and what stood in the store at an earlier time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from contextfs.api.engine import Engine
from contextfs.domain.clock import ID_LENGTH
from contextfs.domain.memory import Memory
from contextfs.domain.namespaces import GLOBAL, namespace_name
from contextfs.domain.search import Answer, Scope, SearchQuery, SearchResult
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.errors import EmbeddingUnavailable, StoreError
from contextfs.lazy import Later
from contextfs.search.pipeline import search
from contextfs.store.view import View

if TYPE_CHECKING:
    from contextfs.api import earlier
    from contextfs.domain import status
    from contextfs.domain.session import Session
    from contextfs.domain.status import Links, Listing
    from contextfs.store import conversations as talk
else:
    status = Later("contextfs.domain.status")
    talk = Later("contextfs.store.conversations")
    earlier = Later("contextfs.api.earlier")

EVERYWHERE = Scope(None)
_HEX = frozenset("0123456789abcdef")
_WRITTEN = 32
"""Windows whose vectors are written in one transaction."""
_EMBED_AT_SEARCH = 64
"""Memories without a vector that one search embeds before it looks; the rest wait for `reindex` or the next one."""


def scope_of(
    engine: Engine, *, namespace: str | None, project: str, source_repo: str, everywhere: bool
) -> Scope:
    """The namespaces that a query sees.

    The one that is named; all of them when asked, or when a project or a repository is named; else the current one,
    those that this repository had before, and the global one.
    """
    if namespace:
        return Scope((namespace_name(namespace),))
    if everywhere or project or source_repo:
        return EVERYWHERE
    return Scope(tuple(dict.fromkeys((engine.workspace.namespace, *engine.former_namespaces, GLOBAL))))


def ask(engine: Engine, query: SearchQuery, *, quick: bool = False) -> Answer:
    """Answer a query; when the embedding provider fails, by the next one that has vectors, else by words alone.

    A `quick` answer loads no model, makes up for nothing that is due, and does not look elsewhere.
    """
    text = query.text.strip()
    if not text:
        return _browse(engine, query)
    query = query._replace(text=text, min_relevance=_threshold(engine, query))
    if quick:
        provider = engine.embedder.provider
        return _ask(engine, query, provider if provider and provider.instant else None, wide=False)
    _catch_up(engine)
    while provider := _provider(engine, query.scope):
        try:
            return _ask(engine, query, provider)
        except EmbeddingUnavailable as error:
            engine.embedder.fail(provider.name, error)
    return _ask(engine, query, None)


def _catch_up(engine: Engine) -> None:
    """Make vectors and counts that are due; a store that cannot be written to now is searched as it is."""
    try:
        embed_memories(engine, _EMBED_AT_SEARCH)
        engine.store.refresh_frequent()
    except StoreError:
        return


def _threshold(engine: Engine, query: SearchQuery) -> float | None:
    if query.min_relevance is not None:
        return query.min_relevance
    configured = engine.settings.number("search.min_relevance")
    return configured if configured >= 0 else None


def _ask(
    engine: Engine, query: SearchQuery, provider: EmbeddingProvider | None, *, wide: bool = True
) -> Answer:
    with engine.store.reading() as view:

        def look(asked: SearchQuery) -> tuple[list[SearchResult], list[SearchResult]]:
            if asked.as_of is not None:
                return earlier.search_as_of(view, asked, provider, engine.embedder)
            return search(view, asked, provider)

        results, nearest = look(query)
        wanted = engine.embedder.wanted
        waiting = view.waiting(wanted.identity, query.scope) if wanted else 0
        elsewhere = 0
        if wide and not results and query.scope.namespaces is not None:
            elsewhere = len(look(query._replace(scope=EVERYWHERE, offset=0))[0])
    return Answer(results, () if results else nearest, elsewhere, provider.name if provider else "", waiting)


def _browse(engine: Engine, query: SearchQuery) -> Answer:
    """An empty query is a plan whose only order is recency."""
    found = listing(engine, query)
    results = [SearchResult(memory, 1.0) for memory in found.memories]
    return Answer(results, elsewhere=0 if results else found.elsewhere)


def listing(engine: Engine, query: SearchQuery, *, counted: bool = True) -> Listing:
    """Memories by time, newest first; uncounted, the total is that of those that were looked at."""
    with engine.store.reading() as view:
        if query.as_of is not None:
            return earlier.listed_as_of(view, query)
        memories = view.select(query.filters, query.scope, query.limit, query.offset)
        if not counted:
            return status.Listing(memories, query.offset + len(memories), 0)
        total = view.count(query.filters, query.scope)
        everywhere = total if query.scope.namespaces is None else view.count(query.filters, EVERYWHERE)
    return status.Listing(memories, total, everywhere - total)


def links(engine: Engine, prefix: str) -> Links:
    """What a memory names, and the memories on either side of its references."""
    with engine.store.reading() as view:
        subject = view.resolve(prefix)
        mentions = view.mentions_of(subject)
        memory = view.memory(subject)
        named = [mention.name for mention in mentions if mention.kind == "memory"]
        lineage = [*memory.supersedes, memory.superseded_by] if memory else []
        gone = [name for name in lineage if name and view.memory(name) is None]
        named += lineage
        referred = _resolved(view, named)
        names = [subject[:length] for length in range(6, 33)]
        pointing = [one for one in view.mentioning("memory", names) if one.id != subject]
        labels = [mention.name for mention in mentions if mention.kind == "session"]
        sessions = _sessions(view, memory.session_id if memory else "", labels)
    shown = {"memory", *(["session"] if sessions else [])}
    things = [(mention.kind, mention.name) for mention in mentions if mention.kind not in shown]
    return status.Links(things, referred, pointing, gone, sessions)


def _sessions(view: View, own: str, labels: Iterable[str]) -> list[Session]:
    """The session in which a memory was saved, and the latest of each label that it names."""
    conversations = talk.Conversations.of(view)
    found = conversations.sessions([own]) if len(own) == ID_LENGTH and _HEX.issuperset(own) else {}
    for label in labels:
        for session in conversations.sessions_labelled(label)[:1]:
            found.setdefault(session.id, session)
    return list(found.values())


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
    embedder = engine.embedder
    active = embedder.provider
    if active is None and embedder.settings.choice == chain.WORDS:
        return None
    with engine.store.reading() as view:
        if active and not view.waiting(active.identity, scope):
            return active
        counts = view.vector_counts()
    others = [
        one
        for one in chain.every(engine.provider_settings)
        if not embedder.has_failed(one.name) and one.available() and one.identity in counts
    ]
    best = max(others, key=lambda one: counts[one.identity], default=active)
    covered = counts.get(active.identity, 0) if active else 0
    return best if best and counts.get(best.identity, 0) > covered else active


def embed_waiting(engine: Engine, limit: int) -> int:
    """Make vectors that are missing, of memories first, then of sessions; returns how many were made."""
    return embed_memories(engine, limit) or embed_windows(engine, limit)


def embed_windows(engine: Engine, limit: int) -> int:
    """Make the vectors of turn windows that are missing, the latest first; returns how many were made."""
    provider = engine.embedder.provider
    if provider is None:
        return 0
    with engine.store.reading() as view:
        conversations = talk.Conversations.of(view)
        if not conversations.waiting(provider.identity, EVERYWHERE):
            return 0
        texts = conversations.window_texts(conversations.windows_waiting(provider.identity, limit))
    embedded = engine.embedder.embed_texts(list(texts.values()))
    ready = [(*one, made) for one, made in zip(texts.items(), embedded, strict=True) if made]
    groups = (ready[start : start + _WRITTEN] for start in range(0, len(ready), _WRITTEN))
    added = sum(engine.store.add_window_vectors(group) for group in groups)
    with engine.store.reading() as view:
        conversations = talk.Conversations.of(view)
        whole = not engine.embedder.trouble and not conversations.waiting(provider.identity, EVERYWHERE)
        old = (
            [name for name in conversations.vector_identities() if name != provider.identity] if whole else []
        )
    for identity in old:
        engine.store.drop_vectors(identity, "message")
    return added


def embed_memories(engine: Engine, limit: int) -> int:
    """Make the vectors of memories that are missing, the newest first; returns how many were made."""
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
    """Drop the vectors of other providers once the active one has all of them, and is not just standing in."""
    if engine.embedder.trouble:
        return
    with engine.store.reading() as view:
        if view.waiting(provider.identity, EVERYWHERE):
            return
        old = [identity for identity in view.vector_counts() if identity != provider.identity]
    for identity in old:
        engine.store.drop_vectors(identity)
