"""How a change of a host's file is shown: as a diff in which the secrets of other entries are hidden."""

from __future__ import annotations

import difflib
import os
import re

from contextfs.integrations.install.planning import FileChange
from contextfs.settings import HIDDEN

_SECRET = re.compile(
    r"""(["']?[\w.-]*(?:token|secret|key|passw|auth|credential)[\w.-]*["']?\s*[:=]\s*)(["'])(?:\\.|(?!\2).)*\2""",
    re.IGNORECASE,
)
_WIDEST = 400
_AROUND = 2
_PLACE = re.compile(r"^(@@ -)(\d+)((?:,\d+)? \+)(\d+)((?:,\d+)? @@)$")


def diff(change: FileChange) -> str:
    """The change as a unified diff, with two lines around each place."""
    before, after = ((text or "").splitlines() for text in (change.before, change.after))
    start, before, after = _parted(before, after)
    names = ("/dev/null" if text is None else change.path for text in (change.before, change.after))
    lines = difflib.unified_diff(before, after, *names, lineterm="", n=_AROUND)
    return "\n".join(_shown(_PLACE.sub(lambda found: _moved(found, start), line)) for line in lines)


def _parted(before: list[str], after: list[str]) -> tuple[int, list[str], list[str]]:
    """Both without the lines that are the same at the beginning and at the end, and how many went at the beginning.

    To compare two files of a hundred thousand lines takes minutes, and of those a few differ.
    """
    most = min(len(before), len(after))
    start = next((n for n in range(most) if before[n] != after[n]), most)
    same = next((n for n in range(most - start) if before[-n - 1] != after[-n - 1]), most - start)
    start, same = max(start - _AROUND, 0), max(same - _AROUND, 0)
    return start, before[start : len(before) - same], after[start : len(after) - same]


def _moved(found: re.Match[str], start: int) -> str:
    """The place of a part of a diff, counted from the beginning of the file."""
    return "".join(str(int(part) + start) if part.isdigit() else part for part in found.group(1, 2, 3, 4, 5))


def _shown(line: str) -> str:
    hidden = _SECRET.sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}{found[2]}", line)
    return hidden if len(hidden) <= _WIDEST else hidden[:_WIDEST] + " …"


def short(path: str, home: str) -> str:
    """A path as people write it, from the home directory."""
    inside = home and path.startswith(home + os.sep)
    return "~" + path[len(home) :] if inside else path
