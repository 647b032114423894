"""What a host is to an installation, and the entry of our MCP server that most of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import NAME, Member, Wanted

USER, PROJECT = "user", "project"


class Host(NamedTuple):
    """One row of the table: a program that contextfs can be put into."""

    name: str
    title: str
    found: Callable[[Place], str]
    """Where the program was found on this machine, or an empty text."""
    wanted: Callable[[Place, str], Sequence[Wanted]]
    """The files of a scope, ``user`` or ``project``, with what shall stand in them."""
    scopes: tuple[str, ...] = (USER, PROJECT)
    plugins: Callable[[Place], str] | None = None
    """The file in which the host lists the plugins that are enabled, where ours can be one of them."""
    needs: str = ""
    """What to say where it cannot be installed at all unless it is found; most hosts can be set up beforehand."""
    note: str = ""
    """What a person has to do afterwards, in a sentence."""


def seen(place: Place, *candidates: str) -> str:
    """The first of some programs or absolute paths that is there, or an empty text."""
    import os

    for one in candidates:
        path = one if os.path.isabs(one) else place.program_on_path(one)
        if path and os.path.exists(path):
            return path
    return ""


def server(place: Place, scope: str, **more: object) -> dict[str, object]:
    """The entry of our MCP server: the command, its arguments and what it must know of this machine."""
    program, *arguments = place.words("contextfs-mcp", scope)
    entry: dict[str, object] = {**more, "command": program, "args": arguments}
    if place.data_dir and scope == USER:
        entry["env"] = {"CONTEXTFS_DATA_DIR": place.data_dir}
    return entry


def member(place: Place, scope: str, *path: str, **more: object) -> Member:
    """The entry of our MCP server under a key of a JSON file."""
    return Member((*path, NAME), server(place, scope, **more))
