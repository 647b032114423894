"""Summaries: a conversation summed up, by its own sentences or by the language model that somebody has set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.api.engine import Engine
from contextfs.capture.screen import redact
from contextfs.domain.session import Message
from contextfs.domain.summary import Summary
from contextfs.domain.vector import Vector
from contextfs.embedding import chain
from contextfs.errors import EmbeddingUnavailable, LanguageModelUnavailable
from contextfs.llm.chat import ChatEndpoint
from contextfs.sessions import prompting
from contextfs.sessions.summary import summarize


def summary_of(
    engine: Engine, messages: Sequence[Message], *, label: str = "", quick: bool = False
) -> Summary:
    """The summary of a conversation and who made it; `quick` never asks a language model.

    The conversation's own sentences always do. A language model is asked where one is set and something was said; when
    it fails, refuses or answers with no summary, the extract stands and says that it is one.
    """
    extract = summarize(messages, embedding(engine), label=label)
    extract = extract._replace(text=redact(extract.text))
    model = chat_of(engine)
    if quick or not model.available() or not any(one.role == "user" for one in messages):
        return extract
    try:
        answer = model.answer(prompting.RULES, prompting.question(messages, extract))
    except LanguageModelUnavailable:
        return extract
    text = prompting.usable(answer)
    if not text:
        return extract
    named = text if not label or text.startswith(label) else f"{label}: {text}"
    return extract._replace(text=redact(named), made_by=model.name)


def chat_of(engine: Engine) -> ChatEndpoint:
    """The language model of the settings; one without an address is never asked."""
    settings = engine.settings
    return ChatEndpoint(
        settings.text("llm.url"),
        settings.text("llm.model"),
        settings.text("llm.api_key"),
        settings.number("llm.timeout"),
    )


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
