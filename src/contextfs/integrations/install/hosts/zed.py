"""Zed: servers stand among the other settings, which people comment."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.integrations.install.host import USER, Host, member, seen
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import Wanted


def _folder(place: Place) -> str:
    base = place.app_data if place.platform == "win32" else place.config_home
    return os.path.join(base, "Zed" if place.platform == "win32" else "zed")


def _wanted(place: Place, scope: str) -> Sequence[Wanted]:
    path = os.path.join(_folder(place), "settings.json")
    return (Wanted(path, (member(place, scope, "context_servers"),)),)


def _found(place: Place) -> str:
    return seen(place, "zed", "zeditor", _folder(place))


HOST = Host("zed", "Zed", _found, _wanted, scopes=(USER,))
