"""ctx.searches: searches that somebody wants to make again, kept by name beside the memories."""

from __future__ import annotations

import json
from typing import Any

from contextfs.api.engine import Engine
from contextfs.domain.given import line_of
from contextfs.domain.overview import SavedSearch
from contextfs.errors import InvalidInput

_KEY = "searches"
_MOST = 100


class Searches:
    """The saved searches of one store; they stay on this device."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> list[SavedSearch]:
        """The saved searches by name."""
        kept: dict[str, Any] = json.loads(self._engine.store.remembered(_KEY) or "{}")
        return [SavedSearch(name, kept[name]) for name in sorted(kept, key=str.lower)]

    def save(self, name: str, conditions: str) -> SavedSearch:
        """Keep the conditions of a search under a name, as the page's address says them; raises InvalidInput."""
        called = line_of("name", name).strip()
        if not called or len(called) > 80:
            raise InvalidInput(f"{name!r} is no name for a search.", hint="Give up to 80 characters.")
        kept = {one.name: one.conditions for one in self.list()}
        if len(kept) >= _MOST and called not in kept:
            raise InvalidInput(
                f"There are {_MOST} saved searches already.", hint="Forget one that is not needed."
            )
        self._keep({**kept, called: line_of("conditions", conditions)[:2000]})
        return SavedSearch(called, conditions)

    def forget(self, name: str) -> None:
        """Forget a saved search; raises InvalidInput where there is none of that name."""
        kept = {one.name: one.conditions for one in self.list()}
        if name not in kept:
            raise InvalidInput(
                f"No search is saved as {name!r}.", hint=f"There are: {', '.join(kept) or 'none'}"
            )
        del kept[name]
        self._keep(kept)

    def _keep(self, kept: dict[str, str]) -> None:
        self._engine.store.remember(_KEY, json.dumps(kept, ensure_ascii=False))
