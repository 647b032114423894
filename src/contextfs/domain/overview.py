"""What a page that stays open asks: what stands in a field how often, and whether anything was written since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FACETS = ("type", "status", "project", "source_tool", "branch", "author")
"""The fields of a memory whose values are counted together; tags are counted beside them."""


class Facets(NamedTuple):
    """The values that memories in scope have, with how many have each."""

    values: Mapping[str, Sequence[tuple[str, int]]]
    """Field, or ``tag`` -> its values, the most frequent first."""
    memories: int
    """How many memories there are in scope."""


class LastChange(NamedTuple):
    """The newest entry of the change log."""

    change: str
    """Its id; "" in an empty store."""
    verb: str = ""
    subject: str = ""
    """The id of the memory, session or entity that was changed."""


class SavedSearch(NamedTuple):
    """A search that somebody wants to make again."""

    name: str
    conditions: str
    """The query and its filters, as the page's address says them."""
