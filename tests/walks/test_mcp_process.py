"""`contextfs-mcp` as a real process: noise, kills, several clients on one store, and who may reach it over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import anyio
import httpx2
import pytest
from mcp import StdioServerParameters
from mcp.client import Client

from contextfs import ContextFS

COMMAND = [sys.executable, "-m", "contextfs.mcp"]
TOKEN = "a-token-for-the-tests"
OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "codex-mcp-client", "version": "0.169.0"},
    },
}


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a server process sees: an empty home, and nothing of the machine's own hosts."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "CONTEXTFS_DATA_DIR": str(tmp_path / "data")}


class Wire:
    """A server process and its raw lines, as Codex and Gemini CLI speak to it."""

    def __init__(self, environment: dict[str, str], cwd: Path) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            env=environment,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._number = 1
        self.opening: dict[str, Any] = {}

    def open(self) -> None:
        """Shake hands."""
        self.opening = self._ask(OPENING)
        self._tell({"jsonrpc": "2.0", "method": "notifications/initialized"})

    @property
    def _stdin(self) -> IO[str]:
        assert self.process.stdin
        return self.process.stdin

    def _tell(self, message: dict[str, Any]) -> None:
        self._stdin.write(json.dumps(message) + "\n")
        self._stdin.flush()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._tell(message)
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one request; what is not the answer in one line of JSON fails."""
        self._number += 1
        answer = self._ask({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        assert answer["id"] == self._number
        return answer["result"]

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The answer of a tool."""
        return self.ask("tools/call", name=tool, arguments=arguments)

    def end(self) -> int:
        """Hang up, as a host does, and wait for the process to go."""
        assert self.process.stdout
        self._stdin.close()
        code = self.process.wait(timeout=20)
        assert self.process.stdout.read() == ""
        self.process.stdout.close()
        return code

    def kill(self) -> None:
        """Kill it without warning."""
        assert self.process.stdout
        self.process.kill()
        self.process.wait(timeout=20)
        self._stdin.close()
        self.process.stdout.close()


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Wire]]:
    """Starts a server with more in its environment; none is left running."""
    wires: list[Wire] = []

    def started(**more: str) -> Wire:
        wires.append(Wire({**environment, **more}, tmp_path))
        wires[-1].open()
        return wires[-1]

    yield started
    for wire in wires:
        if wire.process.poll() is None:
            wire.kill()


def test_a_host_of_today_is_served_and_left(
    start: Callable[..., Wire], environment: dict[str, str], tmp_path: Path
) -> None:
    """The handshake of 2025, a call, and an end when the host hangs up; the log knows of it."""
    wire = start()
    assert wire.opening["result"]["protocolVersion"] == "2025-06-18"
    assert wire.opening["result"]["serverInfo"]["name"] == "contextfs"
    saved = wire.call("contextfs_save", content="Codex speaks the protocol of June 2025", type="fact")
    assert saved["isError"] is False
    assert wire.end() == 0
    with ContextFS(environment["CONTEXTFS_DATA_DIR"]) as front:
        assert front.recall(saved["structuredContent"]["id"]).source_tool == "codex"
    log = (tmp_path / "data" / "logs" / "mcp.log").read_text(encoding="utf-8")
    assert "contextfs_save took" in log
    assert "Codex speaks" not in log
    assert " DEBUG " not in log


def test_nothing_is_opened_before_it_is_needed(start: Callable[..., Wire], tmp_path: Path) -> None:
    """Neither store nor model: a host starts every server it knows, whether it is used or not."""
    wire = start()
    assert len(wire.ask("tools/list")["tools"]) > 10
    held = [
        os.readlink(f"/proc/{wire.process.pid}/fd/{name}")
        for name in os.listdir(f"/proc/{wire.process.pid}/fd")
    ]
    mapped = Path(f"/proc/{wire.process.pid}/maps").read_text(encoding="utf-8")
    wire.end()
    assert not any(name.endswith((".db", ".safetensors")) for name in held)
    assert ".safetensors" not in mapped
    assert not (tmp_path / "data" / "contextfs.db").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_to(start: Callable[..., Wire], ending: signal.Signals) -> None:
    """Whoever tries it in a terminal leaves it with Ctrl-C."""
    wire = start()
    wire.process.send_signal(ending)
    assert wire.process.wait(timeout=10) == -ending
    wire.kill()


def test_noise_stays_off_the_wire(
    start: Callable[..., Wire], environment: dict[str, str], tmp_path: Path
) -> None:
    """Whatever a library prints while the server works, the client reads the protocol and nothing else."""
    noise = tmp_path / "noise"
    noise.mkdir()
    (noise / "sitecustomize.py").write_text(
        "import atexit, os, sys, threading, time\n"
        "def shout():\n"
        "    while type(sys.stdout).__name__ != '_PrintGuard':\n"
        "        time.sleep(0.001)\n"
        "    while True:\n"
        "        print('noise from a library')\n"
        "        os.write(1, b'noise from below\\n')\n"
        "        time.sleep(0.002)\n"
        "threading.Thread(target=shout, daemon=True).start()\n"
        "atexit.register(print, 'noise at the end')\n",
        encoding="utf-8",
    )
    path = os.pathsep.join(part for part in (str(noise), environment.get("PYTHONPATH", "")) if part)
    wire = start(PYTHONPATH=path)
    for number in range(20):
        wire.call("contextfs_save", content=f"The queue number {number} is drained at night")
    assert len(wire.call("contextfs_list", limit=50)["structuredContent"]["memories"]) == 20
    wire.end()
    assert "noise from a library" in (tmp_path / "data" / "logs" / "mcp.log").read_text(encoding="utf-8")


def test_the_write_ahead_log_is_folded_in_at_the_end(start: Callable[..., Wire], tmp_path: Path) -> None:
    """The calls ran in threads of their own; what their connections leave behind is put into the store."""
    wire = start()
    report = "a line of a report, " * 10_000
    for number in range(4):
        wire.call("contextfs_save", content=f"Report {number}", metadata={"report": report})
    log = tmp_path / "data" / "contextfs.db-wal"
    assert log.stat().st_size > 1_200_000
    assert wire.end() == 0
    assert log.stat().st_size == 0


def test_half_an_emoji_is_answered(start: Callable[..., Wire]) -> None:
    """A text that a client cut in the middle of a character is saved with a mark in its place, not lost in silence."""
    wire = start()
    saved = wire.call("contextfs_save", content="The crab \ud83e was cut, this \U0001f980 was not")
    title = saved["structuredContent"]["title"]
    assert title == "The crab \ufffd was cut, this \U0001f980 was not"
    assert wire.end() == 0


def test_debug_logs_more(start: Callable[..., Wire], tmp_path: Path) -> None:
    """As the guide's troubleshooting says: CONTEXTFS_DEBUG=true."""
    log = tmp_path / "data" / "logs" / "mcp.log"
    start(CONTEXTFS_DEBUG="true").end()
    assert " DEBUG " in log.read_text(encoding="utf-8")


def test_the_namespace_of_a_team_comes_from_the_configuration(start: Callable[..., Wire]) -> None:
    """The guide's option 1: everybody's server has the same CONTEXTFS_NAMESPACE."""
    wire = start(CONTEXTFS_NAMESPACE="team-project-x")
    saved = wire.call("contextfs_save", content="Deploys need two approvals", tags=["deploy"])
    assert saved["structuredContent"]["namespace"] == "team-project-x"
    wire.end()


def test_the_project_directory_of_the_host_decides_the_repository(
    start: Callable[..., Wire], environment: dict[str, str], tmp_path: Path
) -> None:
    """A host may start the server anywhere and name the project in the environment."""
    repository = tmp_path / "shop"
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True, env=environment)
    remote = ["remote", "add", "origin", "https://example.org/acme/shop.git"]
    subprocess.run(["git", "-C", str(repository), *remote], check=True, env=environment)
    wire = start(CLAUDE_PROJECT_DIR=str(repository))
    saved = wire.call("contextfs_save", content="The shop's checkout calls the tax service first")[
        "structuredContent"
    ]
    wire.end()
    assert saved["source_repo"] == "shop"
    assert re.fullmatch("repo-[0-9a-f]{12}", saved["namespace"])


def test_a_commit_made_while_the_server_runs_is_noticed(
    start: Callable[..., Wire], environment: dict[str, str], tmp_path: Path
) -> None:
    """A memory carries the branch and the commit of the moment it is saved, not of the server's start."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-C", str(tmp_path)]
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["commit", "--quiet", "--allow-empty", "-m", "first"],
    ):
        subprocess.run([*git, *command], check=True, env=environment)
    wire = start()
    wire.call("contextfs_save", content="The first design keeps one table per tenant")
    subprocess.run([*git, "switch", "--quiet", "-c", "feature/x"], check=True, env=environment)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "second"], check=True, env=environment)
    saved = wire.call("contextfs_save", content="The second design keeps one schema per tenant")[
        "structuredContent"
    ]
    whole = wire.call("contextfs_recall", id=saved["id"])["structuredContent"]
    wire.end()
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, env=environment, capture_output=True, text=True
    )
    assert whole["branch"] == "feature/x"
    assert whole["commit"] == head.stdout.strip()


def test_a_store_that_cannot_be_used_is_an_answer(start: Callable[..., Wire], tmp_path: Path) -> None:
    """The server starts all the same, so that the person can be told what is wrong."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "contextfs.db").mkdir()
    wire = start()
    answer = wire.call("contextfs_search", query="anything")
    assert answer["isError"] is True
    assert "contextfs.db" in answer["content"][0]["text"]
    assert wire.end() == 0


def test_a_kill_loses_nothing_that_was_acknowledged(
    start: Callable[..., Wire], environment: dict[str, str]
) -> None:
    """Three servers are killed while they save; what they had answered is there."""
    acknowledged: list[str] = []
    for generation in range(3):
        wire = start()
        for number in range(5):
            text = f"Generation {generation} measured {number * 17 + 3} requests in window {number}"
            acknowledged.append(wire.call("contextfs_save", content=text)["structuredContent"]["id"])
        wire._tell(
            {
                "jsonrpc": "2.0",
                "id": 99,
                "method": "tools/call",
                "params": {"name": "contextfs_save", "arguments": {"content": f"In flight {generation}"}},
            }
        )
        wire.kill()
    with ContextFS(environment["CONTEXTFS_DATA_DIR"]) as front:
        kept = {memory.id for memory in front.list_recent(limit=100, all=True)}
        assert set(acknowledged) <= kept
        assert front.search("requests measured in window 3 of generation 2", limit=1)


@asynccontextmanager
async def stdio(environment: dict[str, str], cwd: Path, mode: str) -> AsyncIterator[Client]:
    """The SDK's own client with a server process of its own."""
    program = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=environment, cwd=cwd)
    async with Client(program, mode=mode) as client:
        yield client


@pytest.mark.anyio
async def test_several_clients_share_one_store(environment: dict[str, str], tmp_path: Path) -> None:
    """Four processes of both eras save at once; each finds what the others saved."""
    saved: list[str] = []

    async def work(client: Client, who: int) -> None:
        for number in range(15):
            text = f"Worker {who} owns shard {who * 100 + number}"
            result = await client.call_tool("contextfs_save", {"content": text})
            assert not result.is_error, result.content
            saved.append((result.structured_content or {})["id"])

    async with (
        stdio(environment, tmp_path, "auto") as first,
        stdio(environment, tmp_path, "legacy") as second,
        stdio(environment, tmp_path, "auto") as third,
        stdio(environment, tmp_path, "legacy") as fourth,
    ):
        clients = (first, second, third, fourth)
        async with anyio.create_task_group() as group:
            for who, client in enumerate(clients):
                group.start_soon(work, client, who)
        assert len(set(saved)) == 60
        for client in clients:
            listed = await client.call_tool("contextfs_list", {"limit": 100})
            assert {memory["id"] for memory in (listed.structured_content or {})["memories"]} == set(saved)


@pytest.mark.anyio
async def test_one_server_answers_many_calls_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    """Tools run on threads of one process, on one front door."""
    async with stdio(environment, tmp_path, "auto") as client:
        await client.call_tool("contextfs_save", {"content": "The cache is warmed at six in the morning"})
        failed: list[Any] = []

        async def ask(number: int) -> None:
            call = ("contextfs_save", {"content": f"Note {number} on the night job"})
            if number % 2:
                call = ("contextfs_search", {"query": "when is the cache warmed"})
            result = await client.call_tool(*call)
            if result.is_error or (number % 2 and not (result.structured_content or {})["results"]):
                failed.append(result.content)

        async with anyio.create_task_group() as group:
            for number in range(40):
                group.start_soon(ask, number)
        assert failed == []


@pytest.fixture
def over_http(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a running HTTP server."""
    command = [*COMMAND, "--http", "--port", "0"]
    surroundings = {**environment, "CONTEXTFS_MCP_TOKEN": TOKEN}
    with subprocess.Popen(
        command, env=surroundings, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        found = next(filter(None, (re.search(r"listens on (http://\S+)", line) for line in process.stderr)))
        yield found[1]
        process.terminate()


def _post(url: str, **headers: str) -> int:
    accepted = {"accept": "application/json, text/event-stream"}
    return httpx2.post(url, json=OPENING, headers=accepted | headers).status_code


def test_over_http_only_the_token_and_only_this_machine_are_answered(over_http: str) -> None:
    """A web page that guesses the port has neither the token nor the right origin."""
    token = {"authorization": f"Bearer {TOKEN}"}
    assert _post(over_http, **token) == 200
    assert _post(over_http) == 401
    assert _post(over_http, authorization="Bearer something-else") == 401
    assert _post(over_http, **token, host="evil.example.org") == 421
    assert _post(over_http, **token, origin="https://evil.example.org") == 403


def test_a_taken_port_is_named(over_http: str, environment: dict[str, str], tmp_path: Path) -> None:
    """With what to do about it."""
    port = over_http.rsplit(":", 1)[1].partition("/")[0]
    done = subprocess.run(
        [*COMMAND, "--http", "--port", port],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
