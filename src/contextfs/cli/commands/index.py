"""contextfs index: the repository index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, code, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.indexed import Indexed

_HERE = "contextfs.cli.commands.index:"
_PAUSE = 2.0
"""Seconds between two looks at a watched working tree."""


index = LazyGroup(
    "index",
    usual="run",
    help="Make the code and the history of a repository searchable beside memories. Nothing is indexed unasked.",
    examples=(
        "contextfs index",
        "contextfs index ../service --commits 5000",
        "contextfs index --force",
        "contextfs index status",
    ),
    table={
        "run": Entry(_HERE + "run", "Index what git tracks; the word `run` may be left out.", "Commands"),
        "status": Entry(_HERE + "status", "Show what is indexed here and what is not.", "Commands"),
        "list": Entry(_HERE + "listing", "List the working trees that are indexed.", "Commands"),
        "clear": Entry(_HERE + "clear", "Forget an index; files and memories stay.", "Commands"),
    },
)


@verb("run", "contextfs index", "contextfs index --watch", "contextfs index --force")
@click.argument("path", default="")
@click.option("--force", is_flag=True, help="Make everything anew, the vectors of memories too.")
@click.option(
    "--commits",
    type=click.IntRange(0, 1_000_000),
    metavar="N",
    help="How many commits back; 1,000 by default, 0 for none.",
)
@click.option("--watch", is_flag=True, help="Go on: index what changes until Ctrl-C.")
@options.as_json
def run(path: str, commits: int | None, *, force: bool, watch: bool, form: str) -> None:
    """Index what git tracks in the repository of PATH, by default the current one.

    Only what is new is read. Left out is what .gitignore and .contextfsignore name, what is binary, generated,
    vendored or a lock file, and every file that seems to hold a secret. Outside a repository --force makes the vectors
    of the memories anew.
    """
    with front() as ctx:
        found = _run(ctx, path, commits, force=force)
        render.did(form, text=lambda: code.indexed(found), document=lambda: documents.plain(found))
        if watch:
            _watch(ctx, path, commits, form)


def _watch(ctx: ContextFS, path: str, commits: int | None, form: str) -> None:
    try:
        while True:
            time.sleep(_PAUSE)
            ctx.look_again()
            again = ctx.index(path, commits=commits)
            if not again.unchanged:
                render.did(form, text=lambda: code.indexed(again), document=lambda: documents.plain(again))  # noqa: B023 - printed at once
    except KeyboardInterrupt:  # that is how one ends it, and nothing was aborted
        raise click.exceptions.Exit(130) from None


def _run(ctx: ContextFS, path: str, commits: int | None, *, force: bool) -> Indexed:
    with render.progress("Indexing") as progress:
        return ctx.index(path, force=force, commits=commits, progress=progress)


@verb("status", "contextfs index status", "contextfs index status --json")
@click.argument("path", default="")
@options.as_json
def status(path: str, form: str) -> None:
    """Show how far the repository of PATH is indexed, and what was left out and why."""
    with front() as ctx:
        found = ctx.indexes.status(path)
    render.show(form, text=lambda: code.status(found), document=lambda: documents.plain(found))


@verb("list", "contextfs index list")
@options.as_rows
def listing(form: str) -> None:
    """List the working trees that are indexed."""
    with front() as ctx:
        found = ctx.indexes.list()
    render.show(
        form,
        text=lambda: code.listing(found),
        document=lambda: documents.plain(found),
        rows=lambda: map(documents.plain, found),
    )


@verb("clear", "contextfs index clear", "contextfs index clear --all --yes")
@click.argument("path", default="")
@click.option("--all", "everything", is_flag=True, help="Every index there is.")
@options.yes
@options.as_json
def clear(path: str, *, everything: bool, yes: bool, form: str) -> None:
    """Forget the index of the repository of PATH; its files and the memories stay as they are."""
    with front() as ctx:
        what = "every index" if everything else f"the index of {path or 'this repository'}"
        if not yes and form == "text" and asking.someone_there() and not asking.agreed(f"Forget {what}?"):
            raise click.Abort
        count = ctx.indexes.clear(path, all=everything)
    trees = "1 working tree" if count == 1 else f"{count} working trees"
    render.did(
        form,
        text=lambda: f"Forgot the index of {trees}." if count else "Nothing was indexed here.",
        document=lambda: {"cleared": count},
    )
