"""The version as a constant: reading package metadata would cost every start 1.5 bare interpreters."""

from __future__ import annotations

__version__ = "0.1.0"
