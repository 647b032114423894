"""contextfs feedback."""

from __future__ import annotations

import click

from contextfs.cli import blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb


@verb("feedback", "contextfs feedback 3f9c12ab useful", "contextfs feedback 3f9c12ab wrong", cls=Verb)
@options.memory_id()
@click.argument("said", type=click.Choice(("useful", "wrong")), metavar="useful|wrong")
@options.dry_run
@options.as_json
def feedback(memory_id: str, said: str, *, dry_run: bool, form: str) -> None:
    """Say that a memory was useful, or is wrong.

    What is wrong comes into the review queue until its text changes; how results rank stays as it is.
    `contextfs undo` takes it back.
    """
    with front() as ctx:
        done = ctx.feedback(memory_id, said, dry_run=dry_run)
    after = "" if done.said == "useful" else ": contextfs review shows it"
    word = "Would note" if dry_run else "Noted"
    render.did(
        form,
        text=lambda: f"{word} as {done.said}{after}\n{blocks.name(done.memory)}",
        document=lambda: {"dry_run": dry_run, "said": done.said, "memory": documents.memory(done.memory)},
    )
