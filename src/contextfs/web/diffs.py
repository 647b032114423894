"""A unified difference as lines that a template can colour."""

from __future__ import annotations

from typing import NamedTuple

_KINDS = {"+": "added", "-": "removed", " ": "kept"}


class Line(NamedTuple):
    """One line of a difference."""

    kind: str
    """``added``, ``removed``, ``kept`` or ``place``."""
    text: str


def lines_of(diff: str) -> list[Line]:
    """The lines of a unified difference, without the names of its two sides."""
    found: list[Line] = []
    for line in diff.splitlines():
        if line.startswith(("--- ", "+++ ")) and not any(one.kind == "place" for one in found):
            continue
        if line.startswith("@@"):
            found.append(Line("place", line))
        elif line:
            found.append(Line(_KINDS.get(line[0], "kept"), line[1:] if line[0] in _KINDS else line))
    return found
