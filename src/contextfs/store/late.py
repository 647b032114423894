"""Prompts that got nothing because the hook ran out of time, as it notes them in a small file."""

from __future__ import annotations

import os
import time

FILE_NAME = "late-prompts"
_DAYS = 7


def lately(data_dir: str) -> int:
    """How many there were in the last week; the file is begun anew when all in it is older."""
    path = os.path.join(data_dir, FILE_NAME)
    try:
        with open(path, "rb") as file:
            moments = [int(line) for line in file.read().split() if line.isdigit()]
        late = sum(moment > time.time() - _DAYS * 86_400 for moment in moments)
        if not late:
            os.unlink(path)
    except OSError:  # mostly because there were none
        return 0
    return late
