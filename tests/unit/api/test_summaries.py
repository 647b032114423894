"""Who sums up a conversation: its own sentences always, a language model where one is set and answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contextfs import ContextFS
from contextfs.api.engine import Engine
from contextfs.api.summaries import summary_of
from contextfs.domain.session import Message
from contextfs.settings import Settings

TALK = (
    Message("user", "Should sessions live in Redis or in PostgreSQL?"),
    Message("assistant", "Redis expires them by itself. I'd recommend Redis with a sliding expiry."),
    Message("user", "OK, we decided to keep the sessions in Redis."),
)


class Model:
    """A language model on this machine that says what a test tells it to."""

    def __init__(self) -> None:
        self.says = "Sessions were discussed.\n\nDecided:\n- They live in Redis."
        self.asked: list[dict[str, Any]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                data = json.dumps({"choices": [{"message": {"content": model.says}}]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def model() -> Iterator[Model]:
    """A running language model."""
    running = Model()
    yield running
    running.server.shutdown()
    running.server.server_close()


def engine(tmp_path: Path, url: str = "", **environ: str) -> Engine:
    """The rooms of a store whose language model is at this address."""
    named = {"CONTEXTFS_LLM_URL": url, "CONTEXTFS_LLM_MODEL": "small-model", **environ}
    settings = Settings(named, data_dir=str(tmp_path))
    return Engine(settings, cwd=str(tmp_path), namespace="n", tool="", client="", surface="python")


def address(model: Model) -> str:
    """Where the model listens."""
    return f"http://127.0.0.1:{model.server.server_port}/v1"


@pytest.mark.parametrize("provider", ["static", "words"])
def test_without_a_model_the_conversation_speaks_for_itself(tmp_path: Path, provider: str) -> None:
    """No address is set: an extract, whatever the provider is."""
    summary = summary_of(engine(tmp_path, CONTEXTFS_EMBEDDING_PROVIDER=provider), TALK, label="redis")
    assert summary.made_by == "extract"
    assert summary.text.startswith("redis: Should sessions live in Redis or in PostgreSQL?")
    assert "keep the sessions in Redis" in summary.text


def test_a_model_writes_the_summary_and_is_named(tmp_path: Path, model: Model) -> None:
    """The text is the model's, under the label; what was decided is still known from the sentences."""
    summary = summary_of(engine(tmp_path, address(model)), TALK, label="redis")
    assert summary.text == "redis: Sessions were discussed.\n\nDecided:\n- They live in Redis."
    assert summary.made_by == "small-model"
    assert summary.decisions
    assert "user: OK, we decided to keep" in model.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize("says", ["", "I'm sorry, I can't.", "Done.", "<transcript></transcript>"])
def test_a_model_that_says_nothing_is_done_without(tmp_path: Path, model: Model, says: str) -> None:
    """Refusals, silence and one word are replaced by the extract, which says that it is one."""
    model.says = says
    summary = summary_of(engine(tmp_path, address(model)), TALK)
    assert summary.made_by == "extract"
    assert "keep the sessions in Redis" in summary.text


def test_a_model_that_is_not_there_is_done_without(tmp_path: Path) -> None:
    """Nothing listens at the address: the extract."""
    assert summary_of(engine(tmp_path, "http://127.0.0.1:9/v1"), TALK).made_by == "extract"


def test_a_quick_summary_asks_nobody(tmp_path: Path, model: Model) -> None:
    """Where nobody can wait, nothing is sent."""
    assert summary_of(engine(tmp_path, address(model)), TALK, quick=True).made_by == "extract"
    assert model.asked == []


def test_what_nobody_said_is_not_sent(tmp_path: Path, model: Model) -> None:
    """A session of tool calls alone is no question for a model."""
    calls = [Message("tool", "x", metadata={"name": "contextfs_search"})]
    assert summary_of(engine(tmp_path, address(model)), calls).made_by == "extract"
    assert model.asked == []


def test_no_secret_gets_into_a_summary(tmp_path: Path, model: Model) -> None:
    """What a model makes up, or a person said, passes the secret gate."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    model.says = f"The token of the runner is {token} and it works."
    assert token not in summary_of(engine(tmp_path, address(model)), TALK).text
    said = (*TALK, Message("user", f"We decided to use the token {token} for the runner."))
    assert token not in summary_of(engine(tmp_path), said).text


def test_a_session_says_who_summed_it_up(tmp_path: Path, model: Model) -> None:
    """Ended by a person, the model writes its summary; left behind by a client, its own sentences do."""
    named = {"CONTEXTFS_LLM_URL": address(model), "CONTEXTFS_LLM_MODEL": "small-model"}
    with ContextFS(settings=Settings(named, data_dir=str(tmp_path)), namespace="n") as ctx:
        for end in (ctx.end_session, lambda: ctx.sessions.leave(ctx.list_sessions()[0].id)):
            ctx.start_session(label="redis")
            for message in TALK:
                ctx.add_message(message.role, message.content)
            end()
        left, ended = ctx.list_sessions()
    assert (ended.summarized_by, left.summarized_by) == ("small-model", "extract")
    assert ended.summary.startswith("redis: Sessions were discussed.")
    assert len(model.asked) == 1
