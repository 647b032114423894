"""contextfs git-event, which git's hooks call: it never fails and never says a word."""

from __future__ import annotations

import os
import sys

import click

from contextfs.api.pausing import paused
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.errors import ContextFSError

_LOG = "git.log"
_ENOUGH = 200_000
"""Bytes after which the log begins anew."""


@verb(
    "git-event", "contextfs git-event post-commit 3f9c12ab", context_settings={"ignore_unknown_options": True}
)
@click.argument("event", type=click.Choice(("post-commit", "post-merge", "post-rewrite")))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def git_event(event: str, arguments: tuple[str, ...]) -> None:
    """Save what a commit decided or fixed; run by the hooks that `contextfs install git` puts there."""
    try:
        _handle(event, arguments)
    except (
        ContextFSError,
        OSError,
        ValueError,
    ) as error:  # a commit is never disturbed by what we failed to do
        _note(f"{event} {' '.join(arguments)}: {type(error).__name__}: {error}")


def _handle(event: str, arguments: tuple[str, ...]) -> None:
    given = sys.stdin.read() if event == "post-rewrite" and sys.stdin else ""
    with front() as ctx:
        if not paused(ctx.settings.data_dir, ctx.workspace.cwd):
            ctx.committed(event, arguments, given)


def _note(line: str) -> None:
    """Leave a line in the log, for whoever looks why a commit was not saved."""
    from contextfs.settings import Settings, make_private

    try:
        folder = os.path.join(Settings().data_dir, "logs")
        make_private(folder)
        path = os.path.join(folder, _LOG)
        full = os.path.exists(path) and os.path.getsize(path) > _ENOUGH
        with open(path, "w" if full else "a", encoding="utf-8") as file:
            file.write(line + "\n")
    except (ContextFSError, OSError):
        return
