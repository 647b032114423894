"""REST: the verbs as JSON, and a description that keeps its word."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contextfs import ContextFS
from contextfs.domain.memory_types import MemoryType
from contextfs.web.access import Access
from contextfs.web.app import build
from contextfs.web.rest.openapi import description, sentence_of
from contextfs.web.rest.rows import Call
from contextfs.web.rest.table import CALLS

ROOT = "/api/v1"


def test_a_memory_lives_over_rest(program: Any) -> None:
    """Saved, found, changed, its history read, deleted and brought back, all as JSON."""
    saved = program.post(f"{ROOT}/memories", json={"content": "Retries stop after 5.", "type": "decision"})
    assert saved.status_code == 201
    memory = saved.json()["memory"]
    found = program.get(f"{ROOT}/search", params={"q": "when do retries stop"}).json()
    assert found["results"][0]["memory"]["id"] == memory["id"]
    changed = program.patch(f"{ROOT}/memories/{memory['id'][:8]}", json={"add_tags": ["retry"]})
    assert changed.json()["tags"] == ["retry"]
    verbs = [one["verb"] for one in program.get(f"{ROOT}/memories/{memory['id']}/history").json()]
    assert verbs == ["save", "update"]
    assert program.delete(f"{ROOT}/memories/{memory['id']}").status_code == 200
    assert program.get(f"{ROOT}/memories/{memory['id']}").status_code == 404
    assert program.post(f"{ROOT}/undo").json()["verb"] == "delete"
    assert program.get(f"{ROOT}/memories").json()["total"] == 1


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/memories?limit=many", 400, "integer"),
        ("/memories?limit=0", 400, "minimum"),
        ("/memories?type=novel", 400, "novel"),
        ("/memories?nonsense=1", 400, "nonsense"),
        ("/memories?since=never", 400, "never"),
        ("/memories/zz", 404, "zz"),
        ("/memories/ffffffff", 404, "ffffffff"),
        ("/sessions/ffffffff", 404, "ffffffff"),
        ("/entities/nobody", 404, "nobody"),
        ("/why", 400, "place"),
        ("/nothing", 404, "nothing"),
    ],
)
def test_mistakes_are_named(program: Any, path: str, status: int, word: str) -> None:
    """What was wrong is in the message, and the status says whose it is to mend."""
    answer = program.get(ROOT + path)
    assert answer.status_code == status
    assert word in answer.json()["message"]
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"content": 5}', b'{"text": "x"}', b'{"content": ""}']
)
def test_a_bad_body_is_refused(program: Any, ctx: ContextFS, body: bytes) -> None:
    """Nothing is saved of what is not a memory."""
    answer = program.post(f"{ROOT}/memories", content=body)
    assert answer.status_code == 400
    assert ctx.list_recent() == []


def test_the_description_is_made_of_the_verbs() -> None:
    """Each call has the sentence of its verb, and every type of memory is in the description."""
    paths = description()["paths"]
    for call in CALLS:
        operation = paths[ROOT + call.path.replace(":path}", "}")][call.method.lower()]
        assert operation["summary"] == sentence_of(call.verb) != ""
    kinds = paths[f"{ROOT}/memories"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert kinds["properties"]["type"]["enum"] == [str(one) for one in MemoryType]
    assert len({call.name for call in CALLS}) == len(CALLS)


_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
_PLEASE = settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=_SLOW,
)
_DESCRIBED = schemathesis.openapi.from_dict(description())
_KEPT = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_TOKEN = {"Authorization": "Bearer a-token-for-the-tests"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on a real socket, with one memory in its store; gives its address."""
    home = tmp_path_factory.mktemp("rest")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    with ContextFS(data_dir=home / "data", namespace="work", cwd=str(home), surface="web") as ctx:
        ctx.save("We use PostgreSQL 16, see `src/app.py`.", tags=["database"])
        app = build(ctx, Access("a-token-for-the-tests", port=port))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
def test_the_description_keeps_its_word(call: Call, mode: GenerationMode, served: str) -> None:
    """Whatever is asked, as the description allows or not, is answered as it says, and nothing breaks."""
    operation = _DESCRIBED[ROOT + call.path.replace(":path}", "}")][call.method]
    if mode is GenerationMode.NEGATIVE and not (call.query or call.body or call.parts):
        assert operation  # nothing can be asked wrongly
        return
    answered: list[int] = []

    @_PLEASE
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answered.append(case.call_and_validate(base_url=served, headers=_TOKEN, checks=_KEPT).status_code)

    ask()
    assert answered


def test_what_is_too_deep_or_not_done_here_is_told_as_json(program: Any) -> None:
    """A body nested thousands of levels deep is a mistake like another; a path tells which methods it has."""
    deep = b'{"content": "x", "metadata": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001
    answer = program.post(f"{ROOT}/memories", content=deep)
    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidInput"
    refused = program.put(f"{ROOT}/memories/abcdef12")
    assert refused.status_code == 405
    assert {"GET", "PATCH", "DELETE"} <= set(refused.headers["allow"].split(", "))
    assert refused.json()["error"] == "MethodNotAllowed"
