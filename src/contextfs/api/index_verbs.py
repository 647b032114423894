"""The verbs of the repository index: index, search code, and the family `ctx.indexes`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from contextfs.errors import InvalidInput
from contextfs.lazy import Later

if TYPE_CHECKING:
    from datetime import datetime

    from contextfs.api import code_search, drafts, indexes, indexing
    from contextfs.api.engine import Engine
    from contextfs.api.indexes import Indexes
    from contextfs.domain.indexed import CodeHit, Indexed
else:
    code_search, drafts, indexes, indexing = (
        Later(f"contextfs.api.{name}") for name in ("code_search", "drafts", "indexes", "indexing")
    )

_BESIDE = 3
"""Code hits that are shown beside memories."""


class IndexVerbs:
    """What a ContextFS can do with indexed repositories."""

    _engine: Engine

    def index(
        self,
        path: str | os.PathLike[str] = "",
        *,
        force: bool = False,
        commits: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Indexed:
        """Index what git tracks in the repository of a path, by default the current one; only what is new is read.

        `force` makes everything anew, the vectors of memories too, and outside a repository those alone.
        """
        most = indexing.commits_of(commits)
        return indexing.index(self._engine, os.fspath(path), force=force, commits=most, progress=progress)

    @cached_property
    def indexes(self) -> Indexes:
        """The indexed repositories: their status, their list, clearing them, indexing in the background."""
        return indexes.Indexes(self._engine)

    def search_code(
        self,
        query: str,
        limit: int = 10,
        *,
        code: bool = True,
        commits: bool = False,
        all: bool = False,
        min_relevance: float | None = None,
        source_repo: str = "",
        author: str = "",
        since: datetime | str | None = None,
        until: datetime | str | None = None,
    ) -> list[CodeHit]:
        """The passages and commits of the indexed repository that answer a query; `all` asks every repository.

        `source_repo` asks the indexed repository of this name; author and times narrow commits, and code has neither.
        """
        if code and (author or since or until):
            raise InvalidInput(
                "Code has neither an author nor a time to search by.",
                hint="Ask for commits alone: search_code(..., code=False, commits=True)",
            )
        filters = drafts.filters(
            {"source_repo": source_repo, "author": author, "since": since, "until": until}
        )
        least = code_search.LEAST if min_relevance is None else min_relevance
        kinds = [name for name, wanted in (("code", code), ("commit", commits)) if wanted]
        return code_search.find_code(
            self._engine, query, kinds, limit, min_relevance=least, everywhere=all, filters=filters
        )

    def beside(self, query: str, limit: int = _BESIDE) -> list[CodeHit]:
        """A few passages to show below the memories that answer a query; none where nothing is indexed."""
        if not query.strip():
            return []
        with self._engine.store.reading() as view:
            if not view.has_index():
                return []
        return code_search.find_code(self._engine, query, ["code"], limit)

    def _stop_indexing(self) -> None:
        """Let what is indexed in the background end where it is."""
        if "indexes" in self.__dict__:
            self.indexes.stop()
