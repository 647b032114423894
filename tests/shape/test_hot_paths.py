"""What the commands that run all day really load, seen in real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Leaves the names of all loaded modules in a file when the process ends, however it ends.
SPY = """
import atexit, sys
before, target = set(sys.modules), sys.argv.pop(1)
atexit.register(lambda: open(target, "w").write(" ".join(set(sys.modules) - before)))
from contextfs.__main__ import main
main()
"""

SERVER = {
    "mcp",
    "mcp_types",
    "starlette",
    "uvicorn",
    "pydantic",
    "pydantic_core",
    "anyio",
    "httpx2",
    "jsonschema",
}
MODELS = {"numpy", "tokenizers", "safetensors", "wordllama", "huggingface_hub", "onnxruntime"}
# Each of these costs a good part of a bare interpreter; what they do can be had without them. (uuid comes with click.)
SLOW = {
    "dataclasses",
    "pathlib",
    "logging",
    "asyncio",
    "importlib.metadata",
    "argparse",
    "http.client",
}
STORE = {"apsw", "simsimd", "sqlite3"}

COMMANDS = {
    "--help": SERVER | MODELS | SLOW | STORE | {"click"},
    "--version": SERVER | MODELS | SLOW | STORE,
    "save": SERVER | MODELS | SLOW,
    "search": SERVER | MODELS | SLOW,
    "context": SERVER | MODELS | SLOW,
    "session-start": SERVER | MODELS | SLOW | {"simsimd"},
    "list": SERVER | MODELS | SLOW | {"simsimd"},
    "status": SERVER | MODELS | SLOW | {"simsimd"},
}
ARGUMENTS = {
    "save": ["The webhook retries five times, because the payment provider drops one call in fifty"],
    "search": ["how often does the webhook retry"],
    "context": ["retry the webhook", "--files", "src/hooks.py"],
}


def loaded(folder: Path, command: str) -> set[str]:
    """The modules that one command loads beyond those of a bare interpreter."""
    names = folder / "modules"
    environment = {**os.environ, "CONTEXTFS_DATA_DIR": str(folder / "data"), "HOME": str(folder)}
    arguments = [sys.executable, "-c", SPY, str(names), command, *ARGUMENTS.get(command, [])]
    result = subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return set(names.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_loads_only_what_it_needs(tmp_path: Path, command: str) -> None:
    """Neither servers nor models nor slow parts of the standard library are loaded by what runs at every turn."""
    loaded(tmp_path, "save")  # the store and the derived vocabulary are there, as on any day but the first
    modules = loaded(tmp_path, command)
    assert "contextfs.cli.table" in modules
    assert sorted(modules & COMMANDS[command]) == []


INDEX = {
    "contextfs.api.code_search",
    "contextfs.api.indexes",
    "contextfs.api.indexing",
    "contextfs.cli.code",
    "contextfs.domain.indexed",
    "contextfs.indexing",
    "contextfs.store.checkouts",
    "contextfs.store.code",
    "contextfs.store.index",
    "subprocess",
}


def test_a_search_pays_for_an_index_only_where_there_is_one(tmp_path: Path) -> None:
    """Nothing of the repository index is loaded where no repository is indexed."""
    loaded(tmp_path, "save")
    assert sorted(loaded(tmp_path, "search") & INDEX) == []


def test_the_front_page_is_cheap(tmp_path: Path) -> None:
    """`import contextfs` alone loads neither a store nor a model."""
    code = "import sys, contextfs; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert set(result.stdout.split()) & (SERVER | MODELS | STORE | {"click"}) == set()


HOOK = """
import sys
before, target = set(sys.modules), sys.argv.pop(1)
import os
leave = os._exit
def left(code):
    with open(target, "a") as file:
        file.write(" ".join(set(sys.modules) - before) + " ")
    leave(code)
os._exit = left
from contextfs.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no child to tell from its parent")
def test_a_hook_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Neither the process that waits nor the one that works loads servers, models, click or the whole front door."""
    loaded(tmp_path, "save")
    names = tmp_path / "hook"
    environment = {**os.environ, "CONTEXTFS_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path)}
    environment["CONTEXTFS_HOOK_DEADLINE"] = "10000"
    done = subprocess.run(
        [sys.executable, "-c", HOOK, str(names), "hook", "user-prompt", "--client", "claude-code"],
        input='{"prompt": "how often does the webhook retry", "session_id": "s"}',
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "webhook retries five times" in done.stdout
    modules = set(names.read_text(encoding="utf-8").split())
    assert "contextfs.api.packing" in modules
    unwanted = SERVER | MODELS | SLOW | {"click", "contextfs.api.front_door", "subprocess", "socket"}
    assert sorted(modules & unwanted) == []
