"""Near-duplicates: the memory of the same namespace that says nearly the same, if there is one."""

from __future__ import annotations

from re import findall

from contextfs.capture.chunking import passages
from contextfs.capture.embedder import Embedder
from contextfs.domain.memory import Memory
from contextfs.domain.search import NO_FILTERS, Scope
from contextfs.domain.text import index_text
from contextfs.domain.vector import to_int8
from contextfs.store.store import Store

COSINE = 0.70
SHARED_WORDS = 0.55
"""What a near-duplicate has at least: the cosine, and the share of words in common, which tells more of the two.

Measured on 2026-11-20 over 2,046 real texts (benchmarks/quality/duplicates.py, static provider): 94 of 100
repetitions are named, and of 100 namings 84 are right if the nearest other text of the same module came as often.
With another number 1 of 100 is named, with a negation none: for that their numbers and denials must agree.
"""
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
        other = others[one.row]
        if overlap(memory.content, other.content) >= SHARED_WORDS and same_claims(
            memory.content, other.content
        ):
            return other, one.cosine
    return None


def overlap(left: str, right: str) -> float:
    """The share of different words that two texts have in common (Jaccard)."""
    ours, theirs = _words(left), _words(right)
    return len(ours & theirs) / max(1, len(ours | theirs))


def same_claims(left: str, right: str) -> bool:
    """Whether both texts have the same numbers and deny equally often: a vector hardly sees either."""
    return _claims(left) == _claims(right)


def _words(text: str) -> set[str]:
    return set(findall(r"\w+", index_text(text).lower()))


def _claims(text: str) -> tuple[set[str], int]:
    numbers = findall(r"\d+(?:[.,]\d+)*", text)
    return set(numbers), len(findall(r"(?i)\b(?:not|no|never|cannot|without|nor|none)\b|n['\u2019]t\b", text))
