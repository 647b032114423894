"""The MCP server as a client sees it: from its start to the answer to tools/list, and what it then weighs."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
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


def _listed(env: dict[str, str]) -> tuple[float, float]:
    """CPU seconds and MiB of one server process at the moment it has answered tools/list."""
    program = str(Path(sys.executable).parent / "contextfs-mcp")
    with subprocess.Popen(
        [program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        _ask(
            run,
            1,
            "initialize",
            protocolVersion="2025-06-18",
            capabilities={},
            clientInfo={"name": "bench", "version": "1"},
        )
        _tell(run, {"jsonrpc": "2.0", "method": "notifications/initialized"})
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
