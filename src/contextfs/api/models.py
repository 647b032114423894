"""ctx.models: the embedding providers of the chain: list, install, choose."""

from __future__ import annotations

import os
from collections.abc import Callable

from contextfs.api.engine import Engine
from contextfs.domain.status import ProviderInfo
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider

Progress = Callable[[int, int], None]


class Models:
    """The embedding providers that one ContextFS can use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> list[ProviderInfo]:
        """Every provider of the chain, the preferred one first."""
        active = self._engine.embedder.provider
        with self._engine.store.reading() as view:
            counts = view.vector_counts()
        return [self._info(one, active, counts) for one in chain.every(self._engine.provider_settings)]

    def _info(
        self, provider: EmbeddingProvider, active: EmbeddingProvider | None, counts: dict[str, int]
    ) -> ProviderInfo:
        available = provider.available()
        identity = provider.identity if available else ""
        chosen = active is not None and active.name == provider.name
        return ProviderInfo(
            provider.name,
            identity,
            available,
            chosen,
            counts.get(identity, 0),
            (provider.__doc__ or "").partition("\n")[0],
        )

    def install(
        self, name: str, *, source: str | None = None, progress: Progress | None = None
    ) -> ProviderInfo:
        """Fetch a model that was asked for, check its digest and put it in place; the only call that downloads."""
        from contextfs.embedding.install import install  # brings in urllib, which nothing else here needs

        directory = os.path.join(self._engine.settings.data_dir, "models")
        install(
            name, directory, source=source, url=self._engine.settings.text("model.url"), progress=progress
        )
        self._engine.forget_provider()
        return self._one(name)

    def use(self, name: str) -> ProviderInfo | None:
        """Choose a provider for good, `auto` for the best one there is, `words` for none; returns the one in use."""
        if name not in (chain.AUTO, chain.WORDS):
            chain.active(self._engine.provider_settings._replace(choice=name))
        self._engine.settings.set("embedding.provider", name)
        self._engine.forget_provider()
        active = self._engine.embedder.provider
        return self._one(active.name) if active else None

    def _one(self, name: str) -> ProviderInfo:
        return next(info for info in self.list() if info.name == name)
