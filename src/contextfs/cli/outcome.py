"""What a command that changed one memory says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contextfs.cli import blocks, documents, render

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory


def done(form: str, verb: str, memory: Memory) -> None:
    """Say what was done to which memory, or print the memory as it now is."""
    render.did(form, text=lambda: f"{verb} {blocks.name(memory)}", document=lambda: documents.memory(memory))
