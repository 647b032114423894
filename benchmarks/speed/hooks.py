"""A prompt as a host hands it to the hook: the whole process, alone and beside an MCP server that helps it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import cpu_seconds, environment

BIN = Path(sys.executable).parent


def prompts(data_dir: str, query: str, runs: int) -> tuple[dict[str, list[float]], float]:
    """CPU seconds of `pass` and of the hook alone and helped, and those of the helper for one prompt."""
    env = environment(data_dir, CONTEXTFS_HOOK_DEADLINE="10000")
    command = [str(BIN / "contextfs"), "hook", "user-prompt", "--client", "claude-code"]
    found: dict[str, list[float]] = {"pass": [], "alone": [], "pass beside": [], "helped": []}
    numbers = iter(range(10**6))

    def measure(name: str, given: list[str]) -> None:
        session = f"bench {os.getpid()} {next(numbers)} {time.time_ns()}"
        told = {"session_id": session, "hook_event_name": "UserPromptSubmit", "prompt": query, "cwd": "/"}
        found[name].append(cpu_seconds(given, env, "/", json.dumps(told).encode()))

    nothing = [sys.executable, "-c", "pass"]
    for _ in range(runs + 1):
        measure("pass", nothing)
        measure("alone", command)
    with _helper(env) as process:
        measure("helped", command)  # it loads what it needs at the first one
        before = _used(process)
        for _ in range(runs + 1):
            measure("pass beside", nothing)
            measure("helped", command)
        each = (_used(process) - before) / (runs + 1)
    found["helped"] = found["helped"][1:]
    return {name: times[1:] for name, times in found.items()}, each


@contextmanager
def _helper(env: dict[str, str]) -> Iterator[int]:
    """An MCP server that serves hooks; its process."""
    server = subprocess.Popen([str(BIN / "contextfs-mcp")], env=env, stdin=-1, stdout=-1, stderr=-3)
    socket = Path(env["CONTEXTFS_DATA_DIR"]) / f"hook-{server.pid}.sock"
    try:
        while not socket.exists():
            time.sleep(0.05)
        yield server.pid
    finally:
        server.communicate()


def _used(process: int) -> float:
    """CPU seconds that a process has used, where the system tells."""
    path = Path(f"/proc/{process}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
