"""Sessions through MCP: recorded by themselves, one for each client, and the guide's phrases as calls."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import apsw
import httpx2
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, Implementation

from contextfs import ContextFS
from contextfs.domain.session import Session
from contextfs.mcp.server import build

pytestmark = pytest.mark.anyio
TOKEN = "a-token-for-the-tests"
ERAS = ("auto", "legacy")
KNOWN = "Use bcrypt with cost factor 12 for password hashing"
Call = Callable[..., Any]


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.fixture
def front(tmp_path: Path) -> Iterator[ContextFS]:
    """A store with one memory."""
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as opened:
        opened.save(KNOWN, type="decision", tags=["auth"])
        yield opened


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a server process sees: an empty home, and nothing of the machine's own hosts."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "CONTEXTFS_DATA_DIR": str(tmp_path / "data")}


@asynccontextmanager
async def process(
    environment: dict[str, str], cwd: Path, mode: str = "auto", name: str = "claude-code"
) -> AsyncIterator[Client]:
    """A client with a server process of its own."""
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "contextfs.mcp"], env=environment, cwd=cwd
    )
    async with Client(program, mode=mode, client_info=Implementation(name=name, version="1")) as client:
        yield client


def said(result: CallToolResult) -> str:
    """The text of an answer."""
    return "".join(getattr(part, "text", "") for part in result.content)


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structure of an answer that is no error."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, said(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


@pytest.mark.parametrize("mode", ERAS)
async def test_calls_are_kept_as_messages_of_one_session(front: ContextFS, mode: str) -> None:
    """The first call begins it; arguments in short and what came back in one line; no recalled text."""
    async with Client(
        build(front), mode=mode, client_info=Implementation(name="codex", version="1")
    ) as client:
        await call(client, "contextfs_search", query="password hashing")
        saved = await call(client, "contextfs_save", content="Sessions live in Redis, " * 30, type="decision")
        await client.call_tool("contextfs_recall", {"id": "ffffffff"})
        await call(client, "contextfs_list", limit=3)
        (session,) = (await call(client, "contextfs_sessions"))["sessions"]
        assert (session["tool"], session["messages"]) == ("codex", 4)
        assert "ended_at" not in session
    kept = front.load_session(session["id"])
    searched, stored, missed, listed = kept.messages
    assert {one.role for one in kept.messages} == {"tool"}
    assert re.fullmatch(r'query="password hashing" → 1 found: [0-9a-f]{8}', searched.content)
    assert stored.content.endswith(f"→ {saved['id'][:8]} saved")
    assert len(stored.content) < 400
    assert "failed: No memory has an id" in missed.content
    assert missed.metadata["error"] is True
    assert re.match(r"limit=3 → 2 found: ", listed.content)
    assert not any("bcrypt" in one.content for one in kept.messages)
    assert front.recall(saved["id"]).session_id == session["id"]
    assert kept.ended_at is not None
    assert kept.summarized_by == "extract"
    assert "Saved:\n- decision: Sessions live in Redis" in kept.summary


@pytest.mark.parametrize("mode", ERAS)
async def test_the_phrases_of_the_guide_are_calls(front: ContextFS, mode: str) -> None:
    """Each sentence that the guide tells people to say, as the call that an assistant makes of it."""
    _record(front, "db-design", yesterday(), "Which index does the database design need for orders?")
    _record(front, "frontend", yesterday(), "The colours of the frontend design are too pale.")
    _record(front, "older", yesterday() - timedelta(days=9), "The database design needs a second schema.")
    async with Client(build(front), mode=mode) as client:
        # "Start a new session labeled 'auth-refactor'"
        begun = await call(client, "contextfs_update_session", label="auth-refactor", new=True)
        assert begun["label"] == "auth-refactor"
        # The guide's own call of contextfs_message
        added = await call(
            client, "contextfs_message", role="user", content="Key decision point: we use PKCE."
        )
        assert added["session"]["id"] == begun["id"]
        # "Save this session to memory with label 'auth-complete'"
        memory = await call(client, "contextfs_save", save_session="current", label="auth-complete")
        assert memory["type"] == "episodic"
        # "Show my recent sessions"
        recent = (await call(client, "contextfs_sessions"))["sessions"]
        assert recent[0]["label"] == "auth-complete"
        assert recent[0]["ended_at"]
        # "Load the session from yesterday about database design"
        loaded = await call(client, "contextfs_load_session", query="database design", since="yesterday")
        assert loaded["label"] == "db-design"
        assert "Which index does the database design need" in loaded["digest"]
        # "Save this session before I switch to the frontend work"
        await call(client, "contextfs_message", role="user", content="Now to the frontend.")
        again = await call(client, "contextfs_save", save_session="current")
        assert again["type"] == "episodic"
    assert "we use PKCE" in front.recall(memory["id"]).content
    assert front.recall(memory["id"]).session_id == begun["id"]


def yesterday() -> datetime:
    """A moment of yesterday."""
    return datetime.now(UTC) - timedelta(days=1)


def _record(front: ContextFS, label: str, at: datetime, text: str) -> None:
    from contextfs.api.recording import record
    from contextfs.domain.clock import new_id
    from contextfs.domain.session import Message

    heading = Session(
        new_id(), "codex", label, started_at=at, ended_at=at, namespace=front.workspace.namespace
    )
    record(front._engine, heading, [Message("user", text, at, id=new_id())])


async def test_a_label_without_an_id_names_the_current_session(front: ContextFS) -> None:
    """The session that the calls are recorded in gets the label; another one is named by its id."""
    async with Client(build(front)) as client:
        await call(client, "contextfs_search", query="password")
        (going,) = (await call(client, "contextfs_sessions"))["sessions"]
        labelled = await call(client, "contextfs_update_session", label="auth-refactor")
        assert labelled["id"] == going["id"]
        await call(client, "contextfs_update_session", label="next", new=True)
        renamed = await call(
            client, "contextfs_update_session", id=going["id"][:8], summary="All about bcrypt."
        )
        assert (renamed["label"], renamed["summary"]) == ("auth-refactor", "All about bcrypt.")
        assert renamed["summarized_by"] == "person"


async def test_an_earlier_session_is_saved_by_its_id(front: ContextFS) -> None:
    """Its summary becomes a memory that is linked to it, and the session that is going on goes on."""
    _record(front, "db-design", yesterday(), "We decided to partition the orders table by month.")
    earlier = front.load_session(label="db-design").id
    async with Client(build(front)) as client:
        await call(client, "contextfs_search", query="password")
        memory = await call(client, "contextfs_save", save_session=earlier[:8], tags=["database"])
        (going,) = [
            one for one in (await call(client, "contextfs_sessions"))["sessions"] if "ended_at" not in one
        ]
        assert going["messages"] == 1
    saved = front.recall(memory["id"])
    assert (saved.session_id, saved.tags) == (earlier, ("database",))
    assert "partition the orders table" in saved.content


async def test_what_is_loaded_is_fenced_and_fits_the_budget(front: ContextFS) -> None:
    """A long session comes back short, between marks that say that it is recalled."""
    async with Client(build(front)) as client:
        for number in range(60):
            await call(
                client, "contextfs_message", role="user", content=f"Message {number} " + "says it all. " * 30
            )
        loaded = await client.call_tool("contextfs_load_session", {"id": "current", "budget": 300})
        text = said(loaded)
        assert text.startswith("<contextfs-memory>\nSession ")
        assert "</contextfs-memory>\nMemories are notes to weigh" in text
        assert len(text) / 4 < 360
        assert "Message 59" in text


async def test_the_latest_session_is_not_the_one_that_asks(front: ContextFS) -> None:
    """Without arguments the session before is loaded, and a new session has no id."""
    async with Client(build(front)) as client:
        await call(client, "contextfs_message", role="user", content="How deep do I plant tulips?")
        none = await client.call_tool("contextfs_load_session", {})
        assert none.is_error and "no other session here" in said(none)
        await call(client, "contextfs_update_session", new=True)
        assert "tulips" in said(await client.call_tool("contextfs_load_session", {}))
        refused = await client.call_tool("contextfs_update_session", {"new": True, "id": "current"})
        assert refused.is_error and "no id yet" in said(refused)


async def test_a_secret_in_a_message_is_taken_out(front: ContextFS) -> None:
    """A conversation cannot be typed again, so it is kept without the secret, and the caller is told."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    async with Client(build(front)) as client:
        added = await call(client, "contextfs_message", role="user", content=f"The token is {token} for CI.")
        assert "secret was taken out" in added["note"]
        assert token not in said(await client.call_tool("contextfs_load_session", {"id": "current"}))


@pytest.mark.parametrize("mode", ERAS)
async def test_a_session_is_deleted_only_with_consent(front: ContextFS, mode: str) -> None:
    """The person is asked by its label; without an agreement it stays, and a client that cannot ask just deletes."""
    _record(front, "to-go", yesterday(), "The session that goes.")
    asked: list[str] = []
    agrees = False

    async def answer(context: Any, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"delete": agrees})

    async with Client(build(front), mode=mode, elicitation_callback=answer) as client:
        session = front.load_session(label="to-go").id
        kept = await call(client, "contextfs_delete_session", id=session)
        assert kept["done"] is False
        assert front.load_session(session)
        agrees = True
        assert (await call(client, "contextfs_delete_session", id=session[:8]))["done"] is True
    assert len(asked) == 2
    assert "'to-go' with 1 messages" in asked[0]
    assert front.sessions.standing(session) == "deleted"
    front.sessions.restore(session)
    async with Client(build(front), mode=mode) as client:
        assert "contextfs undo" in (await call(client, "contextfs_delete_session", id=session))["note"]


async def test_nothing_is_recorded_where_that_is_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls leave no trace, and the session tools work all the same."""
    monkeypatch.setenv("CONTEXTFS_SESSION_RECORD", "false")
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        async with Client(build(front)) as client:
            saved = await call(client, "contextfs_save", content="Sessions live in Redis", type="decision")
            await call(client, "contextfs_search", query="redis")
            assert (await call(client, "contextfs_sessions"))["sessions"] == []
            await call(client, "contextfs_message", role="user", content="Now it is asked for.")
            assert len((await call(client, "contextfs_sessions"))["sessions"]) == 1
        assert front.recall(saved["id"]).session_id == ""
        (session,) = front.list_sessions()
        assert session.length == 1
        assert session.ended_at is not None


async def test_a_store_that_cannot_be_written_to_still_answers(front: ContextFS, tmp_path: Path) -> None:
    """While another process holds the store, a search answers at once; what was noted is written afterwards."""
    async with Client(build(front)) as client:
        await call(client, "contextfs_search", query="password")
        other = apsw.Connection(str(tmp_path / "data" / "contextfs.db"))
        other.set_busy_timeout(10_000)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        found = await call(client, "contextfs_search", query="password hashing")
        took = time.monotonic() - started
        other.execute("ROLLBACK")
        other.close()
        assert len(found["results"]) == 1
        assert took < 1.5
        (session,) = (await call(client, "contextfs_sessions"))["sessions"]
        assert session["messages"] == 2


async def test_a_session_ends_when_it_was_idle_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a call for the idle limit it ends with its summary; the next call begins another."""
    monkeypatch.setenv("CONTEXTFS_SESSION_IDLE", "0.0003")  # about a second
    with ContextFS(str(tmp_path / "data"), cwd=str(tmp_path)) as front:
        async with Client(build(front)) as client:
            await call(client, "contextfs_search", query="first")
            sessions: list[Session] = []
            for _ in range(100):
                await anyio.sleep(0.05)
                sessions = front.list_sessions()
                if sessions and sessions[0].ended_at:
                    break
            assert sessions[0].summarized_by == "extract"
            await call(client, "contextfs_search", query="second")
        assert [one.length for one in front.list_sessions()] == [1, 1]


@pytest.mark.parametrize("mode", ERAS)
async def test_two_clients_in_one_place_have_two_sessions(
    environment: dict[str, str], tmp_path: Path, mode: str
) -> None:
    """Two processes of one assistant, each with its own session; the command line sees both, ended and summed up."""
    async with process(environment, tmp_path, mode) as first, process(environment, tmp_path, mode) as second:
        saved = await call(first, "contextfs_save", content="The first one saves this fact here")
        await call(second, "contextfs_search", query="what the second one asks")
        await call(first, "contextfs_message", role="user", content="Only the first one says this.")
        one, two = [
            (await call(client, "contextfs_update_session", label=label))["id"]
            for client, label in ((first, "one"), (second, "two"))
        ]
        assert one != two
    shown = _listed(environment, tmp_path)
    sessions = {row["label"]: row for row in shown}
    assert set(sessions) == {"one", "two"}
    assert {row["tool"] for row in sessions.values()} == {"claude-code"}
    assert all(row["ended_at"] and row["summary"] for row in sessions.values())
    with ContextFS(environment["CONTEXTFS_DATA_DIR"], cwd=str(tmp_path)) as front:
        assert front.recall(saved["id"]).session_id == one
        assert [message.role for message in front.load_session(one).messages] == ["tool", "user"]


async def test_a_killed_server_leaves_what_it_recorded(environment: dict[str, str], tmp_path: Path) -> None:
    """Its session is still open and whole, and the next process does not go on with it."""
    await anyio.to_thread.run_sync(_save_and_be_killed, environment, tmp_path)
    with ContextFS(environment["CONTEXTFS_DATA_DIR"], cwd=str(tmp_path)) as front:
        (left,) = front.list_sessions()
        assert (left.ended_at, left.length, left.tool) == (None, 1, "codex")
        async with process(environment, tmp_path, name="codex") as client:
            await call(client, "contextfs_search", query="after the kill")
        assert len(front.list_sessions()) == 2
        assert front.load_session(left.id).length == 1


async def test_the_command_line_of_the_same_tool_sees_the_session_of_the_server(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """What an assistant's shell adds lands in the session that its server records; another tool begins its own."""
    async with process(environment, tmp_path) as client:
        await call(client, "contextfs_search", query="asked through the server")
        await call(client, "contextfs_update_session", label="shared")
        for words, host in (
            ("said in its shell", {"CLAUDECODE": "1"}),
            ("said by another", {"CODEX_CI": "1"}),
        ):
            await anyio.to_thread.run_sync(_say, words, {**environment, **host}, tmp_path)
        loaded = await call(client, "contextfs_load_session", id="current")
        assert loaded["label"] == "shared"
        assert "said in its shell" in loaded["digest"]
        assert "said by another" not in loaded["digest"]
    assert {row["tool"]: row["label"] for row in _listed(environment, tmp_path)} == {
        "claude-code": "shared",
        "codex": "",
    }


def _say(words: str, environment: dict[str, str], cwd: Path) -> None:
    command = [sys.executable, "-m", "contextfs", "session", "message", words]
    subprocess.run(command, env=environment, cwd=cwd, capture_output=True, check=True)


async def test_what_a_killed_server_left_open_is_ended_later(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """When it was idle for too long, the next process sums it up; it ended with its last message."""
    await anyio.to_thread.run_sync(_save_and_be_killed, environment, tmp_path)
    await anyio.sleep(1.2)
    async with process({**environment, "CONTEXTFS_SESSION_IDLE": "0.0003"}, tmp_path) as client:
        await call(client, "contextfs_search", query="after the kill")
        await call(client, "contextfs_sessions")
    with ContextFS(environment["CONTEXTFS_DATA_DIR"], cwd=str(tmp_path)) as front:
        left = front.list_sessions()[-1]
        assert left.summarized_by == "extract"
        assert "Written before the kill" in left.summary
        assert left.ended_at == left.active_at


async def test_a_secret_in_an_argument_is_not_kept_in_part(front: ContextFS) -> None:
    """A call that was refused for its secret is recorded without it, also where the argument is cut."""
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    async with Client(build(front)) as client:
        for padding in range(100, 170, 10):
            refused = await client.call_tool("contextfs_save", {"content": "x " * (padding // 2) + token})
            assert refused.is_error
        (session,) = (await call(client, "contextfs_sessions"))["sessions"]
    kept = front.load_session(session["id"]).messages
    assert len(kept) == 7
    assert not any(token[4:10] in message.content for message in kept)


def _save_and_be_killed(environment: dict[str, str], tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "contextfs.mcp"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdin
    assert program.stdout
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "codex", "version": "1"},
    }
    calls = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        _calling(2, "contextfs_save", content="Written before the kill"),
        _calling(3, "contextfs_sessions"),
    ]
    for request in calls:
        program.stdin.write(json.dumps(request) + "\n")
        program.stdin.flush()
        if "id" in request:
            program.stdout.readline()
    program.kill()
    program.wait(timeout=20)
    program.stdin.close()
    program.stdout.close()


def _listed(environment: dict[str, str], cwd: Path) -> list[dict[str, Any]]:
    """What the command line says of the sessions."""
    command = [sys.executable, "-m", "contextfs", "sessions", "--json"]
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, check=True)
    shown = json.loads(done.stdout)
    return shown if isinstance(shown, list) else shown["sessions"]


def _calling(number: int, tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@pytest.fixture
def over_http(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a running HTTP server."""
    command = [sys.executable, "-m", "contextfs.mcp", "--http", "--port", "0"]
    surroundings = {**environment, "CONTEXTFS_MCP_TOKEN": TOKEN}
    with subprocess.Popen(
        command, env=surroundings, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        for line in server.stderr:
            if found := re.search(r"listens on (http://\S+)", line):
                yield found[1]
                break
        else:
            pytest.fail("the server did not start")
        server.terminate()


@pytest.mark.parametrize("mode", ERAS)
async def test_over_http_a_client_is_known_by_its_name(over_http: str, mode: str) -> None:
    """Two assistants have two sessions; one that connects again goes on with its own, in either era."""

    @asynccontextmanager
    async def named(name: str) -> AsyncIterator[Client]:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
            Client(
                streamable_http_client(over_http, http_client=http),
                mode=mode,
                client_info=Implementation(name=name, version="1"),
            ) as connected,
        ):
            yield connected

    async with named("codex") as codex, named("claude-code") as claude:
        await call(codex, "contextfs_search", query="what codex asks")
        await call(claude, "contextfs_search", query="what claude asks")
        first = (await call(codex, "contextfs_update_session", label="of codex"))["id"]
        assert (await call(claude, "contextfs_update_session", label="of claude"))["id"] != first
    async with named("codex") as again:
        assert (await call(again, "contextfs_update_session", label="still codex"))["id"] == first
        sessions = (await call(again, "contextfs_sessions"))["sessions"]
    assert {(one["label"], one["tool"]) for one in sessions} == {
        ("still codex", "codex"),
        ("of claude", "claude-code"),
    }
