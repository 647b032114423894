"""contextfs merge and split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, blocks, documents, options, render, suggest
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.tending import Merge, Split

_RULE = "\n\n---\n\n"


@verb(
    "merge",
    "contextfs merge 3f9c12ab 7aa01c22 --dry-run",
    "contextfs merge 3f9c12ab 7aa01c22 --into 7aa01c22",
    "contextfs merge 3f9c12ab 7aa01c22 --edit",
    cls=Verb,
)
@click.argument("ids", metavar="ID ID...", nargs=-1, required=True, shell_complete=suggest.ids)
@click.option("--into", metavar="ID", default="", help="The one that is kept; by default the first.")
@click.option("--content", metavar="TEXT", help="Its text from now on; - reads it from standard input.")
@click.option("--join", is_flag=True, help="Add to its text the paragraphs that only the others have.")
@click.option("--edit", is_flag=True, help="Write its text in an editor, from what all of them say.")
@options.dry_run
@click.option("--allow-secret", is_flag=True, help="Save it although it looks like it holds a secret.")
@options.as_json
def merge(
    ids: tuple[str, ...],
    into: str,
    content: str | None,
    *,
    join: bool,
    edit: bool,
    dry_run: bool,
    allow_secret: bool,
    form: str,
) -> None:
    """Make one memory of several.

    It takes over the tags, files and metadata of the others. They are superseded by it: they stay readable, with their
    history, and rank below. `contextfs undo` takes it back.
    """
    if sum((content is not None, join, edit)) > 1:
        raise click.UsageError("--content, --join and --edit exclude each other.")
    text = asking.piped() if content == "-" else content
    with front() as ctx:
        if edit:
            before = ctx.merge(*ids, into=into, join=True, dry_run=True).kept.content
            with asking.reworded(before, f"contextfs merge {' '.join(ids)} --content -") as after:
                done = ctx.merge(
                    *ids, into=into, content=after or before, dry_run=dry_run, allow_secret=allow_secret
                )
        else:
            done = ctx.merge(
                *ids, into=into, content=text, join=join, dry_run=dry_run, allow_secret=allow_secret
            )
    render.did(
        form, text=lambda: _merged(done, dry_run=dry_run), document=lambda: _merge(done, dry_run=dry_run)
    )


def _merged(done: Merge, *, dry_run: bool) -> str:
    word = "Would become" if dry_run else "Merged into"
    first = f"{word} {blocks.name(done.kept)}"
    said = [f"  replaces {blocks.name(one)}" for one in done.replaced]
    if dry_run:
        return "\n".join([first, *said, "", blocks.block(done.kept, full=True), "", "Nothing was changed."])
    return "\n".join([first, *said, "`contextfs undo` takes it back."])


def _merge(done: Merge, *, dry_run: bool) -> documents.Document:
    return {
        "dry_run": dry_run,
        "kept": documents.memory(done.kept),
        "replaced": [documents.memory(one) for one in done.replaced],
    }


@verb("split", "contextfs split 3f9c12ab --dry-run", "contextfs split 3f9c12ab --edit", cls=Verb)
@options.memory_id()
@click.option("--edit", is_flag=True, help="Say in an editor where it is cut, by lines of three dashes.")
@options.dry_run
@click.option("--allow-secret", is_flag=True, help="Save them although they look like they hold a secret.")
@options.as_json
def split(memory_id: str, *, edit: bool, dry_run: bool, allow_secret: bool, form: str) -> None:
    """Make several memories of one.

    Each paragraph becomes one, or each part between lines of three dashes where it has such lines. Every part keeps
    tags, files, metadata and where it came from; the memory itself stays readable and names its parts.
    `contextfs undo` takes it back.
    """
    with front() as ctx:
        done = _split(ctx, memory_id, edit=edit, dry_run=dry_run, allow_secret=allow_secret)
    render.did(
        form,
        text=lambda: _parted(done, dry_run=dry_run),
        document=lambda: {
            "dry_run": dry_run,
            "original": documents.memory(done.original),
            "parts": [documents.memory(one) for one in done.parts],
        },
    )


def _split(ctx: ContextFS, given: str, *, edit: bool, dry_run: bool, allow_secret: bool) -> Split:
    if not edit:
        return ctx.split(given, dry_run=dry_run, allow_secret=allow_secret)
    before = _proposed(ctx, given)
    with asking.reworded(before, f"contextfs update {given} -") as after:
        parts = _parts(after or before)
        return ctx.split(given, parts, dry_run=dry_run, allow_secret=allow_secret)


def _proposed(ctx: ContextFS, given: str) -> str:
    """The text with a line of dashes where it would be cut; as it is where it would not."""
    from contextfs.errors import InvalidInput

    try:
        return _RULE.join(one.content for one in ctx.split(given, dry_run=True).parts) + "\n"
    except InvalidInput:
        return ctx.recall(given).content


def _parts(text: str) -> Sequence[str]:
    return [part for part in f"\n{text}\n".split("\n---\n") if part.strip()]


def _parted(done: Split, *, dry_run: bool) -> str:
    first = f"{'Would split' if dry_run else 'Split'} {blocks.name(done.original)} into {len(done.parts)}:"
    last = "Nothing was changed." if dry_run else "`contextfs undo` takes it back."
    return "\n".join([first, *(f"  {blocks.name(one)}" for one in done.parts), last])
