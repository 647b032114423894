"""Embed: memories become vectors by the provider of the chain, and a provider that fails is done without."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from contextfs.domain.memory import Embedded, Encoded, Memory
from contextfs.domain.vector import Vector, to_half, to_int8
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider, ProviderSettings
from contextfs.errors import EmbeddingUnavailable
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.capture import chunking
    from contextfs.capture import parts as parts_
else:  # only what makes vectors of memories; a question is taken whole
    chunking, parts_ = Later("contextfs.capture.chunking"), Later("contextfs.capture.parts")

RETRY_AFTER = 300.0
"""Seconds until a provider that failed is tried again, for processes that live on while its endpoint comes back."""


class Embedder:
    """The embedding provider in use; it is chosen at its first use and loads its model at its first text."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._failed: dict[str, str] = {}
        self._retry_at = 0.0
        self._provider: EmbeddingProvider | None = None
        self._missed: EmbeddingProvider | None = None
        self._chosen = False

    @property
    def provider(self) -> EmbeddingProvider | None:
        """The provider to use now; None when words alone have to do."""
        if self._failed and time.monotonic() >= self._retry_at:
            self._failed.clear()
            self._missed = None
            self._chosen = False
        if not self._chosen:
            self._chosen = True
            try:
                self._provider = chain.active(self.settings, without=self._failed)
            except EmbeddingUnavailable as error:
                self._note(self.settings.choice, f"{error} {error.hint}")
                self._missed = chain.named(self.settings, self.settings.choice)
                self._provider = None
        return self._provider

    @property
    def wanted(self) -> EmbeddingProvider | None:
        """The provider whose vectors memories wait for: the one in use, unless a better one failed a moment ago."""
        now = self.provider
        return self._missed or now

    def better_than_chosen(self) -> bool:
        """Whether a provider that ranks above the chosen one has become available, such as a model just installed."""
        if not self._chosen or self.settings.choice != chain.AUTO:
            return False
        best = chain.active(self.settings, without=self._failed)
        return (best.name if best else "") != (self._provider.name if self._provider else "")

    @property
    def trouble(self) -> str:
        """Why a provider that should work does not; empty when all is well."""
        return "; ".join(f"{name}: {reason}" for name, reason in self._failed.items())

    def has_failed(self, name: str) -> bool:
        """Whether this provider did not work a moment ago."""
        return name in self._failed

    def fail(self, name: str, error: EmbeddingUnavailable) -> None:
        """Do without this provider for a while."""
        if self._missed is None and self._provider is not None and self._provider.name == name:
            self._missed = self._provider
        self._note(name, str(error))
        self._chosen = False

    def _note(self, name: str, reason: str) -> None:
        self._failed[name] = reason
        self._retry_at = time.monotonic() + RETRY_AFTER

    def at_save(self, memories: Sequence[Memory]) -> list[Embedded | None]:
        """Vectors to store with the memories; None each where the provider is too slow to be waited for."""
        provider = self.provider
        if provider is None or not provider.instant:
            return [None] * len(memories)
        return self.embed(memories)

    def embed(self, memories: Sequence[Memory]) -> list[Embedded | None]:
        """Vectors of the memories, one per passage; None each when the provider fails."""
        return (
            self.embed_passages([parts_.parts(memory) for memory in memories])
            if self.provider
            else [None] * len(memories)
        )

    def embed_texts(self, texts: Sequence[str]) -> list[Embedded | None]:
        """Vectors of texts that are no memories, one per passage."""
        return self.embed_passages([chunking.passages("", text) for text in texts])

    def embed_passages(self, texts: Sequence[Sequence[str]]) -> list[Embedded | None]:
        """Vectors of things that are given as their passages; None each when the provider fails."""
        provider = self.provider
        if provider is None:
            return [None] * len(texts)
        try:
            vectors = provider.embed_documents([text for group in texts for text in group])
            return _grouped(provider, texts, vectors)
        except EmbeddingUnavailable as error:
            self.fail(provider.name, error)
            return [None] * len(texts)


def _grouped(
    provider: EmbeddingProvider, texts: Sequence[Sequence[str]], vectors: Sequence[Vector]
) -> list[Embedded | None]:
    found: list[Embedded | None] = []
    place = 0
    for group in texts:
        part = vectors[place : place + len(group)]
        place += len(group)
        encoded = tuple(Encoded(to_half(vector), to_int8(vector)) for vector in part)
        found.append(Embedded(provider.identity, provider.dimensions, encoded))
    return found
