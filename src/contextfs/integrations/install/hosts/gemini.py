"""Gemini CLI: the server and the hooks stand in one settings file, times in milliseconds."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.hooks import At, in_claude_form
from contextfs.integrations.install.host import PROJECT, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted

# PreCompress is left out: it comes with every request, and the end of each turn is captured anyway.
EVENTS = (
    At("session-start", "SessionStart"),
    At("user-prompt", "BeforeAgent", seconds=5),
    At("post-tool", "AfterTool", "write_file|replace"),
    At("stop", "AfterAgent", seconds=30),
    At("session-end", "SessionEnd", seconds=3),
)


def _home(place: Place) -> str:
    return os.path.join(place.environ.get("GEMINI_CLI_HOME", "") or place.home, ".gemini")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    folder = place.of_project(".gemini") if scope == PROJECT else _home(place)
    entries = (
        member(place, scope, "mcpServers"),
        *in_claude_form(place, scope, "gemini", EVENTS, unit=1000),
    )
    return (Wanted(os.path.join(folder, "settings.json"), entries),)


def _found(place: Place) -> str:
    return seen(place, "gemini", _home(place))


HOST = Host("gemini", "Gemini CLI", _found, _wanted)
