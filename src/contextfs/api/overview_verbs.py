"""The verbs of a surface that stays open: a query in words, the values to narrow it by, and what was written last."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import drafts as drafts_
    from contextfs.api.engine import Engine
    from contextfs.domain import overview
    from contextfs.domain.overview import Facets, LastChange
    from contextfs.domain.search import Scope, SearchQuery
    from contextfs.store import facets as facets_
else:
    drafts_, facets_ = Later("contextfs.api.drafts"), Later("contextfs.store.facets")
    overview = Later("contextfs.domain.overview")


class OverviewVerbs:
    """What a ContextFS tells whoever keeps it open."""

    _engine: Engine
    scope: Callable[..., Scope]

    def query(self, text: str = "", limit: int = 10, **filters: Any) -> SearchQuery:
        """The query that `ask` and `listing` take, from the keywords of `search`; raises InvalidInput."""
        return drafts_.query_of(text, limit, filters, self.scope)

    def facets(self, scope: Scope | None = None, most: int = 12) -> Facets:
        """The types, projects, tools, tags, branches, authors and statuses in scope, the most frequent of each."""
        wanted = scope or self.scope()
        with self._engine.store.reading() as view:
            return facets_.facets(view, wanted, most)

    def last_change(self) -> LastChange:
        """The newest change of all; whoever remembers it sees whether anything was written since."""
        with self._engine.store.reading() as view:
            found = next(iter(view.latest_changes(1)), None)
        return overview.LastChange(found.id, found.verb, found.subject) if found else overview.LastChange("")
