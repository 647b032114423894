"""contextfs recall."""

from __future__ import annotations

from collections.abc import Sequence

import click

from contextfs.cli import blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb
from contextfs.domain.memory import Memory
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
    if raw:
        render.raw("\n".join(memory.content for memory in memories))
        return
    shown = [_document(memory, linked[at] if linked else None) for at, memory in enumerate(memories)]
    render.show(
        form,
        text=lambda: _text(memories, linked),
        document=lambda: shown[0] if len(shown) == 1 else shown,
        rows=lambda: shown,
    )


def _document(memory: Memory, links: Links | None) -> documents.Document:
    return {**documents.memory(memory), **({"links": documents.plain(links)} if links else {})}


def _text(memories: Sequence[Memory], linked: Sequence[Links]) -> str:
    texts = [blocks.whole(memory) for memory in memories]
    texts = [text + blocks.links(linked[at]) for at, text in enumerate(texts)] if linked else texts
    return "\n\n".join(texts)
