"""Near-duplicates: the memory of the same namespace that says nearly the same, if there is one."""

from __future__ import annotations

from contextfs.capture.chunking import passages
from contextfs.capture.embedder import Embedder
from contextfs.domain.memory import Memory
from contextfs.domain.search import NO_FILTERS, Scope
from contextfs.domain.vector import to_int8
from contextfs.store.store import Store

COSINE = 0.86
"""Static vectors of rewordings lie above, of different facts on one topic below (benchmarks/quality/duplicates.py)."""
SHARED_WORDS = 0.5
"""Share of the words that both texts must have in common; keeps "use Redis" and "do not use Redis 6" apart."""
_LOOK_AT = 4


def similar_memory(store: Store, embedder: Embedder, memory: Memory) -> tuple[Memory, float] | None:
    """The nearest other memory of the namespace with its cosine, if it is near enough to be the same one again."""
    provider = embedder.provider
    if provider is None or not provider.instant:
        return None
    vector = provider.embed_documents(passages(memory.summary, memory.content)[:1])[0]
    with store.reading() as view:
        visible = view.visible(NO_FILTERS, Scope((memory.namespace,)), without={memory.id})
        found = view.scan(provider.identity, to_int8(vector), visible, _LOOK_AT)
        near = [one for one in found if one.cosine >= COSINE]
        others = view.memories([one.row for one in near])
    for one in near:
        if overlap(memory.content, others[one.row].content) >= SHARED_WORDS:
            return others[one.row], one.cosine
    return None


def overlap(left: str, right: str) -> float:
    """The share of different words that two texts have in common (Jaccard)."""
    ours, theirs = set(left.lower().split()), set(right.lower().split())
    return len(ours & theirs) / max(1, len(ours | theirs))
