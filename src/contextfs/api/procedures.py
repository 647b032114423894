"""Procedures whose commands run by files that are not what they were."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.api import standing
from contextfs.api.engine import Engine
from contextfs.domain.citation import FIELD
from contextfs.domain.freshness import FRESH, GONE, UNKNOWN, Cited
from contextfs.domain.memory import Memory
from contextfs.git import blobs
from contextfs.git.repository import Repository
from contextfs.hygiene.run_files import files_behind


class Outdated(NamedTuple):
    """A procedure with what changed under it."""

    memory: Memory
    cited: Sequence[Cited]
    """Places that it names and that are not as they were."""
    behind: Mapping[str, str]
    """File that its commands run by, and that changed -> the blob id it has now."""

    @property
    def marks(self) -> list[str]:
        """What changed, in words."""
        return [*(one.mark for one in self.cited), *(f"{path} changed" for path in self.behind)]

    @property
    def only_gone(self) -> bool:
        """Whether nothing can be cited anew, so that only an answer can settle it."""
        return not self.behind and all(one.state == GONE for one in self.cited)


def outdated(engine: Engine, memories: Sequence[Memory]) -> list[Outdated]:
    """Those of these memories whose commands, or the places they name, changed since they were saved."""
    look = standing.Look(engine)
    repository = look.repository() if memories else None
    if repository is None:
        return []
    cited = {one.memory.id: one.cited for one in standing.freshness(engine, memories)}
    behind = _behind(engine, repository, memories)
    found = [
        Outdated(
            one,
            [each for each in cited.get(one.id, ()) if each.state not in (FRESH, UNKNOWN)],
            behind.get(one.id, {}),
        )
        for one in memories
    ]
    return [one for one in found if one.cited or one.behind]


def _behind(engine: Engine, repository: Repository, memories: Sequence[Memory]) -> dict[str, dict[str, str]]:
    """Memory id -> the files behind its commands that changed since it was saved, or since it was last agreed to."""
    named = {one.id: files_behind(one.content) for one in memories}
    wanted = [(one.commit, path) for one in memories if one.commit for path in named[one.id]]
    then = blobs.at_commits(repository, wanted) if wanted else {}
    found: dict[str, dict[str, str]] = {}
    with engine.store.reading() as view:
        for memory in memories:
            known = view.folded(memory.id).fields if named[memory.id] else {}
            for path in named[memory.id]:
                before = str(known.get(FIELD + path) or "").partition(" ")[0] or then.get(
                    (memory.commit, path), ""
                )
                current = blobs.blob_at(os.path.join(repository.root, path), len(before)) if before else ""
                if before and current != before:
                    found.setdefault(memory.id, {})[path] = current
    return found


def fields_of(one: Outdated) -> dict[str, object]:
    """What the change log keeps when somebody says that a procedure still works."""
    return {FIELD + path: blob or None for path, blob in one.behind.items()}
