"""Values of the front door as JSON says them, and the JSON schema of what that gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from contextfs.domain.memory import Memory

Schema = dict[str, Any]
_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    object: {},
    Any: {},
}
REF = "#/components/schemas/"


def plain(value: Any) -> Any:
    """The value as JSON can say it."""
    if isinstance(value, Memory):
        return value.to_dict()
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "_fields"):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(inner) for inner in cast("Sequence[Any]", value)]
    return value


def schema_of(kind: Any, known: dict[str, Schema]) -> Schema:
    """The JSON schema of what `plain` makes of a type; the named ones are put into `known` and referred to."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return {"anyOf": [schema_of(one, known) for one in inside]}
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inside[1], known)}
    if origin is tuple and inside[-1] is not Ellipsis:
        parts = [schema_of(one, known) for one in inside]
        return {"type": "array", "items": {"anyOf": parts}, "minItems": len(parts), "maxItems": len(parts)}
    if origin is not None and isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": schema_of(inside[0], known)}
    if isinstance(kind, type) and issubclass(kind, str):
        return {"type": "string"}
    if isinstance(kind, type) and issubclass(kind, datetime):
        return {"type": "string", "format": "date-time"}
    return _named(kind, known)


def _named(kind: Any, known: dict[str, Schema]) -> Schema:
    name = kind.__name__
    if name not in known:
        known[name] = {}  # it may hold others of its own kind
        hints = {field: hint for field, hint in get_type_hints(kind).items() if field in kind._fields}
        known[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").partition("\n")[0],
            "properties": {field: schema_of(hint, known) for field, hint in hints.items()},
            "required": list(kind._fields),
        }
    return {"$ref": REF + name}
