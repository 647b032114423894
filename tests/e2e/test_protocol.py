"""`contextfs-mcp` under the eyes of the protocol's own instruments: MCP Inspector and the conformance suite."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.desk import SCRIPTS
from tests.e2e.gate import Doorman

pytestmark = pytest.mark.e2e

BASELINE = Path(__file__).with_name("conformance.yml")
TOKEN = "a-token-for-the-tests"
REVISIONS = ("2025-11-25", "2026-07-28")


class Instruments:
    """Both programs, in a home of their own."""

    def __init__(self, programs: Path, node: str, home: Path) -> None:
        self.programs = programs
        self.home = home
        path = os.pathsep.join([node, os.environ["PATH"]])
        self.environ = {"PATH": path, "HOME": str(home), "NO_COLOR": "1"}
        self.environ |= {"CONTEXTFS_DATA_DIR": str(home / "data"), "CONTEXTFS_MCP_TOKEN": TOKEN}

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What one of them says."""
        return subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.home,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def inspect(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What Inspector says of our server, which it starts itself."""
        server = str(SCRIPTS / "contextfs-mcp")
        return self.run("mcp-inspector", "--cli", server, *arguments, "--format", "json", "-q")

    def call(self, tool: str, *, era: str = "auto", **arguments: Any) -> subprocess.CompletedProcess[str]:
        """A call of a tool by Inspector."""
        given = json.dumps(arguments)
        asked = ("--method", "tools/call", "--tool-name", tool, "--tool-args-json", given)
        return self.inspect("--protocol-era", era, *asked)


@pytest.fixture(scope="module")
def instruments(programs: Path, node: str, tmp_path_factory: pytest.TempPathFactory) -> Instruments:
    """The instruments, where they are installed."""
    return Instruments(programs, node, tmp_path_factory.mktemp("instruments"))


@pytest.fixture(scope="module")
def url(instruments: Instruments) -> Iterator[str]:
    """Our server over HTTP, for a program that knows no token."""
    command = [str(SCRIPTS / "contextfs-mcp"), "--http", "--port", "0"]
    with subprocess.Popen(command, env=instruments.environ, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        found = next(filter(None, (re.search(r":(\d+)/mcp", line) for line in server.stderr)))
        with Doorman(int(found[1]), TOKEN) as doorman:
            yield doorman.url
            doorman.shutdown()
        server.terminate()


def test_inspector_finds_no_fault_in_the_schemas(instruments: Instruments) -> None:
    """Every tool's schema is one that every client understands."""
    listed = instruments.inspect("--method", "tools/list", "--strict")
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout).get("schemaFindings", []) == []
    assert "contextfs_save" in listed.stdout


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_inspector_saves_and_finds(instruments: Instruments, era: str) -> None:
    """In both eras of the protocol a memory is saved by one call and found by the next."""
    saved = instruments.call("contextfs_save", era=era, content=f"The {era} courier is paid monthly.")
    assert saved.returncode == 0, saved.stderr
    found = instruments.call("contextfs_search", era=era, query=f"how is the {era} courier paid")
    assert f"The {era} courier is paid monthly." in found.stdout


def test_inspector_is_told_what_was_wrong(instruments: Instruments) -> None:
    """A call that cannot be is an error result with words for the model."""
    refused = instruments.call("contextfs_recall", id="zzzzzz")
    assert refused.returncode == 5
    assert "zzzzzz" in refused.stdout + refused.stderr


def test_the_conformance_suite_finds_what_we_know_and_nothing_else(
    instruments: Instruments, url: str
) -> None:
    """Of both revisions only the scenarios of the baseline fail, and all of them do."""
    expected = set(re.findall(r"^  - ([\w-]+)", BASELINE.read_text(encoding="utf-8"), re.M))
    failing: set[str] = set()
    for revision in REVISIONS:
        asked = ("--url", url, "--requirements", revision, "--expected-failures", str(BASELINE))
        done = instruments.run("conformance", "server", *asked)
        assert done.returncode == 0, done.stdout[-3000:]
        failing |= set(re.findall(r"^  ~ ([\w-]+)", done.stdout, re.M))
    assert failing == expected
