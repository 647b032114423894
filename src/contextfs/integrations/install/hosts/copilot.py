"""Copilot CLI: a file of servers, and a folder of hook files in which one is ours alone."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from contextfs.integrations.install.hooks import At, command, elsewhere
from contextfs.integrations.install.host import PROJECT, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted, Whole

EVENTS = (
    At("session-start", "sessionStart"),
    At("user-prompt", "userPromptSubmitted", seconds=5),
    At("post-tool", "postToolUse"),
    At("stop", "agentStop", seconds=30),
    At("pre-compact", "preCompact", seconds=30),
    At("session-end", "sessionEnd", seconds=3),
)


def _home(place: Place) -> str:
    return place.named("COPILOT_HOME", ".copilot")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    folder = place.of_project(".github") if scope == PROJECT else _home(place)
    servers = "mcp.json" if scope == PROJECT else "mcp-config.json"
    entry = member(place, scope, "mcpServers", type="local", tools=["*"])
    return (
        Wanted(os.path.join(folder, servers), (entry,)),
        Wanted(os.path.join(folder, "hooks", "contextfs.json"), (Whole(_hooks(place, scope)),)),
    )


def _hooks(place: Place, scope: str) -> str:
    """Our hook file: it names no event in what it sends, so the command does, once for each family of shells."""
    hooks = {
        at.name: [
            {
                "type": "command",
                "bash": command(place, scope, at.event, "copilot"),
                "powershell": "& " + elsewhere(command(place, scope, at.event, "copilot")),
                "timeoutSec": at.seconds,
            }
        ]
        for at in EVENTS
    }
    return json.dumps({"version": 1, "hooks": hooks}, indent=2) + "\n"


def _plugins(place: Place) -> str:
    return os.path.join(_home(place), "settings.json")


def _found(place: Place) -> str:
    return seen(place, "copilot", _home(place))


HOST = Host("copilot", "Copilot CLI", _found, _wanted, plugins=_plugins)
