"""Context packs: what is known for a task, put together for a prompt, with where each part of it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

CHARACTERS = 4
"""Of a token; models differ, and near is enough."""


class PackItem(NamedTuple):
    """One memory in a pack; a session stands there with the type `session`."""

    id: str
    type: str
    title: str
    content: str
    age: str
    """As ``3 days ago``."""
    freshness: str
    """``current``, or what is to be known before believing it: an unmerged branch, code that changed since."""
    provenance: str
    """The repository and branch it was saved in, by which tool and whom."""
    tokens: int
    content_hash: str
    """Tells whether the text is still the one that was given before; 32 hexadecimal characters."""
    relevance: float = 1.0
    """To the task, from 0 to 1; 1 where there is none."""
    section: str = ""
    """Why it is there, where a pack has sections."""


class ContextPack(NamedTuple):
    """What a model is given to read before it works."""

    task: str
    items: Sequence[PackItem]
    """Whole memories, in the order in which they stand in the text."""
    text: str
    """Everything in its fence, ready for a prompt; empty when there is nothing to say."""
    tokens: int
    """Of the text, never more than the budget."""
    budget: int
    named: Sequence[PackItem] = ()
    """Memories that the text only names, because they are too long for it; their content is not here."""
    left_out: int = 0
    """How many more would have been in it with a larger budget."""

    def to_dict(self) -> dict[str, object]:
        """The pack as JSON can say it."""
        items, named = ([one._asdict() for one in each] for each in (self.items, self.named))
        return {**self._asdict(), "items": items, "named": named}


def tokens_of(text: str) -> int:
    """How many tokens a text costs, rounded up."""
    return -(-len(text) // CHARACTERS)
