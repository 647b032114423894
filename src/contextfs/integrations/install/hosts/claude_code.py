"""Claude Code: the server in its own file of servers, the hooks in its settings."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.hooks import CLAUDE, in_claude_form
from contextfs.integrations.install.host import PROJECT, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted


def _home(place: Place) -> str:
    return place.named("CLAUDE_CONFIG_DIR", ".claude")


def _servers(place: Place) -> str:
    """The file in which the user's servers stand: beside the folder, unless a variable moved the folder."""
    moved = place.environ.get("CLAUDE_CONFIG_DIR", "")
    return os.path.join(moved or place.home, ".claude.json")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    project = scope == PROJECT
    servers = place.of_project(".mcp.json") if project else _servers(place)
    settings = place.of_project(".claude") if project else _home(place)
    return (
        Wanted(servers, (member(place, scope, "mcpServers", type="stdio"),), strict=True),
        Wanted(
            os.path.join(settings, "settings.json"),
            in_claude_form(place, scope, "claude-code", CLAUDE),
            strict=True,
        ),
    )


def _plugins(place: Place) -> str:
    return os.path.join(_home(place), "settings.json")


def _found(place: Place) -> str:
    return seen(place, "claude", _home(place))


HOST = Host("claude-code", "Claude Code", _found, _wanted, plugins=_plugins)
