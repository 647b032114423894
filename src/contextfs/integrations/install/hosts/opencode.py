"""OpenCode: servers stand in its configuration, the command as one list of words."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.host import PROJECT, USER, Host, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import NAME, Frame, Member, Wanted


def _folder(place: Place) -> str:
    return os.path.join(place.config_home, "opencode")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    entry: dict[str, object] = {"type": "local", "command": list(place.words("contextfs-mcp", scope))}
    if place.data_dir and scope == USER:
        entry["environment"] = {"CONTEXTFS_DATA_DIR": place.data_dir}
    schema = Frame(("$schema",), "https://opencode.ai/config.json")
    return (Wanted(_file(place, scope), (schema, Member(("mcp", NAME), entry))),)


def _file(place: Place, scope: str) -> str:
    """The file that is there, with or without comments; a new one is made as the documentation has it."""
    folder = place.project if scope == PROJECT else _folder(place)
    names = ("opencode.jsonc", "opencode.json")
    paths = [os.path.join(folder, name) for name in names]
    return next((path for path in paths if os.path.exists(path)), paths[scope == PROJECT])


def _found(place: Place) -> str:
    return seen(place, "opencode", _folder(place))


HOST = Host("opencode", "OpenCode", _found, _wanted)
