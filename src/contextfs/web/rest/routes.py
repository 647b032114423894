"""The routes of REST: a request is checked against its row, the verb is called, and its value told as JSON."""

from __future__ import annotations

import json
import logging
from typing import Any

from jsonschema import Draft202012Validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contextfs.api import ContextFS
from contextfs.errors import AmbiguousId, ContextFSError, InvalidInput, NotFound
from contextfs.web.lanes import Lanes
from contextfs.web.rest.openapi import ROOT, body_schema, description
from contextfs.web.rest.plain import Schema, plain
from contextfs.web.rest.rows import Call, Field
from contextfs.web.rest.table import CALLS

log = logging.getLogger(__name__)
_STATUS = {"user": 400, "config": 503, "transient": 503, "internal": 500}
_WORDS = {"true": True, "false": False, "1": True, "0": False}
_HINT = "See /api/v1/openapi.json"


def routes(ctx: ContextFS, lanes: Lanes) -> list[Route]:
    """Every call, and the description of them all; the calls of one path are one route, which knows its methods."""
    paths: dict[str, dict[str, Call]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method] = call
    return [
        Route(f"{ROOT}/openapi.json", _described),
        *(_route(path, calls, ctx, lanes) for path, calls in paths.items()),
    ]


async def _described(_request: Request) -> Response:
    return JSONResponse(description())


def _route(path: str, calls: dict[str, Call], ctx: ContextFS, lanes: Lanes) -> Route:
    async def endpoint(request: Request) -> Response:
        call = calls["GET" if request.method == "HEAD" else request.method]
        try:
            given = {**_query(call, request), **await _body(call, request), **_path(request)}
            return await lanes.run(call.lane, lambda: _called(call, ctx, given))
        except ContextFSError as error:
            return failed(error)

    return Route(ROOT + path, endpoint, methods=list(calls))


def _called(call: Call, ctx: ContextFS, given: dict[str, Any]) -> Response:
    try:
        return JSONResponse(plain(call.function(ctx, given)), call.status)
    except ContextFSError as error:
        return failed(error)
    except Exception:
        log.exception("%s %s failed", call.method, call.path)
        return failed(ContextFSError("This went wrong inside contextfs."))


def failed(error: ContextFSError) -> Response:
    """An error as JSON."""
    status = _STATUS[error.kind]
    if isinstance(error, NotFound):
        status = 404
    elif isinstance(error, AmbiguousId):
        status = 409
    body = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    return JSONResponse(body, status)


def _path(request: Request) -> dict[str, Any]:
    for name, value in request.path_params.items():
        if "\0" in value:
            raise InvalidInput(f"{name} holds a character that is in no name.", hint=_HINT)
    return dict(request.path_params)


def _query(call: Call, request: Request) -> dict[str, Any]:
    known = {field.name: field for field in call.query}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise InvalidInput(
            f"There is no parameter {unknown[0]!r}.", hint=f"It takes: {', '.join(known) or 'none'}"
        )
    missing = [
        field.name for field in call.query if field.required and field.name not in request.query_params
    ]
    if missing:
        raise InvalidInput(f"The parameter {missing[0]!r} is missing.", hint=_HINT)
    found: dict[str, Any] = {}
    for name in request.query_params:
        value = _value(known[name], request.query_params.getlist(name))
        _checked(value, known[name].schema, name)
        found[known[name].keyword] = value
    return found


def _value(field: Field, given: list[str]) -> Any:
    kind = field.schema["type"]
    if kind == "array":
        return given
    last: Any = given[-1]
    if kind == "integer":
        number = last.removeprefix("-")
        return int(last) if number.isascii() and number.isdigit() and len(number) < 19 else last
    return _WORDS.get(last, last) if kind == "boolean" else last


async def _body(call: Call, request: Request) -> dict[str, Any]:
    sent = await request.body()
    if not call.body or not sent:
        if any(field.required for field in call.body):
            raise InvalidInput("The request has no body.", hint=_HINT)
        return {}
    try:
        found: Any = json.loads(sent)
        _checked(found, body_schema(call), "The body")
    except ValueError as error:
        raise InvalidInput(f"The body is not JSON: {error}.", hint=_HINT) from error
    except RecursionError as error:
        raise InvalidInput("The body is nested too deeply.", hint=_HINT) from error
    return {field.keyword: found[field.name] for field in call.body if field.name in found}


def _checked(value: object, schema: Schema, name: str) -> None:
    validator: Any = Draft202012Validator(schema)
    for error in validator.iter_errors(value):
        where = ".".join(map(str, error.absolute_path)) or name
        raise InvalidInput(f"{where}: {error.message}", hint=_HINT)
