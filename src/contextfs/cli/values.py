"""The kinds of values that options take: each text is parsed once, or refused with what is accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

import click

from contextfs.domain.dates import parse_moment
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput

Scalar = str | int | float | bool | None


def type_name(text: str) -> str:
    """The name of a memory type."""
    try:
        return MemoryType.parse(text).value
    except InvalidInput as error:
        raise _refused(error) from None


def words(text: str) -> tuple[str, ...]:
    """Names separated by commas; an empty text is none at all."""
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def type_names(text: str) -> tuple[str, ...]:
    """Names of memory types separated by commas."""
    return tuple(type_name(word) for word in words(text))


def since(text: str) -> datetime:
    """A point in time as people write it; of a day or a week the beginning."""
    return _moment(text)


def until(text: str) -> datetime:
    """A point in time as people write it; of a day or a week the last moment."""
    return _moment(text, end=True)


def due(text: str) -> datetime | str:
    """A time to come: a date, or ``90d``, ``in 2 weeks`` and ``monday`` from now on; an empty text clears it."""
    return _moment(text, forward=True) if text.strip() else ""


def _moment(text: str, *, end: bool = False, forward: bool = False) -> datetime:
    try:
        return parse_moment(text, end=end, forward=forward)
    except InvalidInput as error:
        raise _refused(error) from None


def pair(text: str) -> tuple[str, Scalar]:
    """A metadata entry, ``key=value``, its value typed."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise click.BadParameter(f"{text!r} is not of the form key=value.")
    return key.strip(), scalar(value)


def json_object(text: str) -> dict[str, object]:
    """A JSON object, for the typed fields of a memory; an empty text is an empty one."""
    import json  # only a command line with such fields needs it

    try:
        value = json.loads(text or "{}")
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise click.BadParameter(f'{text!r} is not a JSON object such as {{"status": "accepted"}}.')
    return cast("dict[str, object]", value)


def scalar(text: str) -> Scalar:
    """The JSON scalar that the text writes, else the text itself: ``42``, ``true``, ``null``, ``"42"``, ``blue``."""
    import json  # only a command line with metadata needs it

    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        return text
    infinite = isinstance(value, float) and value in (float("inf"), float("-inf"))
    return text if infinite or isinstance(value, dict | list) else value


def _refuse(name: str) -> None:
    raise ValueError(name)


def _refused(error: InvalidInput) -> click.BadParameter:
    # The general hint sends them to the help that a usage error names anyway.
    hint = "" if error.hint == InvalidInput.hint else f" {error.hint}"
    return click.BadParameter(f"{error.message}{hint}")


def flat(_ctx: click.Context, _param: click.Parameter, values: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    """One tuple of what several uses of an option gave (an option's callback, as are those below)."""
    return tuple(dict.fromkeys(item for part in values for item in part))


def flat_or_none(
    ctx: click.Context, param: click.Parameter, values: tuple[tuple[Any, ...], ...]
) -> tuple[Any, ...] | None:
    """Like `flat`, but None where the option was not used at all, so that an empty value can clear."""
    return flat(ctx, param, values) if values else None


def mapping(
    _ctx: click.Context, _param: click.Parameter, pairs: Iterable[tuple[str, Scalar]]
) -> dict[str, Scalar]:
    """The pairs of several uses of an option as one mapping."""
    return dict(pairs)


def mapping_or_none(
    ctx: click.Context, param: click.Parameter, pairs: tuple[tuple[str, Scalar], ...]
) -> dict[str, Scalar] | None:
    """Like `mapping`, but None where the option was not used at all."""
    return mapping(ctx, param, pairs) if pairs else None


def paths_or_none(
    _ctx: click.Context, _param: click.Parameter, paths: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The paths, None where the option was not used at all; an empty path clears."""
    return tuple(path for path in paths if path) if paths else None
