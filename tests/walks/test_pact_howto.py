"""The page about records does what it says: its commands are run in their order, in a repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "pact.md"
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="the page's lines are for a POSIX shell")
def test_the_page_about_records_is_true(repo: CommandLine) -> None:
    """Every command succeeds, and what was saved is found by every question the page asks."""
    folder = repo.home / "bin"
    folder.mkdir()
    script = folder / "contextfs"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contextfs "$@"\n')
    script.chmod(0o755)
    repo.environ["PATH"] = f"{folder}:{repo.environ['PATH']}"
    (repo.directory / "src" / "new.py").write_text("print(1)\n")
    printed: list[str] = []
    identity = ""
    for block in BLOCKS:
        done = subprocess.run(
            ["bash", "-e", "-c", block.replace("3f9c12ab", identity)],
            cwd=repo.directory,
            env=repo.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        printed.append(done.stdout)
        identity = identity or done.stdout.split()[1]
    saved, poor, found, changed, setting = printed
    assert "Advice" not in saved
    assert "Advice: Decision without its reason: 'Use Redis'." in poor
    for line in (
        "  → decision: Keep revoked tokens in Redis",
        "  Why: Entries must vanish by themselves",
        "TokenBlacklist (component)",
        "[~]  high",
        "src/new.py",
    ):
        assert line in found
    assert found.count("Designed the token store") >= 4
    assert "- Plan the cache in front of it (completed, high)" in changed
    assert "mcp.pact = true" in setting
