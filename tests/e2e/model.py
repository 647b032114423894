"""A model server on loopback that does what a script says, and keeps every request that it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.e2e.wires import Body, Call, Events, Offer, Say, Wire, wire_of, words

IDLE = Say("All right.")
"""What is answered to requests that the script does not speak of: titles, checks, what comes after its end."""

MOST_ASKS = 40
"""After so many requests a model gives up looking for a tool."""


class Ask(NamedTuple):
    """One request to the model."""

    path: str
    body: Body
    wire: Wire

    @property
    def offers(self) -> list[Offer]:
        """The tools that it offers."""
        return self.wire.offers(self.body)

    @property
    def text(self) -> str:
        """Everything it says to the model, but for the tools."""
        return "\n".join(words({name: part for name, part in self.body.items() if name != "tools"}))

    def offer(self, ending: str) -> Offer | None:
        """The offered tool whose name ends so."""
        return next((each for each in self.offers if each.name.endswith(ending)), None)


class Model:
    """The server; `plays` gives it the next steps, `asks` is what it was asked."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.elsewhere: list[str] = []
        """Whatever a program tried to reach through the proxy, which leads nowhere."""
        self._steps: list[Call | Say] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def unplayed(self) -> list[Call | Say]:
        """Steps of the script that nobody asked for."""
        return list(self._steps)

    def plays(self, *steps: Call | Say) -> None:
        """Forget what was asked, and follow these steps from now on."""
        with self._lock:
            self.asks.clear()
            self._steps[:] = steps

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, ask: Ask) -> Events:
        """The next step, where the request is one of the conversation: it offers tools."""
        with self._lock:
            self.asks.append(ask)
            if not ask.offers or not self._steps:
                return ask.wire.events(ask.body, IDLE, None)
            step = self._steps[0]
            offer = ask.offer(step.tool) if isinstance(step, Call) else None
            if isinstance(step, Call) and not offer:
                return self._look_for(step, ask)
            self._steps.pop(0)
            return ask.wire.events(ask.body, step, offer)

    def _look_for(self, step: Call, ask: Ask) -> Events:
        """What a model does whose tool is not listed: it searches, where it can; else the step stays unplayed."""
        search = ask.offer("tool_search")
        if not search or len(self.asks) > MOST_ASKS:
            return ask.wire.events(ask.body, IDLE, None)
        time.sleep(0.2)  # a server that was not waited for may still be starting
        return ask.wire.events(ask.body, Call(search.name, {"query": step.tool.replace("_", " ")}), search)

    def conversation(self) -> list[Ask]:
        """The requests that offered tools."""
        return [ask for ask in self.asks if ask.offers]


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: pytest shows what matters."""

        def do_CONNECT(self) -> None:
            """Nothing outside this machine is reached; what was tried is kept."""
            model.elsewhere.append(self.path)
            self.send_error(403)

        def do_GET(self) -> None:
            """A list of models for those who ask for one."""
            self._send("application/json", b'{"data": [{"id": "gpt-5", "object": "model"}], "models": []}')

        def do_POST(self) -> None:
            """Answer as the model."""
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            path = self.path.partition("?")[0]
            wire = wire_of(path)
            if wire is None:
                self._send("application/json", b'{"input_tokens": 10, "totalTokens": 10}')
                return
            body = json.loads(raw)
            events = model.answer(Ask(path, body, wire))
            if body.get("stream") or "stream" in path:
                self._send("text/event-stream", b"".join(_lines(events)))
            else:
                self._send("application/json", json.dumps(_whole(events)).encode())

        def _send(self, kind: str, content: bytes) -> None:
            try:
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:  # a program may hang up once it has read enough
                self.close_connection = True

    return Handler


def _lines(events: Events) -> Iterable[bytes]:
    for name, data in events:
        text = data if isinstance(data, str) else json.dumps(data)
        yield ((f"event: {name}\n" if name else "") + f"data: {text}\n\n").encode()


def _whole(events: Events) -> Body:
    """An answer that is not streamed: idle words in the shape of the protocol."""
    first = events[0][1]
    if "message" in first:
        return {
            **first["message"],
            "content": [{"type": "text", "text": IDLE.text}],
            "stop_reason": "end_turn",
        }
    if "choices" in first:
        message = {"role": "assistant", "content": IDLE.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {**first, "object": "chat.completion", "choices": [choice]}
    return first
