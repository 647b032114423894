"""The search pipeline: plan -> retrieve -> fuse -> rerank."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from math import log

from contextfs.domain.search import SearchQuery, SearchResult, Why
from contextfs.domain.text import query_terms
from contextfs.domain.vector import to_int8
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.store.view import View

_WEIGHTS = (2.0, 0.5, 4.0, 1.0, 0.5)
_CANDIDATES = 200


def search(
    view: View,
    query: SearchQuery,
    provider: EmbeddingProvider | None,
    *,
    without: AbstractSet[str] = frozenset(),
) -> tuple[list[SearchResult], list[SearchResult]]:
    """The results of a query with a text, best first, and the nearest memories below the threshold."""
    visible = view.visible(query.filters, query.scope, without=without)
    terms = [term.text for term in query_terms(query.text) if term.kind != "stop"]
    stems = [stem for stem in view.stems(terms) if stem]
    total = max(1, view.total())
    frequencies = view.document_frequencies({part for stem in stems for part in stem.split()})
    ceiling = sum(2.2 * log(1 + total / (1 + frequencies.get(stem, 0))) for stem in stems) or 1.0
    expression = " OR ".join(f'"{term}"' for term in terms)
    lexical = (
        {one.row: one.score for one in view.match(expression, _WEIGHTS, visible, _CANDIDATES)}
        if terms
        else {}
    )
    dense: dict[int, float] = {}
    if provider is not None:
        for one in view.scan(
            provider.identity, to_int8(provider.embed_query(query.text)), visible, _CANDIDATES
        ):
            dense[one.row] = max(one.cosine, dense.get(one.row, -1.0))
    rows = list({**lexical, **dense})
    memories = view.memories(rows)
    scored: list[SearchResult] = []
    for row in rows:
        words, cosine = min(1.0, lexical.get(row, 0.0) / ceiling), max(0.0, dense.get(row, 0.0))
        relevance = min(1.0, 0.6 * words + 0.5 * cosine)
        scored.append(SearchResult(memories[row], relevance, Why({"lexical": words, "cosine": cosine})))
    scored.sort(key=lambda one: -one.relevance)
    least = 0.3 if query.min_relevance is None else query.min_relevance
    kept = [one for one in scored if one.relevance >= least]
    return kept[query.offset : query.offset + query.limit], scored[:3]
