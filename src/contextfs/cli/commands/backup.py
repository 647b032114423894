"""contextfs backup create and restore."""

from __future__ import annotations

import click

from contextfs.cli import asking, options, render
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry
from contextfs.errors import InvalidInput, StoreCorrupt

_HERE = "contextfs.cli.commands.backup:"
backup = LazyGroup(
    "backup",
    help="Copy the store, or put a copy back.",
    examples=("contextfs backup create",),
    table={
        "create": Entry(_HERE + "create", "Copy the store to a file.", "Commands"),
        "restore": Entry(_HERE + "restore", "Put a copy in the place of the store.", "Commands"),
    },
)


@verb("create", "contextfs backup create", "contextfs backup create before-cleanup.db")
@click.argument("path", required=False, type=click.Path())
@options.as_json
def create(path: str | None, form: str) -> None:
    """Copy the store to PATH, or into the data directory."""
    with front() as ctx:
        made = ctx.backups.create(path)
    render.did(form, text=lambda: f"Copied the store to {made}", document=lambda: {"path": made})


@verb("restore", "contextfs backup restore before-cleanup.db")
@click.argument("path", type=click.Path())
@options.yes
@options.as_json
def restore(path: str, *, yes: bool, form: str) -> int:
    """Put the copy at PATH in the place of the store; what was there is kept as another copy."""
    if not yes and asking.someone_there() and not asking.agreed(f"Replace every memory by those of {path}?"):
        return 1
    with front() as ctx:
        try:
            kept = ctx.backups.restore(path)
        except StoreCorrupt as error:  # it speaks of the file that was named, not of the store
            raise InvalidInput(
                f"Cannot restore {path}: {error.message}",
                hint="Name a copy that `contextfs backup create` made; they lie in the data directory under backups/.",
            ) from error
    render.did(
        form,
        text=lambda: f"Restored {path}. What was there: {kept}",
        document=lambda: {"restored": path, "kept": kept},
    )
    return 0
