"""Summaries: a conversation summed up, by its own sentences or by the language model that somebody has set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.api.engine import Engine
from contextfs.domain.session import Message
from contextfs.domain.summary import Summary
from contextfs.domain.vector import Vector
from contextfs.embedding import chain
from contextfs.errors import EmbeddingUnavailable
from contextfs.sessions.summary import summarize


def summary_of(
    engine: Engine, messages: Sequence[Message], *, label: str = "", quick: bool = False
) -> Summary:
    """The summary of a conversation and who made it; `quick` never asks a language model."""
    return summarize(messages, embedding(engine), label=label)


def embedding(engine: Engine) -> Callable[[Sequence[str]], Sequence[Vector | None]] | None:
    """The static table, which is quick and the same everywhere; None where words alone are wanted."""
    if engine.settings.text("embedding.provider") == chain.WORDS:
        return None
    static = chain.named(engine.provider_settings, "static")
    if not static.available():
        return None

    def embed(texts: Sequence[str]) -> Sequence[Vector | None]:
        try:
            return static.embed_documents(texts)
        except EmbeddingUnavailable:
            return [None] * len(texts)

    return embed
