"""Cursor: a file of servers and a file of hooks, in a folder of the user and in one of the project."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.hooks import At, command
from contextfs.integrations.install.host import PROJECT, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Frame, Item, Wanted

EVENTS = (
    At("session-start", "sessionStart"),
    At("user-prompt", "beforeSubmitPrompt", seconds=5),
    At("post-tool", "afterFileEdit"),
    At("stop", "stop", seconds=30),
    At("pre-compact", "preCompact", seconds=30),
    At("session-end", "sessionEnd", seconds=3),
)


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    folder = place.of_project(".cursor") if scope == PROJECT else place.of_home(".cursor")
    hooks = tuple(
        Item(
            ("hooks", at.name),
            {"command": command(place, scope, at.event, "cursor"), "timeout": at.seconds},
        )
        for at in EVENTS
    )
    return (
        Wanted(os.path.join(folder, "mcp.json"), (member(place, scope, "mcpServers"),)),
        Wanted(os.path.join(folder, "hooks.json"), (Frame(("version",), 1), *hooks)),
    )


def _found(place: Place) -> str:
    return seen(place, "cursor", place.of_home(".cursor"))


HOST = Host("cursor", "Cursor", _found, _wanted)
