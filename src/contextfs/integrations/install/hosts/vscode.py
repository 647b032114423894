"""Visual Studio Code: a file of servers in the user's profile or in the project."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.host import PROJECT, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted


def _profile(place: Place) -> str:
    return os.path.join(place.app_data, "Code", "User")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    folder = place.of_project(".vscode") if scope == PROJECT else _profile(place)
    return (Wanted(os.path.join(folder, "mcp.json"), (member(place, scope, "servers", type="stdio"),)),)


def _found(place: Place) -> str:
    return seen(place, "code", _profile(place))


HOST = Host("vscode", "Visual Studio Code", _found, _wanted)
