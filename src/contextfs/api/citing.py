"""Citing: the contents that cited files have at the moment of a save, as fields of the change log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from contextfs.domain.citation import ALL_LOOKED_AT, FIELD, paths
from contextfs.lazy import Later
from contextfs.workspace import Workspace

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory
    from contextfs.git import blobs
else:  # only memories that cite a file
    blobs = Later("contextfs.git.blobs")

_LARGEST = 1 << 20
"""Bytes of a file that a save reads; of a larger one the commit tells later what it held."""


def cited(here: Workspace, memory: Memory) -> dict[str, object]:
    """The fields that tell what the files a memory names hold now; none outside its own repository."""
    if not here.root or memory.source_repo != here.repo or memory.commit != here.commit:
        return {}
    named = paths(memory)
    if not named:
        return {}
    found: dict[str, object] = {ALL_LOOKED_AT: True}
    for path in named:
        full = os.path.join(here.root, path)
        try:
            small = os.stat(full).st_size <= _LARGEST and os.path.isfile(full)
        except (OSError, ValueError):
            continue
        blob = blobs.blob_at(full, _length(here)) if small else ""
        if blob:
            found[FIELD + path] = blob
        else:
            found.pop(ALL_LOOKED_AT, None)
    return found


def _length(here: Workspace) -> int:
    if here.commit:
        return len(here.commit)
    from contextfs.git.repository import find  # only before the first commit

    repository = find(here.root, {})
    return blobs.id_length(repository, "") if repository else 40
