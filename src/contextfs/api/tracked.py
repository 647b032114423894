"""Tracked files: what a session touched, whoever says so: hosts, tools, git, or a person."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime

from contextfs.api import recording
from contextfs.api.engine import Engine, now
from contextfs.domain.clock import to_micros
from contextfs.domain.given import without_part
from contextfs.domain.session import Session
from contextfs.errors import InvalidInput
from contextfs.git import history, repository
from contextfs.git.repository import Repository
from contextfs.store.conversations import Conversations

MOST = 200
"""Files that a session is said to have touched at most; a checkout of another branch is no work of anybody."""


def touch(engine: Engine, session: Session, paths: Sequence[str]) -> list[str]:
    """Note that a session touched these files; returns them as they are kept. Raises InvalidInput."""
    kept = [path for path in normalised(engine, paths) if path]
    if not kept:
        raise InvalidInput("No path was given.", hint="Such as: contextfs session touch src/app.py")
    engine.store.touch(session.id, kept, to_micros(now()))
    return kept


def forget(engine: Engine, session: Session | None, paths: Sequence[str]) -> list[str]:
    """Take back that a session touched these files, however they were noted; raises InvalidInput if none was."""
    kept = normalised(engine, paths)
    which = session or _going_on(engine)
    noted = [*kept, *paths, *_whole(engine, kept)]
    gone = engine.store.forget_touched(which.id, noted) if which else []
    if not gone:
        raise InvalidInput(
            f"None of these files was noted: {', '.join(kept) or 'none was given'}.",
            hint="What git says changed is not noted, and cannot be forgotten. See: contextfs session files",
        )
    return normalised(engine, gone)


def _whole(engine: Engine, kept: Sequence[str]) -> list[str]:
    """Hosts note files by their whole paths."""
    return [os.path.join(engine.workspace.root, path).replace(os.sep, "/") for path in kept]


def files(engine: Engine, session: Session | None) -> list[str]:
    """What the current work is about, each path once.

    Of a session: the files that were noted for it, then what git says changed since it began. Without one: what differs
    from the last commit.
    """
    noted: list[str] = []
    if session is not None:
        with engine.store.reading() as view:
            noted = normalised(engine, Conversations.of(view).touched_by(session.id))
    return list(dict.fromkeys((*noted, *_by_git(engine, session))))[:MOST]


def current(engine: Engine) -> list[str]:
    """The same of the session that is going on, if there is one."""
    return files(engine, _going_on(engine))


def _going_on(engine: Engine) -> Session | None:
    with engine.store.reading() as view:
        return Conversations.of(view).session(recording.current(engine, view))


def _by_git(engine: Engine, session: Session | None) -> list[str]:
    """What git says changed since a session began; a session that is over only has its commits."""
    root = engine.workspace.root
    found = repository.find(root, os.environ) if root else None
    if found is None or (session is not None and session.namespace != engine.workspace.namespace):
        return []
    if session is None or session.started_at is None:
        return history.uncommitted(found)
    changed = history.changed_between(found, session.started_at, session.ended_at)
    if session.ended_at is not None:
        return changed
    return [*_younger(found, session.started_at), *changed]


def _younger(found: Repository, moment: datetime) -> list[str]:
    """What differs from the last commit and was written since a moment; what was deleted has no time to tell."""
    young: list[str] = []
    for path in history.uncommitted(found):
        try:
            written = os.lstat(os.path.join(found.root, path)).st_mtime
        except OSError:
            written = float("inf")
        if written >= moment.timestamp():
            young.append(path)
    return young


def normalised(engine: Engine, paths: Iterable[str]) -> list[str]:
    """The paths as memories keep them: from the top of the repository where they lie in it, each once."""
    here = engine.workspace
    return list(dict.fromkeys(_kept(path, here.cwd, here.root) for path in paths if path.strip()))


def is_there(engine: Engine, path: str) -> bool:
    """Whether something lies at a path, seen from here or from the top of the repository."""
    here = engine.workspace
    return os.path.lexists(os.path.join(here.cwd, path)) or os.path.lexists(os.path.join(here.root, path))


def _kept(path: str, cwd: str, root: str) -> str:
    """A path from the top of the repository; what lies nowhere is taken as it is written."""
    path = os.path.expanduser(path.strip().replace("\\", "/"))
    if not os.path.lexists(os.path.join(cwd, path)):
        path = without_part(path)
    here, there = os.path.join(cwd, path), os.path.join(root, path)
    full = os.path.normpath(here if os.path.lexists(here) or not root else there)
    if not root:
        return path if os.path.isabs(path) else os.path.normpath(path).replace(os.sep, "/")
    inside = os.path.relpath(os.path.realpath(full), os.path.realpath(root)).replace(os.sep, "/")
    return full.replace(os.sep, "/") if inside.startswith("../") else inside
