"""What an empty answer leaves out on purpose: archived and expired memories that would have been there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from contextfs.domain.search import NO_FILTERS

if TYPE_CHECKING:
    from contextfs.api import ContextFS
    from contextfs.domain.search import Filters, SearchQuery

_EVER = datetime(1, 1, 2, tzinfo=UTC)
"""A moment at which nothing had expired yet."""


def unseen(ctx: ContextFS, query: SearchQuery) -> list[str]:
    """Lines that count them and say how they are seen; none when a status was asked for or they are no answer."""
    filters = query.filters
    if query.as_of is not None or tuple(filters.statuses) != NO_FILTERS.statuses:
        return []
    archived = _count(ctx, query, filters._replace(statuses=("archived",)))
    expired = _count(ctx, query, filters._replace(at=_EVER))
    lines = [f"{archived} archived: add --status archived"] if archived else []
    return [*lines, f"{expired} expired: search --as-of DATE finds what held then"] if expired else lines


def _count(ctx: ContextFS, query: SearchQuery, filters: Filters) -> int:
    asked = query._replace(filters=filters, offset=0)
    return len(ctx.ask(asked).results) if query.text.strip() else ctx.listing(asked).total
