"""The config file: what stands in it as dotted names, and the same text with one value changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from contextfs.errors import InvalidSetting


def values_of(content: bytes, path: str) -> dict[str, object]:
    """The values of a file by their dotted names; `path` is named where it cannot be read."""
    import tomllib

    try:
        return dict(_flat(tomllib.loads(content.decode()), ""))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSetting(
            f"{path} is not valid TOML: {error}.", hint="Mend the file or remove it."
        ) from error


def with_value(text: str, name: str, value: str | float | bool) -> str:
    """The text of a file with one key set in its section; every other line stays as it is."""
    section, _, key = name.rpartition(".")
    line = f"{key} = {_literal(value)}"
    lines = text.splitlines()
    place, found = _place(lines, section, key)
    if found:
        lines[place] = line
    elif section and f"[{section}]" not in (one.strip() for one in lines):
        lines += [*([""] if lines else []), f"[{section}]", line]
    else:
        lines.insert(place, line)
    return "\n".join(lines) + "\n"


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(cast("dict[str, object]", value), f"{prefix}{key}.")
        else:
            found.append((prefix + key, value))
    return found


def _place(lines: list[str], section: str, key: str) -> tuple[int, bool]:
    """Where the key stands in its section, or where it should be inserted."""
    current, last = "", 0
    for number, text in enumerate(lines):
        stripped = text.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            current = stripped[1:-1].strip()
            last = number + 1 if current == section else last
        elif current == section:
            if stripped.partition("=")[0].strip() == key:
                return number, True
            last = number + 1 if stripped else last
    return last, False


def _literal(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        import json  # a JSON string is a valid TOML basic string

        return json.dumps(value)
    return str(value)
