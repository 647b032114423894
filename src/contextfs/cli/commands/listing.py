"""contextfs list."""

from __future__ import annotations

import click

from contextfs.cli import blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.cli.options import Wanted
from contextfs.cli.unseen import unseen


@verb(
    "list",
    "contextfs list --limit 50",
    "contextfs list --type decision --since 30d",
    "contextfs list --tags deprecated --all --jsonl",
)
@options.filters
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, options.MOST),
    metavar="N",
    default=20,
    show_default=True,
    help="How many at most.",
)
@click.option(
    "--offset",
    type=click.IntRange(0, options.FARTHEST),
    metavar="N",
    default=0,
    help="Leave out this many of the newest.",
)
@options.as_rows
def listing(wanted: Wanted, limit: int, offset: int, form: str) -> None:
    """List memories, newest first.

    Lists the current repository's namespace and global; --project, --repo and --all list every namespace. The last
    line says how many more there are.
    """
    with front() as ctx:
        query = wanted.query(ctx, limit=limit, offset=offset)
        found = ctx.listing(query)
        more = unseen(ctx, query) if form == "text" and not found.total else []
    render.show(
        form,
        text=lambda: "\n".join([blocks.listing(found, offset), *more]),
        document=lambda: documents.listing(found),
        rows=lambda: documents.listed(found),
    )
