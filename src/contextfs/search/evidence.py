"""Evidence: what speaks for one memory, as numbers that mean the same in every store."""

from __future__ import annotations

from typing import NamedTuple


class Evidence(NamedTuple):
    """What the retrievers know about one memory."""

    words: float = 0.0
    """BM25 over what a memory of ordinary length that holds every word of the question would score."""
    coverage: float = 0.0
    """Share of the question's words that it holds, each counting its rarity."""
    named: float = 0.0
    """Share of the question's names, numbers and identifiers that it holds."""
    rarest: float = 0.0
    """Rarity of the rarest word of the question that it holds, over that of the rarest word asked."""
    terms: tuple[str, ...] = ()
    """The words of the question that it holds."""


NOTHING = Evidence()
