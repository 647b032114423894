"""The verbs of a surface that stays open: a query in words, the values to narrow it by, and what was written last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contextfs.errors import InvalidInput
from contextfs.lazy import Later

if TYPE_CHECKING:
    from contextfs.api import drafts as drafts_
    from contextfs.api import saving
    from contextfs.api import searches as searches_
    from contextfs.api.engine import Engine
    from contextfs.api.searches import Searches
    from contextfs.domain import overview
    from contextfs.domain.memory import Memory
    from contextfs.domain.overview import Facets, LastChange
    from contextfs.domain.search import Scope, SearchQuery
    from contextfs.store import facets as facets_
else:
    drafts_, facets_ = Later("contextfs.api.drafts"), Later("contextfs.store.facets")
    overview = Later("contextfs.domain.overview")
    saving, searches_ = Later("contextfs.api.saving"), Later("contextfs.api.searches")


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

    @cached_property
    def searches(self) -> Searches:
        """The searches that are kept by name: list, save and forget them."""
        return searches_.Searches(self._engine)

    def update_many(self, memories: Sequence[Memory | str], **fields: object) -> list[Memory]:
        """Change the same fields of several memories as one action, which `undo` takes back; fields as in `update`."""
        edit, names = drafts_.edit_of({"content": None, **fields}), self._names(memories)
        changed = saving.edit(self._engine, "update", dict.fromkeys(names, edit))
        return [changed[name] for name in names]

    def delete_many(self, memories: Sequence[Memory | str]) -> list[Memory]:
        """Delete several memories as one action, which `undo` takes back; returns what they were."""
        return saving.delete(self._engine, "delete", self._names(memories))

    def _names(self, memories: Sequence[Memory | str]) -> list[str]:
        if not memories:
            raise InvalidInput("No memory is named.", hint="Name one or more by id.")
        with self._engine.store.reading() as view:
            given = [one if isinstance(one, str) else one.id for one in memories]
            return list(dict.fromkeys(view.resolve(one) for one in given))

    def last_change(self) -> LastChange:
        """The newest change of all; whoever remembers it sees whether anything was written since."""
        with self._engine.store.reading() as view:
            found = next(iter(view.latest_changes(1)), None)
        return overview.LastChange(found.id, found.verb, found.subject) if found else overview.LastChange("")
