"""What every embedding provider promises, asked of each one that can work here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import isclose
from pathlib import Path
from threading import Thread
from zlib import crc32

import pytest

from contextfs.domain.vector import cosine, is_blank
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider, ProviderSettings

TEXTS = [
    "We chose PostgreSQL because JSON columns and full-text search come in one engine.",
    "x",
    "def handle(event: dict) -> None:\n\treturn None\n",
    "データベースの接続プール, 数据库连接池, пул соединений, مجمع الاتصالات",
    "🙂" * 20,
    "a lone \ud800 surrogate, a zero \x00 byte, \u200b\ufeff nothing",
]
BLANK = ["", " ", "\n\t \u3000"]


class _Endpoint(BaseHTTPRequestHandler):
    """An embeddings call that counts words: small, real, and the same for the same words."""

    def do_POST(self) -> None:
        """Answer one vector per text."""
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        entries = [{"index": place, "embedding": _count(text)} for place, text in enumerate(texts)]
        body = json.dumps({"data": entries}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""


def _count(text: str) -> list[float]:
    numbers = [0.0] * 32
    for word in text.split():
        numbers[crc32(word.encode()) % 32] += 1.0
    return numbers


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a running endpoint."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", params=["static", "minilm", "openai"])
def provider(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> EmbeddingProvider:
    """Each provider of the chain in turn; one whose model is not on this machine is skipped."""
    models = os.environ.get("CONTEXTFS_TEST_MODELS") or str(Path.home() / ".contextfs" / "models")
    url = request.getfixturevalue("endpoint") if request.param == "openai" else ""
    settings = ProviderSettings(str(tmp_path_factory.mktemp("cache")), models, url=url, model="counting")
    found = chain.named(settings, request.param)
    if not found.available():
        pytest.skip(f"{request.param} is not in {models}: install it, or set CONTEXTFS_TEST_MODELS")
    return found


def test_the_suite_knows_every_provider() -> None:
    """A provider that is added to the chain must be added here."""
    assert {found.name for found in chain.every(ProviderSettings())} == {"static", "minilm", "openai"}


def test_dimensions_and_unit_length(provider: EmbeddingProvider) -> None:
    """Every text with a word gives one vector of the promised size and of length one."""
    vectors = provider.embed_documents(TEXTS)
    assert [len(vector) for vector in vectors] == [provider.dimensions] * len(TEXTS)
    assert all(isclose(cosine(vector, vector), 1, abs_tol=1e-5) for vector in vectors)


def test_blank_texts_have_no_direction(provider: EmbeddingProvider) -> None:
    """A text without a word gives the zero vector, on both sides, and does not disturb its neighbours."""
    vectors = provider.embed_documents([*BLANK, TEXTS[0]])
    assert [is_blank(vector) for vector in vectors] == [True] * len(BLANK) + [False]
    assert all(is_blank(provider.embed_query(text)) for text in BLANK)
    assert {len(vector) for vector in vectors} == {provider.dimensions}


def test_no_texts_give_no_vectors(provider: EmbeddingProvider) -> None:
    """An empty batch is no error."""
    assert provider.embed_documents([]) == []


def test_query_and_document_agree(provider: EmbeddingProvider) -> None:
    """A text is nearest to itself, asked or kept, alone or in a batch."""
    together = provider.embed_documents(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert cosine(provider.embed_query(text), vector) > 0.99999
        assert cosine(provider.embed_documents([text])[0], vector) > 0.99999


def test_order_is_kept(provider: EmbeddingProvider) -> None:
    """Texts of very different length come back in the order they were given."""
    texts = [f"word{number} " * (1 + 37 * number % 60) for number in range(16)]
    vectors = provider.embed_documents(texts)
    for place in (0, 3, 8, 15):
        assert cosine(provider.embed_query(texts[place]), vectors[place]) > 0.9999


def test_the_same_text_gives_the_same_vector(provider: EmbeddingProvider) -> None:
    """Asking twice gives the same numbers."""
    assert provider.embed_query(TEXTS[0]) == provider.embed_query(TEXTS[0])


def test_white_space_does_not_matter(provider: EmbeddingProvider) -> None:
    """Line breaks and indentation are not meaning."""
    spread = TEXTS[0].replace(" ", "\n    ")
    assert cosine(provider.embed_query(spread), provider.embed_query(TEXTS[0])) > 0.9999


@pytest.mark.parametrize(
    "text", ["the quick brown fox " * 5000, "x" * 100_000, "語" * 100_000, "\x00" * 100_000]
)
def test_very_long_texts(provider: EmbeddingProvider, text: str) -> None:
    """A hundred thousand characters, with or without a space, give a vector and not an error."""
    assert len(provider.embed_query(text)) == provider.dimensions


def test_identity_is_stable_and_names_the_provider(provider: EmbeddingProvider) -> None:
    """The identity begins with the name, holds the dimensions, and does not change by use."""
    before = provider.identity
    provider.embed_query(TEXTS[0])
    assert provider.identity == before
    assert before.startswith(provider.name + ":")
    assert f":{provider.dimensions}:" in before


def test_threads_may_share_a_provider(provider: EmbeddingProvider) -> None:
    """Four threads at once get what one alone gets."""
    expected = provider.embed_documents(TEXTS)
    found: list[float] = []

    def ask() -> None:
        for text, vector in zip(TEXTS, expected, strict=True):
            found.append(cosine(provider.embed_query(text), vector))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 * len(TEXTS)
    assert min(found) > 0.99999


def test_it_says_it_is_available(provider: EmbeddingProvider) -> None:
    """A provider that can work says so."""
    assert provider.available()
