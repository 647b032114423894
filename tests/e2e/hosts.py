"""The four assistants as somebody at a terminal starts them, each in a home of its own, and where they keep things."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from tests.e2e.wires import Call


class Host:
    """One assistant: what it is called, how it is told of the model, and what its command line looks like."""

    name = ""
    """As `contextfs install` calls it."""
    program = ""
    """As its package installs it."""
    variables: ClassVar[Mapping[str, str]] = {}
    """The environment it needs; `{url}` is where the model listens."""

    def settle(self, home: Path, url: str) -> None:
        """Write the configuration that has nothing to do with us: which model to use, and what to trust."""

    def connect(self, home: Path, server: str) -> None:
        """Write the MCP server into the configuration by hand, as the documentation says."""
        raise NotImplementedError

    def plugging(self, checkout: Path) -> list[list[str]]:
        """Its own commands that install our plugin from a checkout: a marketplace, in the words of most."""
        return [["plugin", "marketplace", "add", str(checkout)], ["plugin", "install", "contextfs@contextfs"]]

    def command(self, home: Path, prompt: str, *, again: bool) -> Sequence[str]:
        """The arguments for one prompt, in a new conversation or `again` in the last one."""
        raise NotImplementedError

    def trust(self, home: Path, folder: Path) -> Mapping[str, str]:
        """Trust a folder, as somebody does at the first start there; returns what the environment has to say."""
        return {}

    def writes(self, path: Path, text: str) -> Call:
        """How its model writes a file."""
        raise NotImplementedError

    def transcripts(self, home: Path) -> list[Path]:
        """The conversations that it keeps."""
        raise NotImplementedError

    def configuration(self, home: Path) -> list[Path]:
        """The files that somebody configures it in, whether they are there or not."""
        raise NotImplementedError

    def rewrites(self, home: Path) -> list[str]:
        """Those among them that it writes anew by itself whenever it runs."""
        return []


def edit(path: Path, **entries: Any) -> None:
    """Put entries into a JSON file that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**kept, **entries}, indent=2), encoding="utf-8")


class ClaudeCode(Host):
    """Claude Code."""

    name = "claude-code"
    program = "claude"
    variables: ClassVar[Mapping[str, str]] = {
        "ANTHROPIC_BASE_URL": "{url}",
        "ANTHROPIC_API_KEY": "none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "MCP_CONNECTION_NONBLOCKING": "0",  # its first turn waits for servers,
        "MCP_CONNECT_TIMEOUT_MS": "60000",  # and longer than its five seconds, however busy this machine is
    }

    def connect(self, home: Path, server: str) -> None:
        """Its user settings."""
        edit(
            home / ".claude.json", mcpServers={"contextfs": {"type": "stdio", "command": server, "args": []}}
        )

    def command(self, home: Path, prompt: str, *, again: bool) -> Sequence[str]:
        """Print mode; `-c` goes on."""
        tools = "mcp__contextfs,mcp__plugin_contextfs_contextfs,Write,Bash"
        options = ["--allowedTools", tools, "--output-format", "json"]
        return [*(["-c"] if again else []), "-p", prompt, *options]

    def writes(self, path: Path, text: str) -> Call:
        """Its tool Write."""
        return Call("Write", {"file_path": str(path), "content": text})

    def transcripts(self, home: Path) -> list[Path]:
        """One file for each conversation, in a folder for each project."""
        return sorted((home / ".claude" / "projects").glob("*/*.jsonl"))

    def configuration(self, home: Path) -> list[Path]:
        """Its state, which holds servers, and its settings."""
        return [home / ".claude.json", home / ".claude" / "settings.json"]

    def rewrites(self, home: Path) -> list[str]:
        """Its state counts its starts."""
        return [str(home / ".claude.json")]


class Codex(Host):
    """Codex."""

    name = "codex"
    program = "codex"
    variables: ClassVar[Mapping[str, str]] = {"FAKE_KEY": "none"}

    def settle(self, home: Path, url: str) -> None:
        """A provider of its own; no telemetry, no updates."""
        config = home / ".codex" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(CODEX.replace("{url}", url), encoding="utf-8")

    def connect(self, home: Path, server: str) -> None:
        """Its configuration file."""
        with (home / ".codex" / "config.toml").open("a", encoding="utf-8") as config:
            config.write(f'\n[mcp_servers.contextfs]\ncommand = "{server}"\nargs = []\n')

    def plugging(self, checkout: Path) -> list[list[str]]:
        """The same in other words."""
        return [["plugin", "marketplace", "add", str(checkout)], ["plugin", "add", "contextfs@contextfs"]]

    def command(self, home: Path, prompt: str, *, again: bool) -> Sequence[str]:
        """`exec`; `resume --last` goes on."""
        options = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
        options += ["--dangerously-bypass-hook-trust"]
        if "[mcp_servers.contextfs]" in (home / ".codex" / "config.toml").read_text(encoding="utf-8"):
            options += WAITS
        return ["exec", *options, *(["resume", "--last"] if again else []), prompt]

    def trust(self, home: Path, folder: Path) -> Mapping[str, str]:
        """In its configuration."""
        with (home / ".codex" / "config.toml").open("a", encoding="utf-8") as config:
            config.write(f'\n[projects."{folder}"]\ntrust_level = "trusted"\n')
        return {}

    def writes(self, path: Path, text: str) -> Call:
        """A patch, as its models write them."""
        lines = "".join(f"+{line}\n" for line in text.splitlines())
        return Call("apply_patch", {"input": f"*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch"})

    def transcripts(self, home: Path) -> list[Path]:
        """One file for each conversation, in folders by date."""
        return sorted((home / ".codex" / "sessions").rglob("rollout-*.jsonl"))

    def configuration(self, home: Path) -> list[Path]:
        """Its configuration, and hooks."""
        return [home / ".codex" / "config.toml", home / ".codex" / "hooks.json"]


WAITS = (
    "-c", "mcp_servers.contextfs.required=true", "-c", "mcp_servers.contextfs.startup_timeout_sec=60"
)  # fmt: skip
"""Codex gives a server about a second before it goes on without, which a busy machine may not be in time for."""

CODEX = """\
# Written by hand; the comment has to stay.
model_provider = "fake"
model = "gpt-5.5"
check_for_update_on_startup = false

[analytics]
enabled = false

[model_providers.fake]
name = "fake"   # on loopback
base_url = "{url}/v1"
wire_api = "responses"
env_key = "FAKE_KEY"
"""


class Gemini(Host):
    """Gemini CLI."""

    name = "gemini"
    program = "gemini"
    variables: ClassVar[Mapping[str, str]] = {"GEMINI_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": "{url}"}

    def settle(self, home: Path, url: str) -> None:
        """How it signs in; no statistics, no updates."""
        edit(
            home / ".gemini" / "settings.json",
            security={"auth": {"selectedType": "gemini-api-key"}},
            general={"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
            privacy={"usageStatisticsEnabled": False},
            telemetry={"enabled": False},
        )

    def connect(self, home: Path, server: str) -> None:
        """Its user settings."""
        edit(home / ".gemini" / "settings.json", mcpServers={"contextfs": {"command": server, "args": []}})

    def plugging(self, checkout: Path) -> list[list[str]]:
        """An extension, from its folder."""
        return [["extensions", "install", str(checkout / "plugins" / "gemini"), "--consent"]]

    def command(self, home: Path, prompt: str, *, again: bool) -> Sequence[str]:
        """Prompt mode; `-r latest` goes on."""
        options = ["--skip-trust", "-y", "-m", "gemini-2.5-flash"]
        return [*options, *(["-r", "latest"] if again else []), "-p", prompt]

    def trust(self, home: Path, folder: Path) -> Mapping[str, str]:
        """In a list of its own; where nobody can be asked, the environment confirms it."""
        edit(home / ".gemini" / "trustedFolders.json", **{str(folder): "TRUST_FOLDER"})
        return {"GEMINI_CLI_TRUST_WORKSPACE": "true"}

    def writes(self, path: Path, text: str) -> Call:
        """Its tool write_file."""
        return Call("write_file", {"file_path": str(path), "content": text})

    def transcripts(self, home: Path) -> list[Path]:
        """One file for each conversation, in a folder for each project."""
        return sorted((home / ".gemini" / "tmp").glob("*/chats/session-*.jsonl"))

    def configuration(self, home: Path) -> list[Path]:
        """Its settings."""
        return [home / ".gemini" / "settings.json"]


class Copilot(Host):
    """GitHub Copilot CLI."""

    name = "copilot"
    program = "copilot"
    variables: ClassVar[Mapping[str, str]] = {
        "COPILOT_OFFLINE": "true",
        "COPILOT_PROVIDER_BASE_URL": "{url}/v1",
        "COPILOT_PROVIDER_API_KEY": "none",
        "COPILOT_MODEL": "gpt-5",
    }

    def connect(self, home: Path, server: str) -> None:
        """Its list of servers."""
        entry = {"type": "local", "command": server, "args": [], "tools": ["*"]}
        edit(home / ".copilot" / "mcp-config.json", mcpServers={"contextfs": entry})

    def command(self, home: Path, prompt: str, *, again: bool) -> Sequence[str]:
        """Prompt mode; `--continue` goes on."""
        if again:
            return ["--continue", "-p", prompt, "--allow-all-tools"]
        return ["-p", prompt, "--allow-all-tools", "--trust-folder"]

    def writes(self, path: Path, text: str) -> Call:
        """Its tool create."""
        return Call("create", {"path": str(path), "file_text": text})

    def transcripts(self, home: Path) -> list[Path]:
        """One folder for each conversation."""
        return sorted((home / ".copilot" / "session-state").glob("*/events.jsonl"))

    def configuration(self, home: Path) -> list[Path]:
        """Its servers, its hooks and its settings."""
        names = ("mcp-config.json", "hooks/contextfs.json", "config.json")
        return [home / ".copilot" / name for name in names]


HOSTS: tuple[Host, ...] = (ClaudeCode(), Codex(), Gemini(), Copilot())


class Ran(NamedTuple):
    """What one run of an assistant printed."""

    code: int
    out: str
    err: str
