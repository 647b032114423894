"""The language model's endpoint against a real server on this machine that speaks the chat call."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contextfs.errors import LanguageModelUnavailable
from contextfs.llm.chat import ChatEndpoint


def said(text: object) -> dict[str, Any]:
    """The answer of a well-behaved server."""
    return {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]
    }


class Server:
    """A chat server whose answer a test may replace."""

    def __init__(self) -> None:
        self.answer: Callable[[BaseHTTPRequestHandler], object] = lambda _: said(
            "It was about Redis sessions."
        )
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.respond(self)

            def do_GET(self) -> None:
                server.respond(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        """Note the request and answer as told; an answer of None was sent already."""
        size = int(request.headers.get("Content-Length") or 0)
        self.asked.append(json.loads(request.rfile.read(size) or b"{}"))
        self.headers.append(dict(request.headers))
        found = self.answer(request)
        if found is None:
            return
        data = found if isinstance(found, bytes) else json.dumps(found).encode()
        request.send_response(200 if request.path == "/v1/chat/completions" else 404)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        with suppress(ConnectionError):
            request.wfile.write(data)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server."""
    running = Server()
    yield running
    running.close()


def ask(url: str, timeout: float = 5.0, key: str = "") -> str:
    """One question to an endpoint."""
    return ChatEndpoint(url, "small-model", key, timeout).answer("the rules", "the question")


def test_a_question_is_answered(server: Server) -> None:
    """Rules and question are sent to the model as they stand, with the key; its text comes back."""
    assert ask(server.url + "/", key="k-123") == "It was about Redis sessions."
    (asked,) = server.asked
    assert asked["model"] == "small-model"
    assert asked["messages"] == [
        {"role": "system", "content": "the rules"},
        {"role": "user", "content": "the question"},
    ]
    assert server.headers[0]["Authorization"] == "Bearer k-123"


def test_without_a_key_none_is_sent(server: Server) -> None:
    """A local server gets no Authorization header."""
    ask(server.url)
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("  It was about Redis.\n", "It was about Redis."),
        ("<think>We should say a lot.</think>It was about Redis.", "It was about Redis."),
        (
            [{"type": "text", "text": "It was "}, {"type": "text", "text": "about Redis."}],
            "It was about Redis.",
        ),
        ("I'm sorry to say it failed. " + "The reason was told at length. " * 20, None),
    ],
)
def test_the_text_is_what_counts(server: Server, content: object, expected: str | None) -> None:
    """Thoughts are left out, parts are put together, and a long text that begins with a regret is an answer."""
    server.answer = lambda _: said(content)
    assert ask(server.url) == (expected or str(content).strip())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"[" * 100_000,
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": [{"message": {"content": 42}}]},
        {"choices": [{"message": {"content": [None]}}]},
        {"error": {"message": "no such model"}},
        said(""),
        said(None),
        said("<think>only thoughts"),
        said("I'm sorry, but I can't help with that."),
        said("I cannot assist with this request."),
    ],
)
def test_what_is_no_answer_is_an_error_of_ours(server: Server, answer: object) -> None:
    """Garbage, silence and refusals are one error, which names the address and what to check."""
    server.answer = lambda _: answer
    with pytest.raises(LanguageModelUnavailable, match=r"The language model at http://127") as caught:
        ask(server.url)
    assert "llm.url" in caught.value.hint


def test_an_answer_without_end_is_not_read(server: Server) -> None:
    """A server that never stops is left after a megabyte."""

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with suppress(ConnectionError):
            for _ in range(100):
                request.wfile.write(b" " * 100_000)

    server.answer = endless
    with pytest.raises(LanguageModelUnavailable, match="more than 1000 kB"):
        ask(server.url)


def test_an_answer_drop_by_drop_is_not_waited_for(server: Server) -> None:
    """The timeout is for the whole answer, not for each byte of it."""

    def trickling(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with suppress(ConnectionError):
            for _ in range(100):
                request.wfile.write(b" ")
                time.sleep(0.05)

    server.answer = trickling
    started = time.monotonic()
    with pytest.raises(LanguageModelUnavailable, match=r"within 0\.3 seconds"):
        ask(server.url, 0.3)
    assert time.monotonic() - started < 3


def test_silence_is_not_waited_for() -> None:
    """A server that accepts and says nothing is left after the timeout."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(LanguageModelUnavailable):
            ask(url, 0.2)


def test_nobody_there_is_an_error_of_ours() -> None:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    with pytest.raises(LanguageModelUnavailable, match="cannot be reached"):
        ask(url)


def test_a_status_of_failure_is_told(server: Server) -> None:
    """The status is named; what else the server says is not repeated."""
    with pytest.raises(LanguageModelUnavailable, match="answered 404"):
        ask(server.url + "/elsewhere")


def test_no_redirect_is_followed(server: Server) -> None:
    """A conversation is sent where it was meant to go, or nowhere; the key as well."""
    other = Server()

    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", other.url + "/chat/completions")
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answer = elsewhere
    with pytest.raises(LanguageModelUnavailable, match="answered 302"):
        ask(server.url, key="k-123")
    assert other.asked == []
    other.close()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "127.0.0.1:80"])
def test_only_http_is_spoken(url: str) -> None:
    """Another scheme is refused with what is accepted."""
    with pytest.raises(LanguageModelUnavailable, match="must begin with http"):
        ask(url)
