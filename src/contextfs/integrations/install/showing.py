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


def diff(change: FileChange) -> str:
    """The change as a unified diff, with two lines around each place."""
    before, after = ((text or "").splitlines() for text in (change.before, change.after))
    names = ("/dev/null" if text is None else change.path for text in (change.before, change.after))
    lines = difflib.unified_diff(before, after, *names, lineterm="", n=2)
    return "\n".join(_shown(line) for line in lines)


def _shown(line: str) -> str:
    hidden = _SECRET.sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}{found[2]}", line)
    return hidden if len(hidden) <= _WIDEST else hidden[:_WIDEST] + " …"


def short(path: str, home: str) -> str:
    """A path as people write it, from the home directory."""
    inside = home and path.startswith(home + os.sep)
    return "~" + path[len(home) :] if inside else path
