"""The OpenAPI description of the table of calls."""

from __future__ import annotations

from functools import cache
from typing import Any

from contextfs._version import __version__
from contextfs.api import ContextFS
from contextfs.web.rest.plain import REF, Schema, schema_of
from contextfs.web.rest.rows import Call, Field
from contextfs.web.rest.table import CALLS

ROOT = "/api/v1"
_FAILED: Schema = {
    "type": "object",
    "description": "What went wrong, and what to do.",
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}, "hint": {"type": "string"}},
    "required": ["error", "message", "hint"],
}
_STATUSES = {
    "400": "A value is not one that is accepted.",
    "401": "The token is missing or wrong.",
    "404": "What was named does not exist.",
    "409": "The id fits more than one.",
    "503": "Try again later.",
}


@cache
def description() -> dict[str, Any]:
    """The description of every call."""
    known: dict[str, Schema] = {"Failed": _FAILED}
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        path = call.path.replace(":path}", "}")
        paths.setdefault(ROOT + path, {})[call.method.lower()] = _operation(call, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "contextfs",
            "version": __version__,
            "description": "The memories of a data directory. Each call is one verb of the command line and of Python.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(known.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def sentence_of(verb: str) -> str:
    """The first sentence of what a verb says of itself."""
    found: Any = ContextFS
    for part in verb.split("."):
        found = getattr(found, part)
        if hasattr(found, "func"):  # a family, which is made when it is first asked for
            found = _family(found)
    return (found.__doc__ or "").partition("\n")[0]


def _family(made: Any) -> Any:
    """The class of a family, from the property that makes it when it is first asked for."""
    module, name, *_ = made.func.__code__.co_names
    return getattr(made.func.__globals__[module], name)


def _operation(call: Call, known: dict[str, Schema]) -> dict[str, Any]:
    failed = {"application/json": {"schema": {"$ref": REF + "Failed"}}}
    answers: dict[str, Any] = {
        status: {"description": said, "content": failed} for status, said in _STATUSES.items()
    }
    answers[str(call.status)] = {
        "description": "Done.",
        "content": {"application/json": {"schema": schema_of(call.answer, known)}},
    }
    operation = {
        "operationId": call.name,
        "summary": sentence_of(call.verb),
        "parameters": [*map(_part, call.parts), *map(_parameter, call.query)],
        "responses": dict(sorted(answers.items())),
    }
    if call.body:
        required = any(field.required for field in call.body)
        content = {"application/json": {"schema": body_schema(call)}}
        operation["requestBody"] = {"required": required, "content": content}
    return operation


def body_schema(call: Call) -> Schema:
    """The schema of the body of a call."""
    return {
        "type": "object",
        "properties": {field.name: {**field.schema, "description": field.sentence} for field in call.body},
        "required": [field.name for field in call.body if field.required],
        "additionalProperties": False,
    }


def _part(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _parameter(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "in": "query",
        "required": field.required,
        "description": field.sentence,
        "schema": field.schema,
    }
