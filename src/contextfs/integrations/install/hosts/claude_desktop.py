"""Claude Desktop: one file per platform; started from a desktop, it needs the path of the server."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.host import USER, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted

_FILE = "claude_desktop_config.json"


def _folder(place: Place) -> str:
    return os.path.join(place.app_data, "Claude")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    """The file of the platform; the guide's own spelling of its place is kept equal where somebody has it."""
    entries = (member(place, scope, "mcpServers"),)
    paths = (os.path.join(_folder(place), _FILE), place.of_home(".config", "claude", _FILE))
    return tuple(
        Wanted(path, entries, strict=True, only_if_there=path != paths[0])
        for path in dict.fromkeys(paths)
        if path == paths[0] or not _same(paths)
    )


def _same(paths: Sequence[str]) -> bool:
    """Whether both spellings are one file, as on a disk that does not tell capitals from small letters."""
    return all(os.path.exists(path) for path in paths) and os.path.samefile(*paths)


def _found(place: Place) -> str:
    return seen(place, _folder(place), place.of_home(".config", "claude", _FILE))


HOST = Host(
    "claude-desktop",
    "Claude Desktop",
    _found,
    _wanted,
    scopes=(USER,),
    note="Quit and start Claude Desktop again.",
)
