"""`contextfs install` as somebody types it, on a home directory of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

FOUR = ("claude-code", "codex", "gemini", "copilot")


def files(home: Path) -> dict[str, bytes]:
    """Every file of the home directory but our own."""
    ours = home / "data"
    return {str(p): p.read_bytes() for p in home.rglob("*") if p.is_file() and ours not in p.parents}


@pytest.fixture
def at_home(cli: CommandLine) -> CommandLine:
    """A command line of somebody who has Claude Code and Gemini CLI set up, and no store yet."""
    (cli.home / ".claude").mkdir()
    (cli.home / ".claude" / "settings.json").write_text('{\n  "model": "opus"\n}\n')
    (cli.home / ".claude.json").write_text('{"numStartups": 7, "env": {"API_KEY": "not-for-the-screen"}}')
    (cli.home / ".gemini").mkdir()
    (cli.home / ".gemini" / "settings.json").write_text('{\n  // dark\n  "theme": "dark"\n}\n')
    return cli


def test_four_hosts_there_and_back(at_home: CommandLine) -> None:
    """Named hosts are installed without a question where nobody sits, shown as a diff, and come out without a trace."""
    before = files(at_home.home)
    outcome = at_home.run("install", *FOUR)
    assert outcome.code == 0
    assert "Installed in Claude Code: ~/.claude.json, ~/.claude/settings.json" in outcome.out
    assert "+++ " + str(at_home.home / ".codex" / "config.toml") in outcome.err
    assert "not-for-the-screen" not in outcome.err
    assert not (at_home.data / "contextfs.db").exists()
    again = at_home.did("install", *FOUR)
    assert again.out.count("already installed") == 4
    assert at_home.run("install", *FOUR, "--uninstall").code == 0
    assert files(at_home.home) == before
    assert at_home.did("install", *FOUR, "--uninstall").out.count("was not installed") == 4


def test_a_dry_run_changes_nothing(at_home: CommandLine) -> None:
    """--dry-run shows the diff and leaves everything as it is, as JSON, too."""
    before = files(at_home.home)
    planned = at_home.did("install", "gemini", "codex", "--dry-run", "--json").json
    assert [c["action"] for c in planned["changes"]] == ["change", "create", "create"]
    assert planned["changed"] is False
    assert '+    "contextfs": {' in planned["changes"][0]["diff"]
    shown = at_home.run("install", "--dry-run", PATH=os.path.dirname(sys.executable))
    assert shown.out == "3 file(s) would change.\n"
    assert files(at_home.home) == before


def test_all_are_those_that_are_found(at_home: CommandLine) -> None:
    """`all` with --yes takes the programs that are there and no others."""
    done = at_home.did("install", "all", "--yes", "--json", PATH=os.path.dirname(sys.executable)).json
    assert done["hosts"] == ["claude-code", "gemini"]
    assert not (at_home.home / ".codex").exists()


def test_a_plugin_beside_an_installation_is_named(at_home: CommandLine) -> None:
    """Where the host has our plugin as well, each hook would run twice, and that is said."""
    (at_home.home / ".codex").mkdir()
    config = at_home.home / ".codex" / "config.toml"
    config.write_text('[plugins."contextfs@contextfs"]\nenabled = true\n')
    assert at_home.run("install", "codex", "gemini").out.count("each hook runs twice") == 1
    settings = at_home.home / ".claude" / "settings.json"
    settings.write_text('{"enabledPlugins": {"contextfs@contextfs": true, "other@place": true}}')
    outcome = at_home.run("install", "claude-code")
    assert "Claude Code has the contextfs plugin, too, so each hook runs twice" in outcome.out
    tried = at_home.run("install", "claude-code", "--check", "--json").json["hosts"][0]
    assert not tried["works"]
    assert "twice" in tried["tried"][-1]["detail"]
    settings.write_text(
        settings.read_text().replace('"contextfs@contextfs": true', '"contextfs@contextfs": false')
    )
    assert "twice" not in at_home.did("install", "claude-code").out


def test_all_that_is_wrong_is_said_at_once(at_home: CommandLine) -> None:
    """Every file that stands in the way is named, and how to go on without those programs; nothing is written."""
    (at_home.home / ".codex").mkdir()
    (at_home.home / ".codex" / "hooks.json").write_text("{ broken")
    (at_home.home / ".claude.json").write_text('{"mcpServers": null}')
    before = files(at_home.home)
    said = at_home.refused(1, "install", "claude-code", "codex", "gemini")
    assert ".claude.json, mcpServers is not an object" in said
    assert "hooks.json is not valid JSON" in said
    assert "leave it out by naming the others" in said
    assert files(at_home.home) == before


def test_nothing_installed_is_nothing_broken(at_home: CommandLine) -> None:
    """--check before any installation speaks of no program, whatever its files look like."""
    for name, text in (
        (".codex/hooks.json", "{ broken"),
        (".cursor/mcp.json", ""),
        (".claude.json", "{ also"),
    ):
        path = at_home.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert at_home.did("install", "--check").out.startswith("contextfs is installed in no assistant here.")


def test_taking_all_out_looks_everywhere(at_home: CommandLine) -> None:
    """`all --uninstall` finds what is installed in programs that are gone, and passes over files that are not ours."""
    before = files(at_home.home)
    at_home.run("install", "codex", "zed", "gemini")
    broken = at_home.home / ".cursor" / "mcp.json"
    broken.parent.mkdir()
    broken.write_text("{ broken")
    outcome = at_home.run("install", "all", "--uninstall", "--yes")
    assert [line.split(":")[0] for line in outcome.out.splitlines()] == [
        "Removed from Codex",
        "Removed from Gemini CLI",
        "Removed from Zed",
    ]
    broken.unlink()
    assert files(at_home.home) == before
    assert (
        at_home.did("install", "all", "--uninstall", "--yes").out == "contextfs is installed nowhere here.\n"
    )


def test_a_project_gets_names_and_no_paths(repo: CommandLine) -> None:
    """What is committed for everybody starts our programs by their names, from the top of the repository."""
    repo.directory = repo.directory / "src"
    repo.run("install", "claude-code", "--project")
    entry = json.loads((repo.home / "backend-api" / ".mcp.json").read_text())["mcpServers"]["contextfs"]
    assert entry == {"type": "stdio", "command": "contextfs-mcp", "args": []}
    settings = (repo.home / "backend-api" / ".claude" / "settings.json").read_text()
    assert '"contextfs hook session-start --client claude-code"' in settings


def test_what_is_refused(at_home: CommandLine) -> None:
    """Unknown hosts, scopes a host lacks, and changing what nobody named are refused with a way on."""
    at_home.check_refusals(
        [
            (1, ["install", "emacs"], "There is no host 'emacs'."),
            (1, ["install", "zed", "--project"], "Zed has no configuration for a project."),
            (2, ["install", "all"], "Nobody is there to agree"),
            (2, ["install"], "Nobody is there to agree"),
        ]
    )
    (at_home.home / ".gemini" / "settings.json").write_text("{ broken")
    before = files(at_home.home)
    assert "settings.json is not valid JSON" in at_home.refused(1, "install", "claude-code", "gemini")
    assert files(at_home.home) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("answer", "installed"), [("y\n", True), ("n\n", False)])
def test_a_person_is_asked(at_home: CommandLine, answer: str, installed: bool) -> None:
    """On a terminal the diff is shown and nothing is written before somebody said yes."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "install", "gemini"],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=at_home.directory,
        env=at_home.environ,
    )
    os.close(follower)
    os.write(leader, answer.encode())
    out, err = process.communicate(timeout=60)
    os.close(leader)
    assert b"Write this file?" in err
    assert (b"Installed in Gemini CLI" in out) is installed
    assert ("contextfs" in (at_home.home / ".gemini" / "settings.json").read_text()) is installed


def test_what_is_installed_is_tried(at_home: CommandLine) -> None:
    """--check starts the configured server and lists its tools; what does not work is named, and the code says so."""
    at_home.run("install", "opencode", "zed")
    tried = at_home.did("install", "--check", "--json").json["hosts"]
    assert [(t["host"], t["works"]) for t in tried] == [("zed", True), ("opencode", True)]
    assert "starts and offers" in tried[0]["tried"][0]["detail"]
    config = at_home.home / ".config" / "opencode" / "opencode.jsonc"
    config.write_text(json.dumps({"mcp": {"contextfs": {"command": ["/nowhere/contextfs-mcp"]}}}))
    outcome = at_home.run("install", "--check")
    assert outcome.code == 1
    assert "Zed: works" in outcome.out
    assert "OpenCode: does not work" in outcome.out
    assert "cannot be started: No such file or directory" in outcome.out
    config.write_text('{ "mcp": { "contextfs": broken')
    assert "is not valid JSON" in at_home.run("install", "opencode", "--check").out
    assert at_home.run("install", "windsurf", "--check").out == "Windsurf: contextfs is not installed.\n"


def test_a_hook_that_does_not_answer_is_named(at_home: CommandLine) -> None:
    """--check runs each configured hook command as the host would, and says which fail or print what is no JSON."""
    at_home.run("install", "cursor")
    hooks = at_home.home / ".cursor" / "hooks.json"
    commands = {"stop": "true contextfs hook stop", "preCompact": "echo contextfs hook hello"}
    hooks.write_text(
        json.dumps({"version": 1, "hooks": {event: [{"command": c}] for event, c in commands.items()}})
    )
    tried = at_home.run("install", "cursor", "--check", "--json").json["hosts"][0]["tried"]
    details = {t["what"]: t["detail"] for t in tried}
    assert details[commands["stop"]] == "runs"
    assert details[commands["preCompact"]] == "printed something that is no JSON"
    hooks.write_text(
        json.dumps({"hooks": {"sessionStart": [{"command": "true contextfs hook session-start"}]}})
    )
    assert "puts no memory before the model" in at_home.run("install", "cursor", "--check").out
    at_home.run("install", *FOUR, "cursor")
    outcome = at_home.did("install", *FOUR, "cursor", "--check")
    assert outcome.out.count("puts memories before the model") == len(FOUR) + 1


def test_who_comes_second_finds_it_installed(at_home: CommandLine) -> None:
    """Of several that install at the same time each says that it is installed, whoever wrote it."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "contextfs", "install", "gemini", "--yes"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=at_home.directory,
            env=at_home.environ,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=120)[0].splitlines()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sum(line.startswith("Installed in Gemini CLI") for line in said) == 1
    assert said.count("contextfs is already installed in Gemini CLI.") == 3
