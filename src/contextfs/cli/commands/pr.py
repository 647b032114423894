"""contextfs pr."""

from __future__ import annotations

import click

from contextfs.cli import options, render, reviews
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb


@verb(
    "pr",
    "contextfs pr",
    "contextfs pr main..HEAD",
    "contextfs pr v1.2..v1.3 --full",
    "contextfs pr --full",
    cls=Verb,
)
@click.argument("span", metavar="[BASE..HEAD]", required=False, default="")
@click.option(
    "-n", "--limit", type=click.IntRange(1, 100), default=15, show_default=True, help="Memories at most."
)
@click.option("--full", is_flag=True, help="Show the whole content of each memory.")
@options.as_json
def pr(span: str, limit: int, *, full: bool, form: str) -> None:
    """Print the memories that matter to a change, for its review.

    They are found by the symbols and files that it touches, by its commits and its branch, and by what its messages
    say, and stand in sections by why they matter. Without a range it is all that goes beyond the default branch,
    committed or not.
    """
    with front() as ctx:
        found = ctx.pr(span, limit=limit)
    render.show(form, text=lambda: reviews.report(found, full=full), document=lambda: reviews.document(found))
