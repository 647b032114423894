"""JSON schemas cut down to what a model needs: every word of them is read before each conversation."""

from __future__ import annotations

from typing import Any, cast

_SAYS_NOTHING = (None, "", False)
"""Defaults that an absent argument has anyway."""


def slim(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema without titles, empty defaults and `or null`, which an absent value says as well."""
    cut = {key: value for key, value in schema.items() if key != "title"}
    options = [option for option in cut.pop("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        cut = {**options[0], **cut}
    elif options:
        cut["anyOf"] = options
    if any(cut.get("default") is empty for empty in _SAYS_NOTHING):
        cut.pop("default", None)
    if cut.get("additionalProperties") is True:
        del cut["additionalProperties"]
    return {key: _slim_part(key, value) for key, value in cut.items()}


def _slim_part(key: str, value: Any) -> Any:
    if key in {"properties", "$defs"}:
        return {name: slim(part) for name, part in value.items()}
    if isinstance(value, dict):
        return slim(cast("dict[str, Any]", value))
    if isinstance(value, list):
        parts = cast("list[Any]", value)
        return [slim(cast("dict[str, Any]", part)) if isinstance(part, dict) else part for part in parts]
    return value
