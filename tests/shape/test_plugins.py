"""The plugins, the bundle and the registry entry say what the package says."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from contextfs._version import __version__
from contextfs.integrations.install import hooks
from contextfs.integrations.install.hosts import cursor, gemini

CLAUDE = Path("plugins", "contextfs")
COMMANDS = ("decide", "recall", "remember", "why")
VERSIONED = {
    ".claude-plugin/marketplace.json": ("plugins", 0, "version"),
    "plugins/contextfs/.claude-plugin/plugin.json": ("version",),
    "plugins/contextfs/.cursor-plugin/plugin.json": ("version",),
    "plugins/gemini/gemini-extension.json": ("version",),
    "plugins/mcpb/manifest.json": ("version",),
    "server.json": ("version",),
}
ALWAYS_ON = 250
"""Tokens that the plugin may add to every session, counted as characters / 4, with the names of its parts."""


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def front_matter(path: Path) -> tuple[dict[str, str], str]:
    """What stands at the head of a page, and the page."""
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), text.strip()


def in_claude_form(events: tuple[hooks.At, ...], client: str = "", unit: int = 1) -> Mapping[str, Any]:
    """Hooks as a plugin has them: the commands by name, and no client where several hosts read the file."""
    return {
        at.name: [
            {
                **({"matcher": at.matcher} if at.matcher else {}),
                "hooks": [
                    {
                        "type": "command",
                        "command": f"contextfs hook {at.event}" + (f" --client {client}" if client else ""),
                        "timeout": at.seconds * unit,
                    }
                ],
            }
        ]
        for at in events
    }


def test_every_version_is_the_packages(root: Path) -> None:
    """Plugins, bundle and registry entry carry the version of the package."""
    found: dict[str, Any] = {}
    for name, keys in VERSIONED.items():
        value = read(root / name)
        for key in keys:
            value = value[key]
        found[name] = value
    found["package in server.json"] = read(root / "server.json")["packages"][0]["version"]
    assert found == dict.fromkeys(found, __version__)


def test_the_registry_entry_names_this_package(root: Path) -> None:
    """The registry entry follows the package's name and is claimed by the README, as the registry asks."""
    server = read(root / "server.json")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert server["packages"][0]["identifier"] == project["name"]
    assert len(server["description"]) <= 100
    assert f"mcp-name: {server['name']}" in (root / "README.md").read_text(encoding="utf-8")


def test_plugins_run_the_hooks_that_an_installation_writes(root: Path) -> None:
    """The hook files of the plugins hold the events of the table of hosts, no more and no less."""
    assert read(root / CLAUDE / "hooks" / "hooks.json")["hooks"] == in_claude_form(hooks.CLAUDE)
    extension = read(root / "plugins" / "gemini" / "hooks" / "hooks.json")["hooks"]
    assert extension == in_claude_form(gemini.EVENTS, "gemini", 1000)
    assert read(root / CLAUDE / "hooks" / "cursor.json")["hooks"] == {
        at.name: [{"command": f"contextfs hook {at.event} --client cursor", "timeout": at.seconds}]
        for at in cursor.EVENTS
    }


def test_manifests_name_what_is_there(root: Path) -> None:
    """Every path in a manifest or a marketplace leads to a file or a folder."""
    manifest = read(root / CLAUDE / ".cursor-plugin" / "plugin.json")
    paths = [root / CLAUDE / manifest[key] for key in ("skills", "commands", "hooks", "mcpServers")]
    for marketplace in (".claude-plugin/marketplace.json", ".agents/plugins/marketplace.json"):
        source = read(root / marketplace)["plugins"][0]["source"]
        paths.append(root / (source if isinstance(source, str) else source["path"]))
    assert [path for path in paths if not path.exists()] == []
    assert read(root / CLAUDE / ".mcp.json")["mcpServers"] == {
        "contextfs": {"command": "contextfs-mcp", "args": []}
    }


def test_commands_say_the_same_in_both_families(root: Path) -> None:
    """A slash command has one text, with the argument spelled as each family of hosts spells it."""
    for name in COMMANDS:
        head, text = front_matter(root / CLAUDE / "commands" / f"{name}.md")
        other = tomllib.loads(
            (root / "plugins" / "gemini" / "commands" / f"{name}.toml").read_text(encoding="utf-8")
        )
        assert other["description"] == head["description"]
        assert other["prompt"].strip() == text.replace("$ARGUMENTS", "{{args}}")
        assert "$ARGUMENTS" in text


def test_the_always_on_cost_is_what_the_page_says(root: Path) -> None:
    """Names and descriptions of skills and commands stay small, and the documentation states what they cost."""
    heads = [front_matter(path) for path in sorted((root / CLAUDE / "commands").glob("*.md"))]
    heads += [front_matter(path) for path in sorted((root / CLAUDE / "skills").glob("*/SKILL.md"))]
    assert len(heads) == len(COMMANDS) + 2
    names = [*COMMANDS, *(head["name"] for head, _ in heads if "name" in head)]
    tokens = sum(len(text) for text in [*names, *(head["description"] for head, _ in heads)]) // 4
    assert tokens <= ALWAYS_ON
    page = (root / "docs" / "how-to" / "agents.md").read_text(encoding="utf-8")
    stated = re.search(r"about (\d+) tokens", page)
    assert stated
    assert tokens <= int(stated[1]) <= tokens + 30  # a host adds a little of its own to each name


def test_the_bundle_holds_the_package(root: Path, tmp_path: Path) -> None:
    """The bundle is built from the tree, the same each time, with everything that `uv run` needs."""
    build = runpy.run_path(str(root / "plugins" / "mcpb" / "build.py"))["build"]
    for name in ("one.mcpb", "two.mcpb"):
        build(tmp_path / name)
    assert (tmp_path / "one.mcpb").read_bytes() == (tmp_path / "two.mcpb").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.mcpb") as bundle:
        names = set(bundle.namelist())
        manifest = json.loads(bundle.read("manifest.json"))
    assert {"pyproject.toml", "README.md", "LICENSE", manifest["server"]["entry_point"]} <= names
    assert {n for n in names if n.startswith("src/contextfs/store/migrations/")}
    assert not [name for name in names if "__pycache__" in name]
