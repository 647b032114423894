"""What we publish for assistants, before the programs that accept or refuse it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.desk import Desk
from tests.e2e.hosts import HOSTS

if TYPE_CHECKING:
    from conftest import Desks

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e
BY_NAME = {host.name: host for host in HOSTS}


@pytest.fixture(scope="module")
def claude(desks: Desks) -> Desk:
    """A desk with Claude Code."""
    return desks(BY_NAME["claude-code"])


@pytest.mark.parametrize("folder", [".", "plugins/contextfs"])
def test_claude_code_finds_no_fault(claude: Desk, folder: str) -> None:
    """Marketplace and plugin pass the strict validation."""
    said = claude.tries(str(claude.program), "plugin", "validate", "--strict", str(ROOT / folder))
    assert said.code == 0, said.out


def test_the_always_on_cost_is_what_we_say(claude: Desk) -> None:
    """Of the plugin's own words at most a hundred tokens are in every conversation, by Claude Code's count."""
    claude.plug(ROOT)
    said = claude.run(str(claude.program), "plugin", "details", "contextfs@contextfs").out
    cost = next(line for line in said.splitlines() if "Always-on:" in line)
    assert int("".join(filter(str.isdigit, cost.partition("tok")[0]))) <= 100


def test_gemini_finds_no_fault(desks: Desks) -> None:
    """The extension passes its validation."""
    desk = desks(BY_NAME["gemini"])
    said = desk.tries(str(desk.program), "extensions", "validate", str(ROOT / "plugins" / "gemini"))
    assert (said.code, "error" in said.err.lower()) == (0, False), said.err


def test_the_bundle_is_one(desks: Desks, programs: Path, tmp_path: Path) -> None:
    """The bundle for Claude Desktop has a valid manifest, and unpacks to what it was made from."""
    desk = desks(BY_NAME["claude-code"])
    bundle = tmp_path / "contextfs.mcpb"
    subprocess.run([sys.executable, str(ROOT / "plugins" / "mcpb" / "build.py"), str(bundle)], check=True)
    mcpb = str(programs / "mcpb")
    desk.run(mcpb, "validate", str(ROOT / "plugins" / "mcpb" / "manifest.json"))
    desk.run(mcpb, "unpack", str(bundle), str(tmp_path / "unpacked"))
    packed, ours = (top / "src" / "contextfs" / "_version.py" for top in (tmp_path / "unpacked", ROOT))
    assert packed.read_bytes() == ours.read_bytes()
