"""The MCP server as a client sees it: from its start to the answer to tools/list, and what it then weighs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from processes import cpu_seconds, environment

_MIB = 1 << 20


def start(data_dir: str, runs: int) -> tuple[float, float, float]:
    """Median CPU seconds to tools/list, of importing the SDK, and MiB resident when idle."""
    env = environment(data_dir)
    sdk = [sys.executable, "-c", "import mcp.server.mcpserver, mcp.server.stdio"]
    started, imported, resident = [], [], []
    for _ in range(runs + 1):
        seconds, memory = _listed(env)
        started.append(seconds)
        resident.append(memory)
        imported.append(cpu_seconds(sdk, env))
    return statistics.median(started[1:]), statistics.median(imported[1:]), statistics.median(resident)


def searched(data_dir: str, query: str, rounds: int) -> tuple[float, float]:
    """Median seconds of a search call with the calls recorded as a session and without, taken in turns."""
    with _opened(environment(data_dir, CONTEXTFS_SESSION_RECORD="true")) as recorded:
        with _opened(environment(data_dir, CONTEXTFS_SESSION_RECORD="false")) as silent:
            taken: dict[int, list[float]] = {recorded.pid: [], silent.pid: []}
            for number in range(2, rounds + 12):
                for run in (recorded, silent):
                    started = time.perf_counter()
                    _ask(
                        run,
                        number,
                        "tools/call",
                        name="contextfs_search",
                        arguments={"query": f"{query} {number}"},
                    )
                    taken[run.pid].append(time.perf_counter() - started)
            silent.kill()
        recorded.kill()
    return statistics.median(taken[recorded.pid][10:]), statistics.median(taken[silent.pid][10:])


def _opened(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A server that has shaken hands."""
    program = str(Path(sys.executable).parent / "contextfs-mcp")
    run = subprocess.Popen(
        [program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    who = {"name": "bench", "version": "1"}
    _ask(run, 1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=who)
    _tell(run, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    return run


def _listed(env: dict[str, str]) -> tuple[float, float]:
    """CPU seconds and MiB of one server process at the moment it has answered tools/list."""
    with _opened(env) as run:
        tools = _ask(run, 2, "tools/list")["result"]["tools"]
        if not any(tool["name"] == "contextfs_search" for tool in tools):
            raise SystemExit("the server offers no contextfs_search")
        used = _cpu(run.pid), _resident(run.pid)
        run.kill()
    return used


def _ask(run: subprocess.Popen[bytes], number: int, method: str, **params: Any) -> Any:
    _tell(run, {"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    while run.stdout and (line := run.stdout.readline()):
        answer = json.loads(line)
        if answer.get("id") == number:
            return answer
    raise SystemExit(f"the server ended before it answered {method}")


def _tell(run: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    if run.stdin:
        run.stdin.write(json.dumps(message).encode() + b"\n")
        run.stdin.flush()


def _cpu(pid: int) -> float:
    """User and system seconds of a running process, from the kernel's own count (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
