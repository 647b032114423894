"""How a command opens the front door."""

from __future__ import annotations

from contextfs.api import ContextFS


def front() -> ContextFS:
    """The front door for one command; memories saved through it come from ``cli`` unless something else is said."""
    return ContextFS(surface="cli")
