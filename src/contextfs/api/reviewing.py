"""Reviewing: the memories that a reviewer of a change should know, by why they matter to it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.api import lookup, standing
from contextfs.api.engine import Engine
from contextfs.domain.given import line_of, whole_number
from contextfs.domain.review import Review
from contextfs.domain.search import SearchQuery, SearchResult
from contextfs.errors import InvalidInput
from contextfs.git import changes, history
from contextfs.git.changes import Range
from contextfs.git.repository import Repository, find, head
from contextfs.lineage import review as review_
from contextfs.search.relevance import coefficients

MOST = 100
_FILES = 200
"""Files that are looked into; a change of more is a reformatting or a vendored tree."""


def review(engine: Engine, span: str, limit: int) -> Review:
    """What bears on a change, by default on all that goes beyond the default branch; raises InvalidInput."""
    most = whole_number("limit", limit, 1, MOST)
    repository = _repository(engine)
    between = changes.range_of(repository, line_of("range", span))
    files = changes.changed(repository, between)
    commits = history.commits(repository, changes.commits_in(repository, between))
    parents = [parent for one in commits.values() for parent in one.parents[:1]]
    bases = history.commits(repository, parents) if parents else {}
    scope = lookup.scope_of(engine, namespace=None, project="", source_repo="", everywhere=False)

    def search(words: str, wanted: int) -> Sequence[tuple[SearchResult, bool]]:
        answer = lookup.ask(engine, SearchQuery(words, scope=scope, limit=wanted, min_relevance=0.0))
        least = coefficients(answer.provider or "words").threshold
        return [(one, one.relevance >= least) for one in answer.results]

    places = review_.codes(repository, between, files[:_FILES])
    branch = _branch(repository, between)
    with engine.store.reading() as view:
        found = review_.sections(view, places, commits, bases, branch, scope, search, most)
    told = [(name, standing.behind(engine, each)) for name, each in found]
    paths = [one.path for one in files]
    return Review(between.said, between.base, between.head, list(commits.values()), paths, told)


def _repository(engine: Engine) -> Repository:
    here = engine.workspace
    found = find(here.cwd, os.environ) if here.root else None
    if found is None:
        raise InvalidInput(
            f"{here.cwd or os.getcwd()} is not in a git repository.",
            hint="Go to the repository whose change is to be reviewed.",
        )
    return found


def _branch(repository: Repository, span: Range) -> str:
    """The branch whose memories belong to the change: the current one, where the change ends at what is checked out."""
    here = head(repository)
    if span.head not in {"", here.commit} or span.base == here.commit:
        return ""
    return "" if here.branch in {"main", "master", "trunk"} else here.branch
