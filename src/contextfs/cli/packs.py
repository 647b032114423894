"""What is said beside a context pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextfs.domain.pack import ContextPack


def nothing(pack: ContextPack) -> str:
    """Why a pack is empty."""
    if pack.left_out:
        return f"Nothing fits into {pack.budget} tokens: add --budget"
    if pack.task:
        return "No memory is relevant to this task."
    return "Nothing is remembered here that a session should begin with."


def left_out(pack: ContextPack) -> str:
    """How much more there would be."""
    more = "1 more memory" if pack.left_out == 1 else f"{pack.left_out} more memories"
    return f"{more} would be in it with a larger --budget."
