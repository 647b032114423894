"""Summary: what is left of a conversation when it is over."""

from __future__ import annotations

from typing import NamedTuple

EXTRACT = "extract"
"""Who made a summary of the conversation's own sentences."""


class Summary(NamedTuple):
    """The text that is kept and shown, who made it, and the parts that a digest needs by themselves."""

    text: str
    made_by: str = EXTRACT
    """``extract``, or the name of the language model that wrote it."""
    decisions: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    """Errors with what mended them, where the conversation said so."""
    open_ends: tuple[str, ...] = ()
