"""contextfs: persistent memory for developers who work with AI assistants."""

from __future__ import annotations

from contextfs._version import __version__

__all__ = ["__version__"]
