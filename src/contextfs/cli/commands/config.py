"""contextfs config get, set, list and path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from contextfs.cli import blocks, options, render, suggest
from contextfs.cli.documents import Document
from contextfs.cli.group import LazyGroup, Verb, verb
from contextfs.cli.table import Entry
from contextfs.settings import HIDDEN, TABLE, Settings, find

if TYPE_CHECKING:
    from contextfs.settings import Value

_HERE = "contextfs.cli.commands.config:"
config = LazyGroup(
    "config",
    help="Read and change the settings: the environment wins over the config file, which wins over the defaults.",
    examples=(
        "contextfs config list",
        "contextfs config set sync.enabled true",
    ),
    table={
        "get": Entry(_HERE + "get", "Print the value of a setting.", "Commands"),
        "set": Entry(_HERE + "set_", "Write a setting to the config file.", "Commands"),
        "list": Entry(
            _HERE + "list_", "Show every setting, its value and where that comes from.", "Commands"
        ),
        "path": Entry(_HERE + "path", "Print the path of the config file.", "Commands"),
    },
)


class ValueVerb(Verb):
    """A command whose last argument may be a negative number."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse a dash before a digit as part of the value."""
        at = next((at for at, arg in enumerate(args) if arg[:1] == "-" and arg[1:2].isdigit()), None)
        return super().parse_args(ctx, args if at is None else [*args[:at], "--", *args[at:]])


_NAME = click.argument("name", shell_complete=suggest.settings)


@verb("get", "contextfs config get sync.enabled")
@_NAME
@click.option("--reveal", is_flag=True, help="Print a secret as it is.")
@options.as_json
def get(name: str, *, reveal: bool, form: str) -> None:
    """Print the value of a setting; a secret only with --reveal."""
    settings = Settings()
    value, source = settings.resolve(name)
    shown = value if reveal else settings.shown(name)
    render.show(
        form,
        text=lambda: _written(shown),
        document=lambda: {"name": name, "value": shown, "source": source},
    )


@verb(
    "set",
    "contextfs config set sync.enabled true",
    'contextfs config set sync.postgres_url "postgresql://..."',
    cls=ValueVerb,
)
@_NAME
@click.argument("value")
@options.as_json
def set_(name: str, value: str, form: str) -> None:
    """Write a setting to the config file."""
    settings = Settings()
    new = settings.set(name, value)
    row = find(name)
    if settings.resolve(name)[1] == row.env:
        render.remark(f"The environment variable {row.env} is set and wins over the file.")
    render.did(
        form,
        text=lambda: f"{name} = {_shown(name, new)}, written to {settings.path}",
        document=lambda: _document(name, new, settings.path),
    )


@verb("list", "contextfs config list", "contextfs config list --json")
@options.as_rows
def list_(form: str) -> None:
    """Show every setting, its value and where that comes from."""
    settings = Settings()
    found = [(row, *settings.resolve(row.name)) for row in TABLE]
    rows = [_document(row.name, value, source) | {"about": row.sentence} for row, value, source in found]
    render.show(
        form,
        text=lambda: blocks.table(
            [(row.name, _shown(row.name, value), source) for row, value, source in found]
        ),
        document=lambda: {"settings": rows},
        rows=lambda: rows,
    )


@verb("path", "contextfs config path")
@options.as_json
def path(form: str) -> None:
    """Print the path of the config file, which need not exist yet."""
    found = Settings().path
    render.show(form, text=lambda: found, document=lambda: {"path": found})


def _document(name: str, value: Value, source: str) -> Document:
    return {"name": name, "value": _masked(name, value), "source": source}


def _masked(name: str, value: Value) -> Value:
    """The value, or stars where it is a secret: screens and logs are read by others."""
    return HIDDEN if find(name).secret and value else value


def _written(value: Value) -> str:
    """The value as the environment or `config set` would take it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(name: str, value: Value) -> str:
    """The value as a table shows it: an empty one as a dash, a secret hidden."""
    return _written(_masked(name, value)) or "-"
