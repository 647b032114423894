"""contextfs onboard."""

from __future__ import annotations

import click

from contextfs.cli import documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb


@verb(
    "onboard",
    "contextfs onboard",
    "contextfs onboard --project api-platform",
    cls=Verb,
)
@click.option(
    "--project",
    default="",
    shell_complete=suggest.projects,
    metavar="NAME",
    help="Of this project, in every namespace.",
)
@options.as_json
def onboard(project: str, form: str) -> None:
    """Print what somebody who is new should know.

    One Markdown document for five days: architecture and stack, setup, key decisions, common errors, code patterns,
    and what nobody has written down yet with the command that would add it.
    """
    with front() as ctx:
        found = ctx.onboard(project)
    if form == "text":
        render.raw(found.text)
    else:
        render.show(form, text=lambda: found.text, document=lambda: documents.plain(found))
