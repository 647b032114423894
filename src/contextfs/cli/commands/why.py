"""contextfs why."""

from __future__ import annotations

import click

from contextfs.cli import options, places, render
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb


@verb(
    "why",
    "contextfs why src/auth/token.py",
    "contextfs why src/auth/token.py:41-60",
    "contextfs why src/auth/token.py::TokenManager.refresh",
    "contextfs why src/auth --json",
    cls=Verb,
)
@click.argument("place", metavar="PATH[:LINE|:START-END|::SYMBOL]")
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, options.MOST),
    default=5,
    show_default=True,
    help="Memories at most.",
)
@click.option("--full", is_flag=True, help="Show the whole content of each memory, and every commit.")
@options.as_json
def why(place: str, limit: int, *, full: bool, form: str) -> None:
    """Explain a piece of code by what was recorded and committed.

    The lines are blamed, their commits followed to the memories that were saved on them, on their branches and in the
    same sessions; memories that name the file, its earlier names or its symbols are added. Each memory says what
    connects it. Where nothing was recorded, the commits are shown.
    """
    with front() as ctx:
        found = ctx.why(place, limit=limit)
    render.show(
        form, text=lambda: places.explanation(found, full=full), document=lambda: places.document(found)
    )
