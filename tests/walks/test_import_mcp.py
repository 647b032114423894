"""contextfs_import_conversation through the real client, in both eras of the protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.types import TextContent

from contextfs import ContextFS
from contextfs.mcp.server import build

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[1] / "fixtures" / "transcripts"
TALK = {
    "messages": [
        {"role": "user", "content": "Which broker do we take?"},
        {"role": "assistant", "content": "None: a table in Postgres is enough for ten jobs a second."},
    ]
}


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.fixture(params=["auto", "legacy"])
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a server on an empty store."""
    with ContextFS(data_dir=str(tmp_path), namespace="notes", surface="mcp") as front:
        async with Client(build(front), mode=request.param, raise_exceptions=True) as connected:
            yield connected


async def call(client: Client, name: str, **arguments: Any) -> tuple[str, dict[str, Any], bool]:
    """Call a tool; its text, its structure, and whether it failed."""
    result = await client.call_tool(name, arguments)
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text, result.structured_content or {}, bool(result.is_error)


@pytest.mark.parametrize(
    "content", [TALK, json.dumps(TALK), TALK["messages"]], ids=["object", "text", "list"]
)
async def test_a_conversation_is_imported_in_every_shape(client: Client, content: Any) -> None:
    """As a model writes it: an object, a text of JSON, or a bare list of messages."""
    text, found, failed = await call(
        client,
        "contextfs_import_conversation",
        json_content=content,
        summary="Broker choice",
        tags="queue,design",
    )
    assert not failed and "2 messages" in text
    assert (found["messages"], found["summary"], found["namespace"]) == (2, "Broker choice", "notes")
    _, memory, _ = await call(client, "contextfs_recall", id=found["memory_id"])
    assert (memory["type"], memory["tags"]) == ("episodic", ["queue", "design"])
    assert memory["session_id"] == found["session_id"]
    _, again, _ = await call(
        client,
        "contextfs_import_conversation",
        json_content=content,
        summary="Broker choice",
        tags="queue,design",
    )
    assert again == found


async def test_an_export_is_imported_and_can_be_loaded(client: Client) -> None:
    """A whole export through the tool: its conversations are sessions that the other tools find."""
    exported = (SAMPLES / "claude-ai" / "conversations.json").read_text()
    _, found, failed = await call(client, "contextfs_import_conversation", json_content=exported)
    assert not failed
    _, loaded, _ = await call(client, "contextfs_load_session", query="OAuth flow of the mobile app")
    assert loaded["id"] == found["session_id"] and "PKCE" in loaded["digest"]


@pytest.mark.parametrize("content", ["", "just words", {}, [], 7, {"messages": []}])
async def test_what_is_no_conversation_is_explained(client: Client, content: Any) -> None:
    """The model is told what is accepted."""
    text, _, failed = await call(client, "contextfs_import_conversation", json_content=content)
    assert failed and "json_content" in text
