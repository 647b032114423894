"""A text or JSON file of another program, small enough to be read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contextfs.errors import UnreadableSource
from contextfs.exchange.json_lines import BOM, parsed

if TYPE_CHECKING:
    from contextfs.exchange.source import Source

LIMIT = 1 << 26
"""A document of memories beyond 64 MB holds something else."""


def text_of(source: Source) -> str:
    """All of a source as text; what is not UTF-8 in it becomes a replacement character."""
    with source.opened() as file:
        raw = file.read(LIMIT + 1)
    if len(raw) > LIMIT:
        raise UnreadableSource(f"{source.name} has more than {LIMIT >> 20} MB.", hint="Take it in in parts.")
    return raw.decode("utf-8", "replace").removeprefix(BOM).replace("\0", "\ufffd")


def document(source: Source) -> Any:
    """The JSON of a source; raises UnreadableSource where it is none."""
    found = parsed(text_of(source).strip())
    if found is None:
        raise UnreadableSource(f"{source.name} is not JSON.")
    return found
