"""contextfs tags list, rename and merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry

if TYPE_CHECKING:
    from contextfs.domain.tending import Retagged, TagInfo

_HERE = "contextfs.cli.commands.tags:"
tags = LazyGroup(
    "tags",
    help="The tags of all memories, and how they become one word each.",
    examples=("contextfs tags list --near", "contextfs tags merge db postgres --into database"),
    usual="list",
    table={
        "list": Entry(_HERE + "list_", "List the tags in use, the most used first.", "Commands"),
        "rename": Entry(_HERE + "rename", "Give a tag another name everywhere.", "Commands"),
        "merge": Entry(_HERE + "merge", "Replace tags by one everywhere.", "Commands"),
    },
)
_NAMESPACE = click.option(
    "--namespace", shell_complete=suggest.namespaces, metavar="NAME", help="Only in this namespace."
)


@verb("list", "contextfs tags list", "contextfs tags list --near", "contextfs tags list --json")
@click.option("-n", "--limit", type=click.IntRange(1, options.MOST), default=100, show_default=True)
@click.option("--near", is_flag=True, help="Only those that another tag resembles.")
@_NAMESPACE
@options.as_rows
def list_(limit: int, namespace: str | None, *, near: bool, form: str) -> None:
    """List the tags in use, the most used first, each with those that are probably the same word."""
    with front() as ctx:
        found = ctx.tags.list(limit, namespace=namespace, near=near)
    rows = [documents.plain(one) for one in found]
    render.show(
        form, text=lambda: _table(found, near=near), document=lambda: {"tags": rows}, rows=lambda: rows
    )


def _table(found: Sequence[TagInfo], *, near: bool) -> str:
    if not found:
        return "No two tags resemble each other." if near else "No memory has a tag."
    cells = [
        (
            str(one.memories),
            render.visible(one.name),
            render.paint(f"like {', '.join(one.near)}", "dim") if one.near else "",
        )
        for one in found
    ]
    return blocks.table(cells)


@verb("rename", "contextfs tags rename postgres postgresql", "contextfs tags rename wip draft --dry-run")
@click.argument("old", shell_complete=suggest.tags)
@click.argument("new")
@_NAMESPACE
@options.dry_run
@options.as_json
def rename(old: str, new: str, namespace: str | None, *, dry_run: bool, form: str) -> None:
    """Give a tag another name on every memory that has it; `contextfs undo` takes it back."""
    with front() as ctx, render.progress("Renaming") as bar:
        done = ctx.tags.rename(old, new, namespace=namespace, dry_run=dry_run, progress=bar)
    _show(done, form, dry_run=dry_run)


@verb(
    "merge",
    "contextfs tags merge db postgres --into database",
    "contextfs tags merge tests --into test --dry-run",
)
@click.argument("old", nargs=-1, required=True, shell_complete=suggest.tags)
@click.option(
    "--into", required=True, metavar="TAG", shell_complete=suggest.tags, help="The tag that is kept."
)
@_NAMESPACE
@options.dry_run
@options.as_json
def merge(old: tuple[str, ...], into: str, namespace: str | None, *, dry_run: bool, form: str) -> None:
    """Replace tags by one on every memory that has any of them; `contextfs undo` takes it back."""
    with front() as ctx, render.progress("Merging") as bar:
        done = ctx.tags.merge(*old, into=into, namespace=namespace, dry_run=dry_run, progress=bar)
    _show(done, form, dry_run=dry_run)


def _show(done: Retagged, form: str, *, dry_run: bool) -> None:
    render.did(
        form,
        text=lambda: _text(done, dry_run=dry_run),
        document=lambda: {"dry_run": dry_run, **documents.plain(done)},
    )


def _text(done: Retagged, *, dry_run: bool) -> str:
    count = f"{done.memories} memor{'y' if done.memories == 1 else 'ies'}"
    what = f"{', '.join(done.old)} → {done.new}"
    first = f"Would change {count}: {what}" if dry_run else f"Changed {count}: {what}"
    left = f"{len(done.left)} records keep it: it follows from their fields."
    last = "Nothing was changed." if dry_run else "`contextfs undo` takes it back."
    return "\n".join([first, *([left] if done.left else []), last])
