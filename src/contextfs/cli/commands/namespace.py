"""contextfs namespace list, rename and merge."""

from __future__ import annotations

from collections.abc import Sequence

import click

from contextfs.cli import blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry
from contextfs.domain.status import NamespaceInfo

_HERE = "contextfs.cli.commands.namespace:"
namespace = LazyGroup(
    "namespace",
    help="List, rename and merge namespaces. Each git repository has one, and global is shared by all.",
    examples=("contextfs namespace list",),
    table={
        "list": Entry(_HERE + "list_", "Show the namespaces and what each holds.", "Commands"),
        "rename": Entry(_HERE + "rename", "Give a namespace another name.", "Commands"),
        "merge": Entry(_HERE + "merge", "Move every memory of one namespace into another.", "Commands"),
    },
)


def _argument(name: str) -> click.Argument:
    return click.Argument([name], shell_complete=suggest.namespaces)


@verb("list", "contextfs namespace list")
@options.as_rows
def list_(form: str) -> None:
    """Show the namespaces and what each holds; * marks the current one."""
    with front() as ctx:
        found = ctx.namespaces.list()
    rows = [documents.plain(each) for each in found]
    render.show(form, text=lambda: _table(found), document=lambda: {"namespaces": rows}, rows=lambda: rows)


@verb(
    "rename",
    "contextfs namespace rename repo-0123456789ab team-project-x",
    params=[_argument("old"), _argument("new")],
)
@options.as_json
def rename(old: str, new: str, form: str) -> None:
    """Give a namespace another name; its memories move along."""
    with front() as ctx:
        moved = ctx.namespaces.rename(old, new)
    render.did(
        form,
        text=lambda: f"Renamed {old} to {new}: {moved} memories.",
        document=lambda: _moved(old, new, moved),
    )


@verb(
    "merge",
    "contextfs namespace merge repo-0123456789ab global",
    params=[_argument("source"), _argument("into")],
)
@options.as_json
def merge(source: str, into: str, form: str) -> None:
    """Move every memory of SOURCE into INTO."""
    with front() as ctx:
        moved = ctx.namespaces.merge(source, into)
    render.did(
        form,
        text=lambda: f"Moved {moved} memories from {source} to {into}.",
        document=lambda: _moved(source, into, moved),
    )


def _moved(source: str, into: str, moved: int) -> documents.Document:
    return {"from": source, "to": into, "moved": moved}


def _table(found: Sequence[NamespaceInfo]) -> str:
    rows = [
        ("*" if each.current else " ", each.name, str(each.memories), ", ".join(each.repos)) for each in found
    ]
    return render.visible(blocks.table(rows)) if rows else "No memories anywhere yet."
