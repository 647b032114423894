"""contextfs verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, blocks, freshness, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb

if TYPE_CHECKING:
    from contextfs.domain.freshness import Fix


@verb(
    "verify",
    "contextfs verify",
    "contextfs verify 3f9c12ab --json",
    "contextfs verify --all",
    "contextfs verify --fix",
    cls=Verb,
)
@click.argument("ids", metavar="[MEMORY_ID]...", nargs=-1, shell_complete=suggest.ids)
@click.option("--all", "everything", is_flag=True, help="Also those whose code stands as it did.")
@click.option("--fix", is_flag=True, help="Propose citations that are right again, and ask about each.")
@options.yes
@options.as_rows
def verify(ids: tuple[str, ...], *, everything: bool, fix: bool, yes: bool, form: str) -> None:
    """Find memories whose code has changed.

    The files, lines and symbols that memories of this repository name are read again: moved, changed or gone, with
    the commits that made them so. --fix gives what moved its new place, and asks of what changed whether the memory
    still holds; with --yes only the former. `contextfs undo` takes it back. The exit code is 1 if one of the memories
    could not be looked at from here.
    """
    with front() as ctx:
        found = ctx.verify(ids, all=everything)
        fixed = ctx.fix(_agreed(ctx.fixes(found), yes=yes)) if fix else []
    render.show(
        form,
        text=lambda: freshness.report(found, fixed, fix=fix, named=bool(ids)),
        document=lambda: freshness.document(found, fixed, fix=fix),
        rows=lambda: map(freshness.row, found),
    )
    if any(one.unread for one in found):
        click.get_current_context().exit(1)


def _agreed(fixes: Sequence[Fix], *, yes: bool) -> list[Fix]:
    """Those that are certain, where nobody is asked; else those that somebody says yes to."""
    if yes:
        return [one for one in fixes if one.certain]
    if fixes and not asking.someone_there():
        raise click.UsageError("Nobody is there to be asked: add --yes to give what moved its new place.")
    return [one for one in fixes if click.confirm(f"{blocks.name(one.memory)}\n{one.question}", err=True)]
