"""The search pipeline: plan -> retrieve -> fuse -> rerank -> relevance."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.search import SearchQuery, SearchResult, Why
from contextfs.lazy import Later
from contextfs.search import fusion, relevance, rerank
from contextfs.search.coefficients import BLENDS, OTHER_BLEND, Blend
from contextfs.search.evidence import NOTHING
from contextfs.search.plan import Plan, describes, plan_of
from contextfs.search.rerank import Ranked
from contextfs.search.retrievers import lexical, vector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from contextfs.domain.memory import Memory
    from contextfs.embedding.provider import EmbeddingProvider
    from contextfs.search.fusion import Candidate
    from contextfs.search.retrievers import graph
    from contextfs.search.retrievers.graph import Link
    from contextfs.store.view import View, Visible
else:  # only questions that describe a thing
    graph = Later("contextfs.search.retrievers.graph")

NO_GAINS: Mapping[int, float] = {}
NO_LINKS: Mapping[int, Link] = {}
READ = 50
"""Candidates that are read and weighed exactly; more when more are asked for."""
NEAREST = 3
"""Results that are worked out even when they are below the threshold, to be shown as what came nearest."""


class _Asked(NamedTuple):
    """One question on its way through the pipeline."""

    view: View
    plan: Plan
    provider: EmbeddingProvider | None
    """None when words alone answer: there is no provider, or the question has no meaning to it."""
    near: vector.Near | None
    blend: Blend
    memories: int
    """How many there are to choose from."""
    stem: Callable[[str], str]
    """What the index makes of a word."""

    @property
    def name(self) -> str:
        """Whose coefficients apply."""
        return self.provider.name if self.provider else "words"


def search(
    view: View,
    query: SearchQuery,
    provider: EmbeddingProvider | None,
    *,
    without: AbstractSet[str] = frozenset(),
) -> tuple[list[SearchResult], list[SearchResult]]:
    """The results of a query with a text, best first, and the nearest memories below the threshold."""
    visible = view.visible(query.filters, query.scope, without=without)
    wanted = query.offset + query.limit
    asked, candidates = _retrieved(view, query.text, provider, visible, max(READ, 2 * wanted))
    found, links = _ranked(asked, candidates), NO_LINKS
    if query.graph or (query.graph is None and describes(query.text)):
        links = graph.linked(view, query.text, found, visible)
        found = _widened(asked, candidates, links) if links else found
    results = _results(asked, rerank.folded(found, max(wanted, NEAREST)), links)
    least = query.min_relevance
    if least is None:
        least = relevance.coefficients(asked.name).threshold
    kept = [one for one in results if one.relevance >= least]
    return kept[query.offset : wanted], results[:NEAREST]


def _retrieved(
    view: View, text: str, provider: EmbeddingProvider | None, visible: Visible, most: int
) -> tuple[_Asked, list[Candidate]]:
    """What both retrievers find, fused."""
    memories = view.seen(visible)
    plan = plan_of(view, text, memories)
    found = lexical.retrieve(view, plan, visible)

    @cache
    def stem(word: str) -> str:
        return view.stems([word])[0]

    near = vector.retrieve(view, provider, plan.to_embed(found.labels), visible) if provider else None
    if provider is None or near is None:
        blend = BLENDS["words"]
        return _Asked(view, plan, None, None, blend, memories, stem), fusion.fuse(
            found.evidence, {}, 0.0, blend, most
        )
    blend = BLENDS.get(provider.name, OTHER_BLEND)
    candidates = fusion.fuse(found.evidence, near.cosines, near.floor, blend, most)
    return _Asked(view, plan, provider, near, blend, memories, stem), candidates


def _ranked(
    asked: _Asked, candidates: Sequence[Candidate], gains: Mapping[int, float] = NO_GAINS
) -> list[Ranked]:
    """The candidates as their memories and exact vectors bear them out, best first."""
    rows = [one.row for one in candidates]
    memories = asked.view.memories(rows)
    exact: dict[int, float] = {}
    if asked.provider and asked.near:
        exact = vector.exact(asked.view, asked.provider, asked.near.vector, rows)
    weighed = [_weighed(asked, one, memories[one.row], exact) for one in candidates if one.row in memories]
    sessions = {row: memory.session_id for row, memory in memories.items()}
    together = fusion.with_neighbours(weighed, sessions, asked.blend)
    together = [one._replace(score=one.score + gains.get(one.row, 0.0)) for one in together]
    return rerank.ranked(asked.plan.text, [(one, memories[one.row]) for one in together], datetime.now(UTC))


def _widened(asked: _Asked, candidates: Sequence[Candidate], links: Mapping[int, Link]) -> list[Ranked]:
    """The candidates and what the graph adds to them, each with the strength of its link."""
    known = {one.row for one in candidates}
    added = [fusion.Candidate(row, 0.0, 0.0, NOTHING) for row in links if row not in known]
    gains = {row: fusion.LINKED * link.strength for row, link in links.items()}
    return _ranked(asked, [*candidates, *added], gains)


def _weighed(asked: _Asked, one: Candidate, memory: Memory, exact: dict[int, float]) -> Candidate:
    evidence = lexical.completed(asked.plan, one.evidence, memory, asked.stem)
    cosine = exact.get(one.row, 0.0)
    return one._replace(
        score=fusion.score_of(evidence, cosine, asked.blend), cosine=cosine, evidence=evidence
    )


def _results(
    asked: _Asked, ranked: Sequence[Ranked], links: Mapping[int, Link] = NO_LINKS
) -> list[SearchResult]:
    """The ranked memories with their relevance, which never rises down the list.

    Rank is by the sum of the evidence, and what is printed beside it must not contradict it. A memory that answers
    through another one is nearly as relevant as that one.
    """
    logistic = relevance.coefficients(asked.name)
    usual = relevance.usual(asked.name, asked.near.vector) if asked.near else relevance.UNKNOWN
    parts = [
        relevance.features(asked.plan, one.candidate, one.memory.content, usual, asked.memories)
        for one in ranked
    ]
    own = {
        one.candidate.row: relevance.relevance(logistic, part)
        for one, part in zip(ranked, parts, strict=True)
    }
    least, results = 1.0, list[SearchResult]()
    for one, part in zip(ranked, parts, strict=True):
        found, link, notes = own[one.candidate.row], links.get(one.candidate.row), one.notes
        if rerank.EXACT in notes:
            found = max(found, relevance.OF_TITLE)
        if link:
            found, notes = (
                max(found, relevance.THROUGH * own.get(link.source, 0.0)),
                (*notes, f"shares {link.name}"),
            )
        least = min(least, found)
        why = Why({**part, "standing": one.standing, "score": one.score}, one.candidate.evidence.terms, notes)
        results.append(SearchResult(one.memory, least, why, one.folded))
    return results
