"""contextfs stats."""

from __future__ import annotations

import click

from contextfs.cli import documents, options, render, suggest, tending
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb


@verb("stats", "contextfs stats", "contextfs stats --weeks 52 --all", "contextfs stats --json", cls=Verb)
@click.option("--weeks", type=click.IntRange(1, 520), default=12, show_default=True, help="How far back.")
@click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME", help="Only this namespace.")
@click.option("--all", "everywhere", is_flag=True, help="Every namespace.")
@options.as_json
def stats(weeks: int, namespace: str | None, *, everywhere: bool, form: str) -> None:
    """Show what is there, how it grows and what is read.

    What was found, read and given to assistants is noted on this machine only, since the ledger began.
    """
    options.check_scope(namespace, everywhere=everywhere)
    with front() as ctx:
        found = ctx.stats(weeks, namespace=namespace, all=everywhere)
    render.show(
        form,
        text=lambda: tending.stats(found),
        document=lambda: {
            **documents.plain(found),
            "most_used": [
                {**documents.plain(one), "memory": documents.memory(one.memory)} for one in found.most_used
            ],
        },
    )
