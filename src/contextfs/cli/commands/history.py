"""contextfs log, diff, restore and undo."""

from __future__ import annotations

import click

from contextfs.cli import blocks, documents, options, outcome, render, reports, suggest
from contextfs.cli.front import front
from contextfs.cli.group import verb

_AT = click.option("--at", metavar="REV", help="The revision: its number in the log, or its id.")


@verb("log", "contextfs log", "contextfs log --limit 50 --jsonl", "contextfs log 3f9c12ab")
@click.argument("memory_id", metavar="[MEMORY_ID]", required=False, shell_complete=suggest.ids)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, options.MOST),
    metavar="N",
    default=20,
    show_default=True,
    help="How many at most.",
)
@options.as_rows
def log(memory_id: str | None, limit: int, form: str) -> None:
    """Show what was done, or the revisions of one memory; newest first."""
    with front() as ctx:
        found = ctx.history(memory_id)[::-1][:limit] if memory_id else ctx.log(limit)
    rows = [documents.revision(each) for each in found]
    render.show(
        form,
        text=lambda: (
            "\n".join(reports.revision(each, blocks.now()) for each in found) or "Nothing was done yet."
        ),
        document=lambda: {"revisions": rows},
        rows=lambda: rows,
    )


@verb("diff", "contextfs diff 3f9c12ab", "contextfs diff 3f9c12ab --at 2")
@options.memory_id()
@_AT
@options.as_json
def diff(memory_id: str, at: str | None, form: str) -> None:
    """Show what a revision changed, the last one unless --at names another."""
    with front() as ctx:
        text = ctx.diff(memory_id, at=at)
    render.show(
        form,
        text=lambda: reports.difference(text) or "No difference.",
        document=lambda: {"id": memory_id, "at": at, "diff": text},
    )


@verb("restore", "contextfs restore 3f9c12ab", "contextfs restore 3f9c12ab --at 2")
@options.memory_id()
@_AT
@options.as_json
def restore(memory_id: str, at: str | None, form: str) -> None:
    """Bring back a deleted memory or an earlier revision.

    Without --at a deleted memory comes back, and any other becomes what it was before its last change.
    """
    with front() as ctx:
        memory = ctx.restore(memory_id, at=at)
    outcome.done(form, "Restored", memory)


@verb("undo", "contextfs undo")
@options.as_json
def undo(form: str) -> None:
    """Take back the last thing done here; undo again for the one before.

    What somebody else has changed since is left as it is.
    """
    with front() as ctx:
        undone = ctx.undo()
    render.did(form, text=lambda: reports.undone(undone), document=lambda: documents.undone(undone))
