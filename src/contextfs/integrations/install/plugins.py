"""Whether a host has contextfs as a plugin as well, in which case each hook would run twice."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import cast

from contextfs.errors import InvalidInput
from contextfs.integrations.install import applying, jsonc
from contextfs.integrations.install.host import Host
from contextfs.integrations.install.places import Place

TWICE = "has the contextfs plugin, too, so each hook runs twice: disable the plugin, or take this installation out"
_OURS = "contextfs@"


def is_enabled(host: Host, place: Place) -> bool:
    """Whether the host's own list of plugins names ours and has not switched it off."""
    path = host.plugins(place) if host.plugins else ""
    try:
        text = (applying.read(path) if path else None) or ""
        if _OURS not in text:
            return False
        listed = _toml(text) if path.endswith(".toml") else _json(text, path)
    except (InvalidInput, tomllib.TOMLDecodeError):
        return False
    return any(name.startswith(_OURS) and on for name, on in listed.items())


def _json(text: str, path: str) -> Mapping[str, object]:
    enabled = jsonc.Document(text, path).value.get("enabledPlugins")
    return cast("Mapping[str, object]", enabled) if isinstance(enabled, dict) else {}


def _toml(text: str) -> Mapping[str, object]:
    plugins = cast("Mapping[str, object]", tomllib.loads(text).get("plugins", {}))
    return {name: jsonc.value_at(rows, ("enabled",)) is not False for name, rows in plugins.items()}
