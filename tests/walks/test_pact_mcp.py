"""Records through the MCP server: three tools, where a setting asks for them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.types import CallToolResult, Implementation

from contextfs import ContextFS
from contextfs.mcp.server import build

pytestmark = pytest.mark.anyio
TOOLS = {"pact_save", "pact_search", "pact_update"}
RECORD: dict[str, Any] = {
    "context": "Designed the cache in front of the price service",
    "decisions": [
        {"decision": "Two levels", "rationale": "A cold node must not ask the database 4,000 times"}
    ],
    "active_tasks": [{"task": "Measure the hit rate"}],
}


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.fixture
def front(bare: Path, tmp_path: Path) -> ContextFS:
    """The front door of an empty store."""
    return ContextFS(str(tmp_path / "data"), cwd=str(bare))


@pytest.fixture
async def client(front: ContextFS, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """A client of a server with the tools for records."""
    monkeypatch.setenv("CONTEXTFS_MCP_PACT", "true")
    who = Implementation(name="claude-code", version="2.1")
    async with Client(build(front), client_info=who, raise_exceptions=True) as connected:
        yield connected


def said(result: CallToolResult) -> str:
    """The text of an answer."""
    return "".join(getattr(part, "text", "") for part in result.content)


async def done(client: Client, tool: str, **given: object) -> tuple[str, dict[str, Any]]:
    """The text and the structure of an answer that is no error."""
    result = await client.call_tool(tool, given)
    assert not result.is_error, said(result)
    assert isinstance(result.structured_content, dict)
    return said(result), result.structured_content


async def test_the_tools_are_there_only_when_asked_for(front: ContextFS) -> None:
    """Nobody pays for three more schemas who does not want them."""
    async with Client(build(front)) as plain:
        assert not TOOLS & {tool.name for tool in (await plain.list_tools()).tools}


async def test_the_tools_cost_a_model_little(client: Client) -> None:
    """Names, descriptions and input schemas of the three: at most 500 tokens."""
    tools = [tool for tool in (await client.list_tools()).tools if tool.name in TOOLS]
    assert {tool.name for tool in tools} == TOOLS
    texts = [
        tool.name + (tool.description or "") + json.dumps(tool.input_schema, separators=(",", ":"))
        for tool in tools
    ]
    assert sum(map(len, texts)) / 4 <= 500


async def test_a_record_goes_through_every_tool(client: Client, front: ContextFS) -> None:
    """Saved, found with the part that answers, changed, and there for the other tools, too."""
    text, saved = await done(client, "pact_save", record=RECORD)
    assert text == f"Saved {saved['id'][:8]} Designed the cache in front of the price service"
    assert (saved["created"], saved["advice"]) == (True, [])
    assert front.recall(saved["id"]).source_tool == "claude-code"
    text, found = await done(client, "pact_search", query="why two cache levels")
    assert found["records"][0]["id"] == saved["id"]
    assert "matched decision: Two levels" in text
    changes = {"active_tasks": [{"task": "Measure the hit rate", "status": "completed"}]}
    _, changed = await done(client, "pact_update", id=saved["id"][:6], changes=changes)
    assert changed["id"] == saved["id"]
    text, _ = await done(client, "contextfs_recall", id=saved["id"])
    assert "Measure the hit rate (completed)" in text
    _, again = await done(client, "pact_save", record={**RECORD, **changes})
    assert (again["created"], again["id"]) == (False, saved["id"])


async def test_advice_and_refusals_reach_the_model(client: Client) -> None:
    """What would make a record better comes back with its id; what cannot be is told with its path."""
    poor = {"decisions": [{"decision": "Use Redis"}]}
    text, saved = await done(client, "pact_save", record=poor)
    assert saved["advice"][0] in text and "without its reason: 'Use Redis'" in text
    for given, words in (
        ({"record": poor, "strict": True}, "was not saved"),
        ({"record": {"decisions": [{"decision": "x", "alternatives": "y"}]}}, "decisions[0].alternatives"),
        ({"record": {"lesson": "x"}}, "Did you mean 'lessons_learned'?"),
    ):
        refused = await client.call_tool("pact_save", given)
        assert refused.is_error and words in said(refused)
    _, found = await done(client, "pact_search", query="quarterly penguin migration")
    assert found["records"] == []
