"""Standing: what is shown of memories is compared with the repository first: merged or not, fresh or stale."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contextfs.api import lookup
from contextfs.api.engine import Engine
from contextfs.domain.citation import ALL_LOOKED_AT, FIELD, may_cite
from contextfs.domain.memory import Memory
from contextfs.domain.search import ANY_BRANCH, Answer, SearchQuery, SearchResult
from contextfs.git.repository import Head, Repository, find
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import citing
    from contextfs.domain.freshness import Cited, Freshness
    from contextfs.domain.lineage import Behind
    from contextfs.domain.status import Listing
    from contextfs.git import worktrees
    from contextfs.lineage import ancestry
    from contextfs.lineage import freshness as freshness_
    from contextfs.store.judged import Judged
    from contextfs.store.view import View
else:  # most searches show memories of the current branch that cite nothing
    ancestry, freshness_ = Later("contextfs.lineage.ancestry"), Later("contextfs.lineage.freshness")
    citing, worktrees = Later("contextfs.api.citing"), Later("contextfs.git.worktrees")

_BELOW = {"fresh": 1.0, "unknown": 1.0, "moved": 1.0, "changed": 0.85, "gone": 0.6}
"""What a stale citation leaves of a relevance when results are put in order."""
_MORE = 20
"""Results looked at beyond those asked for where some are kept out."""


def ask(engine: Engine, query: SearchQuery, *, quick: bool = False) -> Answer:
    """Answer a query; memories of unmerged branches come last, stale ones lower, both marked."""
    answer = lookup.ask(engine, query, quick=quick)
    if query.as_of is not None or not answer.results:
        return answer
    settled = _settled(engine, query, answer.results)
    apart = len(answer.results) - len(settled)
    if apart and len(answer.results) == query.limit:
        wider = lookup.ask(engine, query._replace(limit=query.limit + apart + _MORE), quick=quick)
        settled = _settled(engine, query, wider.results)
        apart = len(wider.results) - len(settled)
    return answer._replace(results=settled[: query.limit], apart=apart)


def listing(engine: Engine, query: SearchQuery, *, counted: bool = True) -> Listing:
    """Memories by time, those of unmerged branches marked."""
    found = lookup.listing(engine, query, counted=counted)
    if query.as_of is not None or not _branches_count(engine, query):
        return found
    look = Look(engine)
    states = look.standings(found.memories)
    look.keep()
    told = ((one.id, look.remark(one, states)) for one in found.memories)
    return found._replace(marks={name: (mark,) for name, mark in told if mark})


def freshness(engine: Engine, memories: Sequence[Memory]) -> list[Freshness]:
    """What is to be known of each memory before believing it."""
    from contextfs.domain.freshness import Freshness  # what a search without remarks does not need

    look = Look(engine)
    states, cited = look.standings(memories), look.cited(memories)
    look.keep()
    return [
        Freshness(
            one,
            cited.get(one.id, ()),
            look.remark(one, states),
            look.unread(one),
        )
        for one in memories
    ]


def behind(engine: Engine, found: Sequence[Behind]) -> list[Behind]:
    """The memories behind a place, with what is to be known of each."""
    told = freshness(engine, [one.memory for one in found])
    return [one._replace(marks=about.marks) for one, about in zip(found, told, strict=True)]


def _branches_count(engine: Engine, query: SearchQuery) -> bool:
    return not query.filters.branch and engine.settings.text("search.branches") != ANY_BRANCH


def _settled(engine: Engine, query: SearchQuery, results: Sequence[SearchResult]) -> list[SearchResult]:
    """The results in their final order, without those of other working trees."""
    look = Look(engine)
    memories = [one.memory for one in results]
    states = look.standings(memories) if _branches_count(engine, query) else {}
    shown = [one for one in results if states.get(one.memory.id) != "apart"]
    cited = look.cited([one.memory for one in shown])
    look.keep()
    if not cited and "unmerged" not in states.values():
        return shown
    return _ordered(
        [_marked(one, look.remark(one.memory, states), cited) for one in shown],
        states,
        cited,
        ranked=bool(query.text.strip()),
    )


def _marked(one: SearchResult, unmerged: str, cited: Mapping[str, Sequence[Cited]]) -> SearchResult:
    told = [unmerged, *(each.mark for each in cited.get(one.memory.id, ()))]
    marks = tuple(mark for mark in told if mark)
    return one._replace(marks=marks, why=one.why._replace(notes=(*one.why.notes, *marks))) if marks else one


def _ordered(
    results: Sequence[SearchResult],
    states: Mapping[str, str],
    cited: Mapping[str, Sequence[Cited]],
    *,
    ranked: bool,
) -> list[SearchResult]:
    """Unmerged ones last, stale ones by what is left of their relevance, which never rises down the list."""

    def place(one: SearchResult) -> tuple[bool, float]:
        below = min((_BELOW[each.state] for each in cited.get(one.memory.id, ())), default=1.0)
        return states.get(one.memory.id) == "unmerged", -one.relevance * below if ranked else 0.0

    least, ordered = 1.0, list[SearchResult]()
    for one in sorted(results, key=place):
        least = min(least, one.relevance)
        ordered.append(one._replace(relevance=least))
    return ordered


class Look:
    """One look at the current working tree, for memories that were saved in this repository."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: Judged | None = None

    @property
    def judged(self) -> Judged:
        """What git told before."""
        if self._known is None:
            self._known = self._engine.store.judged
        return self._known

    def keep(self) -> None:
        """Keep what git told now, in the store once it is much or the store is closed."""
        if self._known is not None:
            self._known.keep(self._known.MANY)

    def repository(self) -> Repository | None:
        """The repository around the current directory."""
        here = self._engine.workspace
        return find(here.cwd, os.environ) if here.root else None

    @property
    def head(self) -> Head:
        """What is checked out."""
        return Head(self._engine.workspace.branch, self._engine.workspace.commit)

    def standings(self, memories: Sequence[Memory]) -> dict[str, str]:
        """Memory id -> how its branch stands to HEAD, for those that are not of the current branch."""
        here = self.head
        foreign = [
            one
            for one in self._own(memories)
            if one.commit and not (here.branch and one.branch == here.branch)
        ]
        repository = self.repository() if foreign else None
        return ancestry.standings(repository, here, foreign, self.judged) if repository else {}

    def remark(self, memory: Memory, states: Mapping[str, str]) -> str:
        """What to say of the branch of a memory, by the name that it has now; "" when nothing is to be said."""
        told = ancestry.remark(memory, states[memory.id]) if memory.id in states else ""
        repository = self.repository() if told and memory.branch else None
        called = worktrees.now_called(repository, memory.branch) if repository else ""
        return ancestry.remark(memory._replace(branch=called), states[memory.id]) if called else told

    def cited(self, memories: Sequence[Memory]) -> dict[str, list[Cited]]:
        """Memory id -> its citations as they stand now, for those that have any."""
        naming = [one for one in self._own(memories) if may_cite(one)]
        if not naming:
            return {}
        with self._engine.store.reading() as view:
            subjects = [_subject(view, one) for one in naming]
            subjects = [one for one in subjects if one.recorded or not one.known]
            repository = self.repository() if subjects else None
            if repository is None:
                return {}
            reading = freshness_.Reading(repository, self.head, self.judged, citing.names)
            found = reading.read(subjects)
        return {name: cited for name, cited in found.items() if cited}

    def unread(self, memory: Memory) -> str:
        """Why the citations of a memory cannot be looked at from here; "" where they can, or there are none."""
        here = self._engine.workspace
        if not may_cite(memory) or (here.root and memory.source_repo == here.repo):
            return ""
        saved = (
            f"it was saved in {memory.source_repo}" if memory.source_repo else "it was saved in no repository"
        )
        return f"{saved}, and this is {here.repo}" if here.root else f"{saved}, and here is no repository"

    def _own(self, memories: Sequence[Memory]) -> list[Memory]:
        """Those that were saved in this repository."""
        repo = self._engine.workspace.repo
        return [one for one in memories if repo and one.source_repo == repo]


def _subject(view: View, memory: Memory) -> freshness_.Subject:
    fields = view.folded(memory.id).fields
    recorded = {
        name[len(FIELD) :]: str(blob)
        for name, blob in fields.items()
        if name.startswith(FIELD) and blob and name != ALL_LOOKED_AT
    }
    return freshness_.Subject(memory, recorded, bool(fields.get(ALL_LOOKED_AT)) or not memory.commit)
