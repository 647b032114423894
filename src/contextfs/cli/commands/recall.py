"""contextfs recall."""

from __future__ import annotations

from collections.abc import Sequence

import click

from contextfs.cli import blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb
from contextfs.domain.freshness import Freshness
from contextfs.domain.status import Links


@verb(
    "recall",
    "contextfs recall 3f9c12ab",
    "contextfs recall 3f9c12ab 7aa01c22 --jsonl",
    "contextfs recall 3f9c12ab --raw > decision.md",
    cls=Verb,
)
@click.argument("ids", metavar="MEMORY_ID...", nargs=-1, required=True, shell_complete=suggest.ids)
@click.option("--raw", is_flag=True, help="Print the content alone, exactly as it was saved.")
@click.option("--links", is_flag=True, help="Show the files, symbols and memories it is connected with.")
@options.as_rows
def recall(ids: tuple[str, ...], *, raw: bool, links: bool, form: str) -> None:
    """Show memories whole, by id.

    MEMORY_ID is the id, or six or more of its first characters. With --json, one id gives an object and several
    give an array.
    """
    if raw and (links or form != "text"):
        raise click.UsageError("--raw prints the content alone: leave out --links, --json and --jsonl.")
    with front() as ctx:
        memories = [ctx.recall(each) for each in ids]
        linked = [ctx.links(memory.id) for memory in memories] if links else []
        told = [] if raw else ctx.verify([memory.id for memory in memories])
    if raw:
        render.raw("\n".join(memory.content for memory in memories))
        return
    shown = [_document(about, linked[at] if linked else None) for at, about in enumerate(told)]
    render.show(
        form,
        text=lambda: _text(told, linked),
        document=lambda: shown[0] if len(shown) == 1 else shown,
        rows=lambda: shown,
    )


def _document(about: Freshness, links: Links | None) -> documents.Document:
    linked = {"links": documents.plain(links)} if links else {}
    return {**documents.memory(about.memory), **documents.marked(about.marks), **linked}


def _text(told: Sequence[Freshness], linked: Sequence[Links]) -> str:
    texts = [blocks.whole(about.memory, about.marks) for about in told]
    texts = [text + blocks.links(linked[at]) for at, text in enumerate(texts)] if linked else texts
    return "\n\n".join(texts)
