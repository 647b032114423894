"""Why a place in the code is as it is: everything that ties memories to it, weighed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from contextfs.domain.lineage import Behind, Explanation, Wrote
from contextfs.domain.search import Scope, shown
from contextfs.domain.session import Session
from contextfs.git import history
from contextfs.lineage import evidence
from contextfs.lineage.code import Code
from contextfs.lineage.connections import Connection, weighed
from contextfs.lineage.evidence import Search
from contextfs.store.conversations import Conversations
from contextfs.store.view import View

_SESSIONS = 10
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_MEANT = 40
"""Memories that are compared by meaning."""


def explain(view: View, code: Code, scope: Scope, search: Search, limit: int) -> Explanation:
    """The memories and sessions behind a place, and the commits that wrote it."""
    touching = evidence.touching_sessions(view, code, scope)
    found = [*_by_fact(view, code, scope), *evidence.of_touching(view, touching, scope)]
    found = [one for one in found if shown(one.memory, scope)] + _outside(view, code)
    found += [one for one in evidence.of_sessions(view, found, scope) if shown(one.memory, scope)]
    sure = {one.memory.id: one.memory for one in found}
    found += evidence.of_meaning(code, search, sure, _MEANT)
    commits = [Wrote(commit, code.counts.get(name, 0)) for name, commit in code.commits.items()]
    memories = weighed(found, limit)
    sessions = _sessions(view, [session for session, _ in touching], memories)
    return Explanation(code.place, code.lines, commits, memories, sessions, code.notes)


def _sessions(view: View, touching: Sequence[Session], memories: Sequence[Behind]) -> list[Session]:
    """The sessions that touched the file and those the memories come from, the latest first."""
    ids = [one.memory.session_id for one in memories if one.memory.session_id]
    found = {one.id: one for one in touching} | Conversations.of(view).sessions(list(dict.fromkeys(ids)))
    return sorted(found.values(), key=lambda one: one.started_at or _BEGINNING, reverse=True)[:_SESSIONS]


def about_file(view: View, code: Code, scope: Scope, limit: int) -> Explanation:
    """The same by the file alone: what is attached to it, names it, or names what it defines."""
    found = [one for one in _by_file(view, code, scope) if shown(one.memory, scope)] + _outside(view, code)
    return Explanation(code.place, (), (), weighed(found, limit), notes=code.notes)


def _by_fact(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    yield from evidence.of_commits(view, code, scope)
    yield from evidence.naming_commits(view, code, scope)
    yield from evidence.of_branches(view, code, scope)
    yield from _by_file(view, code, scope)


def _by_file(view: View, code: Code, scope: Scope) -> Iterator[Connection]:
    name = code.place.path.rpartition("/")[2]
    unique = code.repository is not None and history.named_like(code.repository, name) <= 1
    yield from evidence.of_files(view, code, unique=unique)
    yield from evidence.of_symbols(view, code, scope)


def _outside(view: View, code: Code) -> list[Connection]:
    """What memories of another repository, where somebody asks from, say about this very file."""
    if code.outer is None:
        return []
    found = evidence.by_outer_names(view, code.outer.names, below=code.folder)
    return [one for one in found if shown(one.memory, code.outer.scope)]


def naming(view: View, code: Code, scope: Scope, limit: int) -> Sequence[Behind]:
    """The memories that are attached to a file or folder or name it as it is called now; git is not asked."""
    found = [one for one in evidence.of_files(view, code, unique=False) if shown(one.memory, scope)]
    return weighed(found, limit)
