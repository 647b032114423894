"""The front door: ContextFS, one short method per verb, and the families that hang on it, one file each."""

from __future__ import annotations

from contextfs.api.front_door import ContextFS

__all__ = ["ContextFS"]
