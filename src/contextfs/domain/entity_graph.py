"""The graph of what memories name, as a page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MEMORY, ENTITY = "memory", "entity"


class Node(NamedTuple):
    """One memory or one entity."""

    id: str
    """The id of the memory, or the name of the entity."""
    kind: str
    """``memory`` or ``entity``."""
    label: str
    type: str
    """The memory type, or what sort of thing the entity is."""
    weight: int
    """How many of the others it is connected with."""


class Edge(NamedTuple):
    """One connection."""

    source: str
    target: str
    kind: str
    """``names``, ``supersedes`` or ``refers to``."""


class EntityGraph(NamedTuple):
    """Memories, what they name, and how they refer to each other."""

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    looked: int
    """How many memories were looked at, the latest first."""
    total: int
    """How many there are."""
