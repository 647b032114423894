"""contextfs supersede, deprecate and archive."""

from __future__ import annotations

import click

from contextfs.cli import options, outcome, suggest
from contextfs.cli.front import front
from contextfs.cli.group import verb


@verb("supersede", "contextfs supersede 3f9c12ab 7aa01c22")
@options.memory_id("old")
@options.memory_id("new")
@options.as_json
def supersede(old: str, new: str, form: str) -> None:
    """Mark a memory as replaced by another.

    OLD stays readable, ranks lower in search and names NEW.
    """
    with front() as ctx:
        memory = ctx.supersede(old, new)
    outcome.done(form, f"Superseded {old}; read instead", memory)


@verb("deprecate", "contextfs deprecate 3f9c12ab", "contextfs deprecate 3f9c12ab --see 7aa01c22")
@options.memory_id()
@click.option("--see", metavar="ID", shell_complete=suggest.ids, help="The memory that holds instead.")
@options.as_json
def deprecate(memory_id: str, see: str | None, form: str) -> None:
    """Mark a memory as no longer valid; search ranks it lower and says so."""
    with front() as ctx:
        memory = ctx.deprecate(memory_id, see=see)
    outcome.done(form, "Deprecated", memory)


@verb("archive", "contextfs archive 3f9c12ab")
@options.memory_id()
@options.as_json
def archive(memory_id: str, form: str) -> None:
    """Take a memory out of search but keep it.

    `--status archived` finds it, and `contextfs update ID --status active` takes it back.
    """
    with front() as ctx:
        memory = ctx.archive(memory_id)
    outcome.done(form, "Archived", memory)
