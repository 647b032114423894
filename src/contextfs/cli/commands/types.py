"""contextfs types."""

from __future__ import annotations

import click

from contextfs.cli import blocks, options, render, suggest
from contextfs.cli.documents import Document
from contextfs.cli.group import verb
from contextfs.cli.values import type_name
from contextfs.domain.memory_types import MemoryType


@verb("types", "contextfs types", "contextfs types decision")
@click.argument("name", metavar="[TYPE]", required=False, type=type_name, shell_complete=suggest.types)
@options.as_rows
def types(name: str | None, form: str) -> None:
    """Explain the memory types and show their templates.

    With TYPE, print the template of that type.
    """
    chosen = [MemoryType(name)] if name else list(MemoryType)
    rows = [_document(row) for row in chosen]
    render.show(
        form,
        text=lambda: chosen[0].template.rstrip() if name else _table(),
        document=lambda: rows[0] if name else rows,
        rows=lambda: rows,
    )


def _document(row: MemoryType) -> Document:
    return {
        "type": row.value,
        "purpose": row.purpose,
        "when_to_use": row.when_to_use,
        "half_life_days": row.half_life_days,
        "template": row.template,
    }


def _table() -> str:
    head = ("Type", "Purpose", "Half-life", "When to use")
    rows = [(row.value, row.purpose, f"{row.half_life_days:.0f} days", row.when_to_use) for row in MemoryType]
    return blocks.table([head, *rows])
