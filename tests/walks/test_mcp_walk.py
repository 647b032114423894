"""The MCP server through the real client: in memory, over standard input and output, and over HTTP, in both eras."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import MCPError, StdioServerParameters
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Implementation, PromptReference, ResourceTemplateReference

from contextfs import ContextFS
from contextfs.mcp.server import INSTRUCTIONS, build

pytestmark = pytest.mark.anyio
TOKEN = "a-token-for-the-tests"
ERAS = ("auto", "legacy")
SAVED_BEFORE = (
    "Use bcrypt with cost factor 12 for password hashing, because argon2 is missing in our base image"
)


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a server process sees: an empty home, and nothing of the machine's own hosts."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "CONTEXTFS_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def over_http(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a running HTTP server."""
    command = [sys.executable, "-m", "contextfs.mcp", "--http", "--port", "0"]
    surroundings = {**environment, "CONTEXTFS_MCP_TOKEN": TOKEN}
    with subprocess.Popen(
        command, env=surroundings, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        told = ""
        for line in process.stderr:
            told += line
            if found := re.search(r"listens on (http://\S+)", line):
                yield found[1]
                break
        else:
            pytest.fail(f"the server did not start: {told}")
        process.terminate()


@asynccontextmanager
async def http_client(url: str, mode: str) -> AsyncIterator[Client]:
    """A client that sends the token."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as connected,
    ):
        yield connected


@pytest.fixture(params=[f"{way}-{era}" for way in ("memory", "stdio", "http") for era in ERAS])
async def client(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
) -> AsyncIterator[Client]:
    """A connected client, by each way and in each era."""
    way, _, mode = request.param.partition("-")
    if way == "memory":
        with ContextFS(environment["CONTEXTFS_DATA_DIR"], cwd=str(tmp_path)) as front:
            async with Client(build(front), mode=mode, raise_exceptions=True) as connected:
                yield connected
    elif way == "stdio":
        program = StdioServerParameters(
            command=sys.executable, args=["-m", "contextfs.mcp"], env=environment, cwd=tmp_path
        )
        async with Client(program, mode=mode) as connected:
            yield connected
    else:
        async with http_client(request.getfixturevalue("over_http"), mode) as connected:
            yield connected


@pytest.fixture(params=ERAS)
async def near(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    """A client in the same process, with one memory saved before."""
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        front.save(SAVED_BEFORE, type="decision", tags=["security", "auth"], source_tool="cli")
        async with Client(build(front), mode=request.param, raise_exceptions=True) as connected:
            yield connected


def said(result: CallToolResult) -> str:
    """The text of an answer."""
    return "".join(getattr(part, "text", "") for part in result.content)


def structure(result: CallToolResult) -> dict[str, Any]:
    """The structure of an answer that is no error."""
    assert not result.is_error, said(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def test_a_memory_goes_through_every_tool(client: Client) -> None:
    """Saved as the guide tells the assistant to, found, read, changed, listed, deleted and gone."""
    saved = structure(
        await client.call_tool(
            "contextfs_save",
            {
                "content": "We're using Python 3.11 with FastAPI",
                "type": "fact",
                "tags": ["python", "fastapi", "stack"],
            },
        )
    )
    assert saved["created"] is True
    short = saved["id"][:8]

    found = await client.call_tool("contextfs_search", {"query": "what framework are we using with python"})
    assert re.match(r"\[\d\.\d\d\] \[fact\]", said(found))
    assert f"ID: {short} · " in said(found)
    assert structure(found)["results"][0]["memory"]["id"] == saved["id"]

    whole = structure(await client.call_tool("contextfs_recall", {"id": short}))
    assert whole["content"] == "We're using Python 3.11 with FastAPI"
    assert whole["tags"] == ["python", "fastapi", "stack"]

    changed = await client.call_tool(
        "contextfs_update", {"id": short, "content": "We use Litestar now, not FastAPI"}
    )
    assert structure(changed)["title"] == "We use Litestar now, not FastAPI"
    assert structure(changed)["tags"] == ["python", "fastapi", "stack"]

    listed = structure(await client.call_tool("contextfs_list", {"type": "fact"}))
    assert [memory["title"] for memory in listed["memories"]] == ["We use Litestar now, not FastAPI"]

    read = await client.read_resource(f"memory://{saved['id']}")
    assert "We use Litestar now" in read.contents[0].text  # type: ignore[union-attr]

    deleted = await client.call_tool("contextfs_delete", {"id": short})
    assert structure(deleted)["done"] is True
    gone = await client.call_tool("contextfs_search", {"query": "Litestar"})
    assert said(gone).startswith("No memories found")
    assert structure(gone)["results"] == []
    missing = await client.call_tool("contextfs_recall", {"id": short})
    assert missing.is_error
    assert short in said(missing)


async def test_what_a_host_shows_its_user_is_there(near: Client) -> None:
    """Titles, hints about what writes, the mark of what is always loaded, and the instructions."""
    tools = {tool.name: tool for tool in (await near.list_tools()).tools}
    assert all(tool.title and tool.description for tool in tools.values())
    assert [name for name, tool in tools.items() if not tool.output_schema] == ["contextfs_context"]
    assert tools["contextfs_search"].annotations
    assert tools["contextfs_search"].annotations.read_only_hint is True
    assert tools["contextfs_delete"].annotations
    assert tools["contextfs_delete"].annotations.destructive_hint is True
    at_once = {name for name, tool in tools.items() if (tool.meta or {}).get("anthropic/alwaysLoad") is True}
    assert at_once == {"contextfs_save", "contextfs_search", "contextfs_recall"}
    assert near.instructions == INSTRUCTIONS
    assert len(INSTRUCTIONS.encode()) <= 2_048


async def test_the_tools_cost_a_model_little(near: Client) -> None:
    """Names, descriptions and input schemas: at most 2,500 tokens for all tools."""
    tools = (await near.list_tools()).tools
    texts = [
        tool.name + (tool.description or "") + json.dumps(tool.input_schema, separators=(",", ":"))
        for tool in tools
    ]
    assert sum(map(len, texts)) / 4 <= 2_500
    assert all(tool.input_schema["type"] == "object" for tool in tools)
    assert "title" not in json.dumps([tool.input_schema for tool in tools])


async def test_a_task_gets_its_context_as_a_text(near: Client) -> None:
    """The pack is the whole answer, in its fence and within the budget; a structure would be paid for twice."""
    found = await near.call_tool("contextfs_context", {"task": "how are passwords hashed", "budget": 200})
    assert found.structured_content is None
    assert said(found).startswith("<contextfs-memory>")
    assert SAVED_BEFORE in said(found)
    assert len(said(found)) <= 800
    start = await near.call_tool("contextfs_context", {})
    assert "## Recent decisions" in said(start)
    nothing = await near.call_tool("contextfs_context", {"task": "apple cake recipe", "files": "a.py, b.py"})
    assert said(nothing) == "No memory is relevant to this task."
    refused = await near.call_tool("contextfs_context", {"task": "x", "budget": 5})
    assert refused.is_error


async def test_the_types_are_an_enumeration(near: Client) -> None:
    """A model chooses from what there is."""
    (save,) = [tool for tool in (await near.list_tools()).tools if tool.name == "contextfs_save"]
    chosen = save.input_schema["properties"]["type"]
    assert chosen["enum"] == ["fact", "decision", "code", "error", "procedural", "episodic", "user"]
    assert chosen["default"] == "fact"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        (
            "contextfs_recall",
            {"memory_id": "abcdef"},
            "contextfs_recall has no argument 'memory_id'. It takes: id.",
        ),
        ("contextfs_save", {}, "the content is empty"),
        ("contextfs_recall", {}, "contextfs_recall cannot use these arguments: id: required."),
        (
            "contextfs_search",
            {"query": "x", "limit": 500},
            "limit: input should be less than or equal to 50, not 500",
        ),
        ("contextfs_save", {"content": "x", "type": "decison"}, "Use one of: fact, decision, code"),
        ("contextfs_recall", {"id": "ffffffffff"}, "contextfs_search"),
        ("contextfs_recall", {"id": ""}, "id"),
        ("contextfs_delete", {"id": "%"}, "%"),
        ("contextfs_search", {"query": "x", "since": "someday"}, "someday"),
        ("contextfs_update", {"id": "ffffffffff", "content": "x"}, "ffffffffff"),
        ("contextfs_save", {"content": "   "}, "content"),
        (
            "contextfs_save",
            {"content": "key: sk-ant-api03-" + "aB3" * 31 + "AA"},
            "Only the user can allow it",
        ),
    ],
)
async def test_a_model_can_act_on_an_error(
    near: Client, tool: str, arguments: dict[str, Any], told: str
) -> None:
    """It says what was wrong, in words for a model, without a traceback or a link to a library's manual."""
    result = await near.call_tool(tool, arguments)
    assert result.is_error
    assert told in said(result)
    for noise in ("Traceback", "pydantic", "Error executing tool", "https://"):
        assert noise not in said(result)


async def test_nothing_relevant_is_said(near: Client) -> None:
    """No guess is better than a wrong one."""
    result = await near.call_tool("contextfs_search", {"query": "recipe for sourdough bread with rye"})
    assert "nothing saved here is relevant" in said(result)
    assert structure(result)["note"] == said(result)


async def test_another_namespace_that_would_answer_is_named(near: Client) -> None:
    """And the argument that looks there works."""
    await near.call_tool(
        "contextfs_save",
        {"content": "The billing service retries webhooks five times", "namespace": "billing"},
    )
    question = {"query": "how often are webhooks retried by billing"}
    here = await near.call_tool("contextfs_search", question)
    assert structure(here)["results"] == []
    assert "all=true" in said(here)
    for where in ({"all": True}, {"namespace": "billing"}):
        there = structure(await near.call_tool("contextfs_search", question | where))
        assert there["results"][0]["memory"]["namespace"] == "billing"


async def test_a_project_is_found_from_any_namespace(near: Client) -> None:
    """The guide's way of sharing between repositories."""
    await near.call_tool(
        "contextfs_save",
        {"content": "API rate limiting: 1000 req/min standard", "project": "platform", "namespace": "repo-a"},
    )
    found = structure(
        await near.call_tool("contextfs_search", {"query": "rate limiting", "project": "platform"})
    )
    assert found["results"][0]["memory"]["project"] == "platform"


async def test_filters_narrow_a_search(near: Client) -> None:
    """Tags, type, time and metadata, as models write them."""
    await near.call_tool(
        "contextfs_save",
        {
            "content": "Sprint retrospective notes",
            "type": "episodic",
            "tags": "Retro, sprint-42",
            "metadata": {"sprint": 42},
        },
    )
    for arguments in (
        {"metadata_filter": {"sprint": 42}},
        {"tags": "retro"},
        {"type": "episodic", "since": "1d"},
        {"query": "retrospective", "tags": ["Sprint 42"], "type": None},
    ):
        found = structure(await near.call_tool("contextfs_search", arguments))
        assert [hit["memory"]["content"] for hit in found["results"]] == ["Sprint retrospective notes"], (
            arguments
        )
    none = structure(await near.call_tool("contextfs_search", {"metadata_filter": {"sprint": "42"}}))
    assert none["results"] == []


async def test_saving_twice_is_told(near: Client) -> None:
    """The memory that is there comes back with the new tags."""
    again = await near.call_tool(
        "contextfs_save", {"content": SAVED_BEFORE, "type": "decision", "tags": ["bcrypt"]}
    )
    assert structure(again)["created"] is False
    assert set(structure(again)["tags"]) == {"security", "auth", "bcrypt"}


async def test_empty_texts_clear_and_absent_ones_stay(near: Client) -> None:
    """An update changes what it names."""
    (listed,) = structure(await near.call_tool("contextfs_list", {}))["memories"]
    named = {"id": listed["id"], "summary": "Password hashing", "project": "shop", "files": ["src/auth.py"]}
    await near.call_tool("contextfs_update", named)
    await near.call_tool("contextfs_update", {"id": listed["id"], "project": "", "metadata": {"cost": 12}})
    whole = structure(await near.call_tool("contextfs_recall", {"id": listed["id"]}))
    assert "project" not in whole
    assert whole["summary"] == "Password hashing"
    assert whole["files"] == ["src/auth.py"]
    assert whole["metadata"] == {"cost": 12}
    assert whole["content"] == SAVED_BEFORE


@pytest.mark.parametrize("text", ['{"retries": 5}', '["a", "b"]', "null", "true", '"quoted"', "5"])
async def test_text_that_looks_like_json_is_text(near: Client, text: str) -> None:
    """A memory may hold a piece of configuration."""
    saved = structure(await near.call_tool("contextfs_save", {"content": text, "summary": text}))
    changed = {"id": saved["id"], "content": f"{text} ", "summary": text, "project": text}
    structure(await near.call_tool("contextfs_update", changed))
    whole = structure(await near.call_tool("contextfs_recall", {"id": saved["id"]}))
    assert (whole["content"].strip(), whole["summary"], whole["project"]) == (text, text, text)


async def test_a_deprecated_memory_is_marked_and_an_archived_one_is_hidden(near: Client) -> None:
    """What is outdated must not pass for current."""
    (listed,) = structure(await near.call_tool("contextfs_list", {}))["memories"]
    await near.call_tool("contextfs_update", {"id": listed["id"], "status": "deprecated"})
    assert "(deprecated)" in said(await near.call_tool("contextfs_search", {"query": "bcrypt cost factor"}))
    await near.call_tool("contextfs_update", {"id": listed["id"], "status": "archived"})
    assert (
        structure(await near.call_tool("contextfs_search", {"query": "bcrypt cost factor"}))["results"] == []
    )
    archived = structure(await near.call_tool("contextfs_list", {"status": "archived"}))
    assert [memory["id"] for memory in archived["memories"]] == [listed["id"]]


async def test_pages_of_a_list(near: Client) -> None:
    """The next page is named."""
    for number in range(4):
        await near.call_tool(
            "contextfs_save", {"content": f"The port of service number {number} is 800{number}"}
        )
    first = structure(await near.call_tool("contextfs_list", {"limit": 3}))
    assert first["total"] == 5
    assert first["next_offset"] == 3
    rest = structure(await near.call_tool("contextfs_list", {"limit": 3, "offset": 3}))
    assert len(rest["memories"]) == 2
    assert "next_offset" not in rest


async def test_the_clients_name_becomes_the_source_tool(tmp_path: Path) -> None:
    """Claude Code says that it is Claude Code; a setting says otherwise and wins."""
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        server = build(front)
        for mode in ERAS:
            who = Implementation(name="claude-code", version="2.1")
            async with Client(server, mode=mode, client_info=who) as client:
                saved = structure(
                    await client.call_tool("contextfs_save", {"content": f"A fact from the era {mode}"})
                )
                assert front.recall(saved["id"]).source_tool == "claude-code"


async def test_the_setting_decides_the_source_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CONTEXTFS_SOURCE_TOOL stands before the client's name."""
    monkeypatch.setenv("CONTEXTFS_SOURCE_TOOL", "my-own-agent")
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        who = Implementation(name="claude-code", version="2.1")
        async with Client(build(front), client_info=who) as client:
            saved = structure(
                await client.call_tool("contextfs_save", {"content": "A fact with a tool of its own"})
            )
            assert front.recall(saved["id"]).source_tool == "my-own-agent"


async def test_recent_memories_are_resources(near: Client) -> None:
    """They can be picked in a host's menu, and read as Markdown with where they came from."""
    (resource,) = (await near.list_resources()).resources
    assert resource.title == SAVED_BEFORE
    (content,) = (await near.read_resource(str(resource.uri))).contents
    assert content.mime_type == "text/markdown"
    assert "- source tool: cli" in content.text  # type: ignore[union-attr]
    (template,) = (await near.list_resource_templates()).resource_templates
    assert template.uri_template == "memory://{id}"


async def test_a_resource_that_is_not_there_is_an_error_that_says_so(near: Client) -> None:
    """By its id."""
    with pytest.raises(MCPError, match="ffffffffff"):
        await near.read_resource("memory://ffffffffff")


async def test_prompts_are_filled_in(near: Client) -> None:
    """A topic, a decision, the end of a session."""
    names = {prompt.name for prompt in (await near.list_prompts()).prompts}
    assert names == {"recall", "decide", "wrap-up"}
    text = (await near.get_prompt("recall", {"topic": "auth"})).messages[0].content.text  # type: ignore[union-attr]
    assert 'query="auth"' in text


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("recal", {}, "There are: recall, decide, wrap-up"),
        ("recall", {}, "needs topic"),
        ("recall", {"topic": "auth", "kind": "fact"}, "It takes: topic, type, tag"),
        ("recall", {"topic": "auth", "type": "decison"}, "Use one of: fact, decision, code"),
    ],
)
async def test_a_prompt_that_cannot_be_filled_in_says_why(
    near: Client, name: str, arguments: dict[str, str], told: str
) -> None:
    """A person picked it from a menu and typed the arguments: what was wrong with them is told."""
    with pytest.raises(MCPError, match=told):
        await near.get_prompt(name, arguments)


async def test_completions_offer_what_there_is(near: Client) -> None:
    """Types, tags in use and ids."""
    recall = PromptReference(name="recall")
    types = await near.complete(recall, {"name": "type", "value": "e"})
    assert types.completion.values == ["error", "episodic"]
    tags = await near.complete(recall, {"name": "tag", "value": "sec"})
    assert tags.completion.values == ["security"]
    (resource,) = (await near.list_resources()).resources
    wanted = str(resource.uri).removeprefix("memory://")
    ids = await near.complete(
        ResourceTemplateReference(uri="memory://{id}"), {"name": "id", "value": wanted[:4]}
    )
    assert ids.completion.values == [wanted]
    assert (await near.complete(recall, {"name": "topic", "value": "x"})).completion.values == []


async def test_vectors_that_are_missing_are_made_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memories saved while there was no provider get their vectors once this long-lived process has one."""
    data, here = str(tmp_path / "data"), str(tmp_path)
    with monkeypatch.context() as words_only:
        words_only.setenv("CONTEXTFS_EMBEDDING_PROVIDER", "words")
        with ContextFS(data, cwd=here) as front:
            front.save_many(
                [f"Host number {number} runs the nightly batch {number * 7}" for number in range(150)]
            )
    with ContextFS(data, cwd=here) as front:
        async with Client(build(front)) as client:
            await client.call_tool("contextfs_list", {})
            await anyio.sleep(0.2)
            assert front.status().waiting == 150
            await client.call_tool("contextfs_save", {"content": "Host number 151 is idle"})
            with anyio.fail_after(20):
                while front.status().waiting:  # noqa: ASYNC110 - they appear on a thread
                    await anyio.sleep(0.05)


async def test_a_host_that_listens_hears_of_changes(tmp_path: Path) -> None:
    """A menu of memories that is open elsewhere can be drawn anew."""
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        memory = front.save("The changelog is written by hand", tags=["release"])
        uri = f"memory://{memory.id}"
        async with (
            Client(build(front)) as client,
            client.listen(resources_list_changed=True, resource_subscriptions=[uri]) as heard,
        ):
            await client.call_tool("contextfs_list", {})
            await client.call_tool("contextfs_update", {"id": memory.id, "summary": "Changelog"})
            with anyio.fail_after(10):
                events = [await anext(heard), await anext(heard)]
    assert {type(event).__name__ for event in events} == {"ResourcesListChanged", "ResourceUpdated"}
    assert uri in {getattr(event, "uri", "") for event in events}
