"""What an export to a folder did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Exported(NamedTuple):
    """The files of one export, each list by their paths in the tree."""

    written: Sequence[str] = ()
    removed: Sequence[str] = ()
    """Of memories that are gone."""
    edited: Sequence[str] = ()
    """Left as a person has edited them."""
    missing: Sequence[str] = ()
    """Not written again, since a person deleted them."""
    target: str = ""
    """The folder or the file."""
    lines: int = 0
    """Of an export to one file: how many."""
