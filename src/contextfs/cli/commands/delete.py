"""contextfs delete and erase."""

from __future__ import annotations

import click

from contextfs.cli import asking, blocks, documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb
from contextfs.domain.history import Erased

_SHOWN = 10
_AFTER = "`contextfs undo` brings it back. History still holds its text; to remove that too:"


@verb("delete", "contextfs delete 3f9c12ab", "contextfs delete 3f9c12ab --yes")
@options.memory_id()
@options.yes
@options.as_json
def delete(memory_id: str, *, yes: bool, form: str) -> int:
    """Delete a memory; undo brings it back.

    Asks first where somebody can answer.
    """
    with front() as ctx:
        memory = ctx.recall(memory_id)
        if not yes and asking.someone_there() and not asking.agreed(f"Delete {blocks.name(memory)}?"):
            return _kept()
        gone = ctx.delete(memory.id)
    render.did(
        form,
        text=lambda: f"Deleted {blocks.name(gone)}\n{_AFTER} contextfs erase {gone.short_id}",
        document=lambda: {"deleted": documents.memory(gone), "undo": "contextfs undo"},
    )
    return 0


@verb("erase", "contextfs erase 3f9c12ab --yes")
@options.memory_id()
@options.yes
@options.as_json
def erase(memory_id: str, *, yes: bool, form: str) -> int:
    """Remove a memory for good, from history too.

    Its text leaves the memory, every index, the change log and the free pages of the file. Nothing brings it back.
    Asks first where somebody can answer; elsewhere it needs --yes.
    """
    if not yes and not asking.someone_there():
        raise click.UsageError("Nobody is there to ask: add --yes to erase it for good.")
    with front() as ctx:
        if not yes and not asking.agreed(f"Erase {memory_id} for good, with its history?"):
            return _kept()
        receipt = ctx.erase(memory_id)
    render.did(form, text=lambda: _receipt(receipt), document=lambda: documents.plain(receipt))
    return 1 if receipt.found else 0


def _kept() -> int:
    render.remark("Nothing was changed.")
    return 1


def _receipt(receipt: Erased) -> str:
    lines = [f"Erased {receipt.id[:8]}: its text is gone from {receipt.changes} entries of the change log."]
    lines += [render.paint(f"Still found in {place}", "warning") for place in receipt.found]
    lines += [f"A backup may still hold it: {path}" for path in receipt.backups]
    if receipt.linked:
        ids = ", ".join(name[:8] for name in receipt.linked[:_SHOWN]) + (
            " and more" if receipt.linked[_SHOWN:] else ""
        )
        lines.append(
            f"Memories of it stay, and may repeat its words: {ids}. To remove one: contextfs erase ID"
        )
    return "\n".join(lines)
