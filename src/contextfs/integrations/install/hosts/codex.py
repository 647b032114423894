"""Codex: the server in its TOML file, the hooks in a JSON file beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.hooks import CLAUDE, in_claude_form
from contextfs.integrations.install.host import PROJECT, Host, seen, server
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import NAME, Table, Wanted


def _home(place: Place) -> str:
    return place.named("CODEX_HOME", ".codex")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    folder = place.of_project(".codex") if scope == PROJECT else _home(place)
    return (
        Wanted(
            os.path.join(folder, "config.toml"),
            (Table(("mcp_servers", NAME), server(place, scope)),),
        ),
        Wanted(
            os.path.join(folder, "hooks.json"), in_claude_form(place, scope, "codex", CLAUDE), strict=True
        ),
    )


def _plugins(place: Place) -> str:
    return os.path.join(_home(place), "config.toml")


def _found(place: Place) -> str:
    return seen(place, "codex", _home(place))


HOST = Host(
    "codex",
    "Codex",
    _found,
    _wanted,
    note="Codex asks you once to trust the hooks: start it and review them.",
    plugins=_plugins,
)
