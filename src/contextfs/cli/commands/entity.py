"""contextfs entity."""

from __future__ import annotations

import click

from contextfs.cli import documents, knowledge, options, render
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry

_HERE = "contextfs.cli.commands.entity:"
entity = LazyGroup(
    "entity",
    help="The named things that memories are about. AuthService, auth_service and src/auth/auth_service.py are one.",
    examples=("contextfs entity list", "contextfs entity show AuthService"),
    table={
        "list": Entry(_HERE + "listing", "List what memories name, the most named first.", "Commands"),
        "show": Entry(_HERE + "show", "Show everything that is known of one entity.", "Commands"),
        "merge": Entry(_HERE + "merge", "Say that two names mean one entity.", "Commands"),
        "rename": Entry(_HERE + "rename", "Call an entity by another name.", "Commands"),
    },
)


@verb("list", "contextfs entity list", "contextfs entity list --type class --json")
@click.option("-n", "--limit", type=click.IntRange(1, options.MOST), default=30, show_default=True)
@click.option(
    "--type", "kind", default="", metavar="TYPE", help="Only those of this type, such as class or file."
)
@options.as_rows
def listing(limit: int, kind: str, form: str) -> None:
    """List what memories name, the most named first."""
    with front() as ctx:
        found = ctx.entities.list(limit, kind)
    render.show(
        form,
        text=lambda: knowledge.listing(found),
        document=lambda: documents.plain(found),
        rows=lambda: map(documents.plain, found),
    )


@verb("show", "contextfs entity show AuthService", 'contextfs entity show "redis cluster" --json')
@click.argument("name", nargs=-1, required=True)
@options.as_json
def show(name: tuple[str, ...], form: str) -> None:
    """Show everything that is known of one entity: notes as they grew, decisions, relations, memories."""
    with front() as ctx:
        found = ctx.entities.show(" ".join(name))
    render.show(form, text=lambda: knowledge.whole(found), document=lambda: knowledge.document(found))


@verb("merge", "contextfs entity merge AuthService LoginService")
@click.argument("name")
@click.argument("other")
@options.as_json
def merge(name: str, other: str, form: str) -> None:
    """Say that two names mean one entity, called by the first. `contextfs undo` takes it back."""
    with front() as ctx:
        found = ctx.entities.merge(name, other)
    render.did(
        form,
        text=lambda: f"{other} is now {found.name}: {knowledge.counted(found)}.",
        document=lambda: knowledge.document(found),
    )


@verb("rename", "contextfs entity rename auth_svc AuthService --type service")
@click.argument("name")
@click.argument("new")
@click.option("--type", "kind", default="", metavar="TYPE", help="Say also what it is.")
@options.as_json
def rename(name: str, new: str, kind: str, form: str) -> None:
    """Call an entity by another name; the old one still finds it. `contextfs undo` takes it back."""
    with front() as ctx:
        found = ctx.entities.rename(name, new, kind)
    render.did(
        form,
        text=lambda: f"{name} is now called {found.name}: {knowledge.counted(found)}.",
        document=lambda: knowledge.document(found),
    )
