"""The front door: ContextFS, one short method per verb, and the families that hang on it, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextfs.api.front_door import ContextFS

__all__ = ["ContextFS"]


def __getattr__(name: str) -> object:
    """The class, loaded when it is asked for: a hook stands on a room behind it and has no use for all verbs."""
    if name != "ContextFS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from contextfs.api.front_door import ContextFS

    globals()[name] = ContextFS
    return ContextFS
