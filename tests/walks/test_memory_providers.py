"""Embedding providers behind search: none, one that fails, and one after the other without a moment's silence."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contextfs import ContextFS, Draft
from contextfs.capture.embedder import RETRY_AFTER
from contextfs.domain.search import SearchQuery
from contextfs.errors import ContextFSError, EmbeddingUnavailable, InvalidSetting

TEXTS = (
    "The rate limit of the api is 1000 requests a minute for each user",
    "Sessions are kept in Redis because they survive a restart there",
    "Deploy with make release, then watch the error rate for ten minutes",
    "Certificates are renewed by the ingress controller",
)
QUESTIONS = (
    "rate limit requests",
    "sessions Redis restart",
    "deploy release error rate",
    "certificates renewed",
)


class Endpoint:
    """A server on this machine that speaks the embeddings call: vectors of letter counts, in its own dimensions."""

    def __init__(self) -> None:
        self.dimensions = 26
        self.working = True
        self.texts: list[str] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.texts += body["input"]
                vectors = [{"index": n, "embedding": endpoint.vector(t)} for n, t in enumerate(body["input"])]
                said = json.dumps({"data": vectors}).encode()
                self.send_response(200 if endpoint.working else 503)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def vector(self, text: str) -> list[float]:
        """How often each letter stands in a text."""
        counts = [float(text.lower().count(chr(97 + n % 26))) + 0.01 for n in range(self.dimensions)]
        length = math.sqrt(sum(count * count for count in counts))
        return [count / length for count in counts]

    def close(self) -> None:
        """Stop answering for good."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A working endpoint."""
    opened = Endpoint()
    yield opened
    opened.close()


@pytest.fixture
def use(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ContextFS]:
    """Opens the one store of the test with a provider."""

    def opened(provider: str, url: str = "", model: str = "letters") -> ContextFS:
        monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", provider)
        monkeypatch.setenv("CONTEXTFS_EMBEDDING_URL", url)
        monkeypatch.setenv("CONTEXTFS_EMBEDDING_MODEL", model)
        monkeypatch.setenv("CONTEXTFS_EMBEDDING_TIMEOUT", "5")
        return ContextFS(data_dir=str(tmp_path / "data"), namespace="notes")

    return opened


def assert_all_found(ctx: ContextFS) -> None:
    """Every question is answered by its memory."""
    for text, question in zip(TEXTS, QUESTIONS, strict=True):
        found = ctx.search(question, min_relevance=0)
        assert found and found[0].memory.content == text, (question, [one.memory.content for one in found])


def generations(ctx: ContextFS) -> dict[str, int]:
    """Provider -> how many memories have its vectors."""
    with ctx._engine.store.reading() as view:
        return {
            identity.partition(":")[0]: count for identity, count in view.vector_counts().items() if count
        }


def provider_of(ctx: ContextFS) -> str:
    """The provider that answered a question."""
    return ctx.ask(SearchQuery("rate limit requests", scope=ctx.scope())).provider


# ── no model ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_model_everything_works_by_words(use: Callable[..., ContextFS]) -> None:
    """With the provider `words` a memory is saved, found, changed, deleted, listed and looked back at."""
    ctx = use("words")
    saved = ctx.save_many(TEXTS)
    assert_all_found(ctx)
    assert (generations(ctx), provider_of(ctx), ctx.status().provider, ctx.status().waiting) == (
        {},
        "",
        "words",
        0,
    )
    assert ctx.search(TEXTS[0])[0].relevance >= 0.9
    assert not ctx.search("how do I bake sourdough bread")
    ctx.update(saved[0].id, content="The quota of the api is 2000 calls a minute")
    assert ctx.search("quota calls", min_relevance=0)[0].memory.id == saved[0].id
    assert saved[0].id not in {one.memory.id for one in ctx.search("rate limit requests", min_relevance=0)}
    assert ctx.reindex() == 4
    ctx.delete(saved[1].id)
    assert not ctx.search("sessions Redis")
    ctx.undo()
    assert ctx.search("sessions Redis")[0].memory.id == saved[1].id


# ── side by side ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_provider_to_provider_without_a_silent_moment(
    use: Callable[..., ContextFS], endpoint: Endpoint
) -> None:
    """Words, static, an endpoint of other dimensions, another model of it, and back: every question is answered."""
    use("words").save_many(TEXTS)
    ctx = use("static")
    assert ctx.status().waiting == 4
    assert_all_found(ctx)
    assert (generations(ctx), ctx.status().waiting) == ({"static": 4}, 0)

    ctx = use("openai", endpoint.url)
    assert ctx.status().waiting == 4 and generations(ctx) == {"static": 4}
    assert_all_found(ctx)
    assert generations(ctx) == {"openai": 4} and provider_of(ctx) == "openai"
    assert set(TEXTS) <= set(endpoint.texts)

    endpoint.dimensions = 40
    ctx = use("openai", endpoint.url, "longer")
    assert_all_found(ctx)
    assert generations(ctx) == {"openai": 4}
    assert {one.name: one.vectors for one in ctx.models.list()} == {"openai": 4, "minilm": 0, "static": 0}

    ctx = use("auto")
    assert_all_found(ctx)
    assert (generations(ctx), provider_of(ctx)) == ({"static": 4}, "static")


def test_while_vectors_are_being_made_the_old_ones_answer(
    use: Callable[..., ContextFS], endpoint: Endpoint
) -> None:
    """Where one search cannot embed everything, the old generation answers until the new one is complete."""
    old = use("static")
    old.save_many([*(f"Runbook {n} for the queue of region {n}" for n in range(200)), *TEXTS])
    ctx = use("openai", endpoint.url)
    assert provider_of(ctx) == "static"
    assert generations(ctx) == {"static": 204, "openai": 64}
    assert ctx.status().waiting == 140
    assert_all_found(ctx)
    ctx.search("runbook region")
    assert generations(ctx) == {"openai": 204}
    assert provider_of(ctx) == "openai"
    assert_all_found(ctx)


def test_a_long_lived_process_embeds_when_idle(use: Callable[..., ContextFS], endpoint: Endpoint) -> None:
    """Saves with a slow provider do not wait for it; embed_waiting makes the vectors afterwards."""
    ctx = use("openai", endpoint.url)
    ctx.save_many(TEXTS)
    assert (generations(ctx), ctx.status().waiting) == ({}, 4)
    assert not set(TEXTS) & set(endpoint.texts)
    assert (ctx.embed_waiting(), ctx.embed_waiting()) == (4, 0)
    assert (generations(ctx), ctx.status().waiting) == ({"openai": 4}, 0)


def test_reindex_builds_words_and_vectors_anew(use: Callable[..., ContextFS], endpoint: Endpoint) -> None:
    """Reindex rebuilds both, tells its progress to the end, and leaves only the active provider's vectors."""
    use("static").save_many([*(f"Runbook {n} for the queue" for n in range(100)), *TEXTS])
    ctx, told = use("openai", endpoint.url), []
    assert ctx.reindex(progress=lambda done, total: told.append((done, total))) == 104
    assert told[-1] == (208, 208) and told == sorted(told)
    assert generations(ctx) == {"openai": 104}
    assert_all_found(ctx)
    static = use("static")
    assert static.reindex() == 104
    assert generations(static) == {"static": 104}


# ── an endpoint that is down ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("choice", ["openai", "auto"])
@pytest.mark.parametrize("way", ["refuses", "is gone"])
def test_with_the_endpoint_down_everything_goes_on(
    use: Callable[..., ContextFS], choice: str, way: str
) -> None:
    """When the endpoint fails, saves and searches work, status says why, and its vectors are kept for its return."""
    endpoint = Endpoint()
    before = use(choice, endpoint.url)
    before.save_many(TEXTS[:3])
    assert provider_of(before) == "openai"
    endpoint.working = False
    if way == "is gone":
        endpoint.close()
    for ctx in (before, use(choice, endpoint.url)):
        saved = ctx.put(Draft(TEXTS[3]))
        assert saved.memory.content == TEXTS[3]
        assert_all_found(ctx)
        assert provider_of(ctx) == ("static" if choice == "auto" else "")
        assert "openai" in ctx.status().provider and endpoint.url in ctx.status().provider
        assert generations(ctx)["openai"] == 3
        with pytest.raises(EmbeddingUnavailable, match=r"words of 4 memories were indexed .* 1 still wait"):
            ctx.reindex()
        assert generations(ctx)["openai"] == 3
        assert_all_found(ctx)
        assert ctx.status().waiting == 1
        assert ctx.ask(SearchQuery(TEXTS[0])).waiting == 1
    if way == "is gone":
        return
    endpoint.working = True
    again = use(choice, endpoint.url)
    assert_all_found(again)
    assert (provider_of(again), generations(again)) == ("openai", {"openai": 4})
    endpoint.close()


def test_a_long_lived_process_returns_to_an_endpoint_that_came_back(
    use: Callable[..., ContextFS], endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that failed is done without for a while and then tried again, without opening anything anew."""
    ctx = use("auto", endpoint.url)
    endpoint.working = False
    ctx.save_many(TEXTS)
    assert_all_found(ctx)
    asked = len(endpoint.texts)
    assert provider_of(ctx) == "static" and len(endpoint.texts) == asked
    endpoint.working = True
    assert provider_of(ctx) == "static"
    monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic: now() + RETRY_AFTER)
    assert_all_found(ctx)
    assert (provider_of(ctx), ctx.status().provider, generations(ctx)) == ("openai", "openai", {"openai": 4})


# ── choosing ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_models_are_listed_and_chosen(ctx: ContextFS) -> None:
    """The list names every provider with what it is; use keeps the choice for later processes and refuses nonsense."""
    ctx.save(TEXTS[0])
    listed = {one.name: one for one in ctx.models.list()}
    assert list(listed) == ["openai", "minilm", "static"]
    assert [name for name, one in listed.items() if one.active] == ["static"]
    assert [name for name, one in listed.items() if one.available] == ["static"]
    assert listed["static"].vectors == 1 and listed["static"].identity.startswith("static:")
    assert all(one.sentence.endswith(".") for one in listed.values())
    for name, error in (
        ("minilm", EmbeddingUnavailable),
        ("openai", EmbeddingUnavailable),
        ("gpt", InvalidSetting),
    ):
        with pytest.raises(error) as refused:
            ctx.models.use(name)
        assert isinstance(refused.value, ContextFSError) and refused.value.hint
    assert ctx.status().provider == "static"
    assert ctx.models.use("words") is None
    assert ctx.status().provider == "words"
    with ContextFS(data_dir=ctx.settings.data_dir) as later:
        assert later.status().provider == "words"
    chosen = ctx.models.use("auto")
    assert chosen and (chosen.name, chosen.active, chosen.vectors) == ("static", True, 1)
