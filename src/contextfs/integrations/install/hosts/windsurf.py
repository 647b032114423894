"""Windsurf: one file of servers for the user."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.integrations.install.host import USER, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    path = place.of_home(".codeium", "windsurf", "mcp_config.json")
    return (Wanted(path, (member(place, scope, "mcpServers"),)),)


def _found(place: Place) -> str:
    return seen(place, "windsurf", place.of_home(".codeium", "windsurf"))


HOST = Host(
    "windsurf",
    "Windsurf",
    _found,
    _wanted,
    scopes=(USER,),
)
