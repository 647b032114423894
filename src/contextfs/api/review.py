"""ctx.review: the round through what a store has to be asked about, and what each answer does."""

from __future__ import annotations

from collections.abc import Sequence

from contextfs.api import acting, lookup
from contextfs.api.engine import Engine
from contextfs.api.gathering import gather
from contextfs.domain.given import whole_number
from contextfs.domain.rounds import KINDS, Acted, ReviewItem, Round
from contextfs.errors import InvalidInput

_MOST = 1000
_EACH = 10
"""Items of each kind in a round of all kinds, so that none of them crowds out the others."""


class Review:
    """The weekly and the quarterly round, item by item."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(
        self,
        kinds: Sequence[str] | str = (),
        limit: int = 50,
        *,
        namespace: str | None = None,
        all: bool = False,
    ) -> list[ReviewItem]:
        """What there is to look at, the most pressing kinds first. Raises InvalidInput."""
        return list(self.look(kinds, limit, namespace=namespace, all=all).items)

    def look(
        self,
        kinds: Sequence[str] | str = (),
        limit: int = 50,
        *,
        namespace: str | None = None,
        all: bool = False,
    ) -> Round:
        """The same, and for each kind how far was looked: a round takes some seconds in the largest store."""
        named = [kinds] if isinstance(kinds, str) else list(kinds)
        unknown = [kind for kind in named if kind not in KINDS]
        if unknown:
            raise InvalidInput(f"{unknown[0]!r} is no kind of item.", hint=f"Kinds: {', '.join(KINDS)}")
        most = whole_number("limit", limit, 1, _MOST)
        scope = lookup.scope_of(self._engine, namespace=namespace, project="", source_repo="", everywhere=all)
        found = gather(self._engine, named or list(KINDS), scope, most if named else min(most, _EACH))
        return Round([item for items, _ in found for item in items][:most], [looked for _, looked in found])

    def item(self, key: str) -> ReviewItem:
        """The item of a key as it stands now; raises InvalidInput, MemoryNotFound, CandidateNotFound."""
        return acting.item_of(self._engine, key)

    def act(
        self, item: ReviewItem | str, verb: str, content: str | None = None, *, dry_run: bool = False
    ) -> Acted:
        """Answer an item by one of its verbs, as one action that `undo` takes back; some take a text.

        Raises InvalidInput, MemoryNotFound, CandidateNotFound, SecretRefused.
        """
        key = item.key if isinstance(item, ReviewItem) else item
        return acting.act(self._engine, key, verb, content, dry_run=dry_run)
