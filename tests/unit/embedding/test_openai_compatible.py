"""The endpoint provider against a real server on this machine that speaks the embeddings call."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contextfs.domain.vector import is_blank
from contextfs.embedding.providers.openai_compatible import (
    BATCH_CHARACTERS,
    BATCH_TEXTS,
    MOST_CHARACTERS,
    OpenAICompatibleProvider,
)
from contextfs.errors import EmbeddingUnavailable

Answer = Callable[[dict[str, Any]], Any]


def letters(text: str) -> list[float]:
    """A small vector that depends on the text alone."""
    return [float(1 + text.count(letter)) for letter in "aeio"]


def good(body: dict[str, Any]) -> Any:
    """What a well-behaved endpoint answers, in another order than asked, as the numbering allows."""
    entries = [{"index": place, "embedding": letters(text)} for place, text in enumerate(body["input"])]
    return {"object": "list", "data": entries[::-1], "model": body["model"]}


class Endpoint:
    """A server whose answers a test may replace."""

    def __init__(self) -> None:
        self.answer: Answer = good
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.respond(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        """Note the request and answer as told."""
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        found = self.answer(body) if request.path == "/v1/embeddings" else b""
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        request.send_response(self.status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        with suppress(ConnectionError):  # a client that waited long enough hangs up
            request.wfile.write(data)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A running endpoint."""
    server = Endpoint()
    yield server
    server.close()


def test_vectors_come_back_in_order_and_scaled(endpoint: Endpoint) -> None:
    """The numbering of the answer decides, and lengths become one."""
    provider = OpenAICompatibleProvider(endpoint.url + "/", "some-model", "secret-key")
    first, second = provider.embed_documents(["aaaa", "eeee"])
    assert [round(number, 3) for number in first] == [0.945, 0.189, 0.189, 0.189]
    assert second[1] > second[0]
    assert endpoint.asked == [{"model": "some-model", "input": ["aaaa", "eeee"]}]
    assert endpoint.headers[0]["Authorization"] == "Bearer secret-key"


def test_no_key_sends_no_header(endpoint: Endpoint) -> None:
    """Local servers need no key, and get none."""
    OpenAICompatibleProvider(endpoint.url, "m").embed_query("a")
    assert "Authorization" not in endpoint.headers[0]


def test_dimensions_are_taken_from_the_first_answer(endpoint: Endpoint) -> None:
    """A query costs one call, and the dimensions are known after it; asked first, they cost one call once."""
    provider = OpenAICompatibleProvider(endpoint.url, "m")
    provider.embed_query("a")
    assert (provider.dimensions, len(endpoint.asked)) == (4, 1)
    other = OpenAICompatibleProvider(endpoint.url, "m")
    assert (other.identity, other.dimensions, len(endpoint.asked)) == ("openai:m:4:v1", 4, 2)


def test_configured_dimensions_are_not_asked_for(endpoint: Endpoint) -> None:
    """A configured size needs no call, and an answer of another size is an error."""
    provider = OpenAICompatibleProvider(endpoint.url, "m", size=3)
    assert (provider.identity, endpoint.asked) == ("openai:m:3:v1", [])
    with pytest.raises(EmbeddingUnavailable, match="4 numbers where 3"):
        provider.embed_query("a")


def test_the_size_is_remembered(endpoint: Endpoint, tmp_path: Path) -> None:
    """A later process knows the size without asking; another model or address asks anew."""
    cache = str(tmp_path / "cache")
    OpenAICompatibleProvider(endpoint.url, "m", cache_directory=cache).embed_query("a")
    later = OpenAICompatibleProvider(endpoint.url, "m", cache_directory=cache)
    assert (later.identity, later.dimensions, len(endpoint.asked)) == ("openai:m:4:v1", 4, 1)
    other = OpenAICompatibleProvider(endpoint.url, "n", cache_directory=cache)
    assert (other.identity, len(endpoint.asked)) == ("openai:n:4:v1", 2)


@pytest.mark.parametrize("noted", ["", "x", "4", "4\nhttp://elsewhere\nm\n", "-4\n", "\udcff"])
def test_a_damaged_note_is_no_note(endpoint: Endpoint, tmp_path: Path, noted: str) -> None:
    """Whatever lies where the size was noted, the endpoint is asked again."""
    OpenAICompatibleProvider(endpoint.url, "m", cache_directory=str(tmp_path)).embed_query("a")
    (note,) = tmp_path.iterdir()
    note.write_text(noted, "utf-8", "surrogateescape")
    again = OpenAICompatibleProvider(endpoint.url, "m", cache_directory=str(tmp_path))
    assert (again.dimensions, len(endpoint.asked)) == (4, 2)


def test_asking_what_it_is_never_fails(endpoint: Endpoint) -> None:
    """Unset or silent, the endpoint has an identity that no vector bears; it is asked once, and an answer mends it."""
    assert OpenAICompatibleProvider("", "m").identity == "openai:m:0:v1"
    endpoint.status = 503
    provider = OpenAICompatibleProvider(endpoint.url, "m")
    assert [provider.identity, provider.identity, len(endpoint.asked)] == [
        "openai:m:0:v1",
        "openai:m:0:v1",
        1,
    ]
    endpoint.status = 200
    provider.embed_query("a")
    assert provider.identity == "openai:m:4:v1"


def test_blank_texts_are_not_sent(endpoint: Endpoint) -> None:
    """Endpoints that refuse empty input never see one."""
    vectors = OpenAICompatibleProvider(endpoint.url, "m").embed_documents(["", "a", " \n"])
    assert [is_blank(vector) for vector in vectors] == [True, False, True]
    assert [body["input"] for body in endpoint.asked] == [["a"]]


def test_many_texts_go_in_batches(endpoint: Endpoint) -> None:
    """No call has more texts or characters than an endpoint takes."""
    texts = [f"text {number}" for number in range(2 * BATCH_TEXTS + 1)] + ["b" * MOST_CHARACTERS * 2] * 30
    vectors = OpenAICompatibleProvider(endpoint.url, "m").embed_documents(texts)
    assert len(vectors) == len(texts)
    sent = [body["input"] for body in endpoint.asked]
    assert max(map(len, sent)) == BATCH_TEXTS
    assert max(sum(map(len, batch)) for batch in sent) <= BATCH_CHARACTERS
    assert max(len(text) for batch in sent for text in batch) == MOST_CHARACTERS


BROKEN: dict[str, Any] = {
    "not JSON": b"<html>",
    "nothing": b"",
    "no data": {"error": "no"},
    "a list": [1],
    "too few": {"data": []},
    "no vector": {"data": [{"index": 0}]},
    "empty vector": {"data": [{"index": 0, "embedding": []}]},
    "text for numbers": {"data": [{"index": 0, "embedding": ["x"]}]},
    "not finite": b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}',
    "entries of another kind": {"data": ["x"]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_a_clear_error(endpoint: Endpoint, name: str) -> None:
    """Whatever comes back, the error names the address and the settings to look at."""
    endpoint.answer = lambda _body: BROKEN[name]
    with pytest.raises(EmbeddingUnavailable, match=endpoint.url) as caught:
        OpenAICompatibleProvider(endpoint.url, "m").embed_query("a")
    assert "embedding.url" in caught.value.hint


def test_a_refusal_is_passed_on(endpoint: Endpoint) -> None:
    """The status and the endpoint's own reason are in the message, the key is not."""
    endpoint.status, endpoint.answer = 401, lambda _body: {"error": {"message": "no such key"}}
    with pytest.raises(EmbeddingUnavailable, match=r"401 .*no such key") as caught:
        OpenAICompatibleProvider(endpoint.url, "m", "secret-key").embed_query("a")
    assert "secret-key" not in str(caught.value)


def test_nobody_listens() -> None:
    """A server that is not running is a clear error."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EmbeddingUnavailable, match="cannot be reached"):
        OpenAICompatibleProvider(f"http://127.0.0.1:{port}/v1", "m").embed_query("a")


def test_a_server_that_hangs_is_given_up(endpoint: Endpoint) -> None:
    """The timeout holds, so that a search never waits longer than the user set."""
    endpoint.answer = lambda _body: time.sleep(2)
    begun = time.monotonic()
    with pytest.raises(EmbeddingUnavailable):
        OpenAICompatibleProvider(endpoint.url, "m", timeout=0.2).embed_query("a")
    assert time.monotonic() - begun < 1.5


def test_a_url_that_is_none_is_a_setting_to_mend() -> None:
    """A file address or a bare host is refused before anything is sent."""
    for url in ("file:///etc/passwd", "localhost:11434"):
        with pytest.raises(EmbeddingUnavailable, match=r"embedding\.url"):
            OpenAICompatibleProvider(url, "m").embed_query("a")


def test_no_url_is_not_available() -> None:
    """Without a URL the provider is not there; with one it is, unasked."""
    assert not OpenAICompatibleProvider("", "m").available()
    assert OpenAICompatibleProvider("http://192.0.2.1/v1", "m").available()
