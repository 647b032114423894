"""contextfs cleanup."""

from __future__ import annotations

from collections.abc import Sequence

import click

from contextfs.cli import asking, blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.cli.values import type_name
from contextfs.domain.memory import Memory


@verb(
    "cleanup",
    "contextfs cleanup --older-than 180 --type episodic --dry-run",
    "contextfs cleanup --older-than 365 --type error --yes",
)
@click.option(
    "-d",
    "--days",
    "--older-than",
    "older_than",
    type=click.FloatRange(0),
    required=True,
    metavar="DAYS",
    help="Delete what was saved longer ago than this.",
)
@click.option(
    "-t",
    "--type",
    type=type_name,
    metavar="TYPE",
    shell_complete=suggest.types,
    help="Only memories of this type.",
)
@click.option(
    "--namespace",
    shell_complete=suggest.namespaces,
    metavar="NAME",
    help="In this namespace instead of the current one.",
)
@click.option("--all", "everywhere", is_flag=True, help="In every namespace.")
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@options.yes
@options.as_rows
def cleanup(
    older_than: float,
    type: str | None,
    namespace: str | None,
    *,
    everywhere: bool,
    dry_run: bool,
    yes: bool,
    form: str,
) -> int:
    """Delete memories older than some days.

    Asks first where somebody can answer; `contextfs undo` brings them all back.
    """
    options.check_scope(namespace, everywhere=everywhere)
    with front() as ctx:
        ask = not yes and not dry_run and asking.someone_there()
        found = ctx.cleanup(older_than, type, dry_run=dry_run or ask, namespace=namespace, all=everywhere)
        if ask and found:
            if not asking.agreed(f"{blocks.names(found)}\nDelete these {len(found)}?"):
                return 1
            found = ctx.cleanup(older_than, type, namespace=namespace, all=everywhere)
    _show(found, form, dry_run=dry_run)
    return 0


def _show(found: Sequence[Memory], form: str, *, dry_run: bool) -> None:
    memories = [documents.memory(each) for each in found]
    render.did(
        form,
        text=lambda: _text(found, dry_run=dry_run),
        document=lambda: {"deleted": not dry_run, "memories": memories},
        rows=lambda: memories,
        line=-1,
    )


def _text(found: Sequence[Memory], *, dry_run: bool) -> str:
    if not found:
        return "Nothing is that old."
    count = f"{len(found)} memor{'y' if len(found) == 1 else 'ies'}"
    after = (
        f"Would delete {count}; nothing was changed."
        if dry_run
        else f"Deleted {count}; `contextfs undo` brings them back."
    )
    return f"{blocks.names(found)}\n{after}"
