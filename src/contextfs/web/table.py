"""The table of views: add a module with its ROUTES here, and a PLACE if it is to stand in the navigation."""

from __future__ import annotations

from contextfs.web.asked import Place, View
from contextfs.web.views import (
    actions,
    editing,
    entities,
    memory,
    moving,
    review,
    search,
    sessions,
    statistics,
    timeline,
    why,
)

_MODULES = (search, memory, editing, actions, timeline, sessions, entities, why, statistics, moving, review)

VIEWS: tuple[View, ...] = tuple(view for module in _MODULES for view in module.ROUTES)
PLACES: tuple[Place, ...] = (
    search.PLACE,
    review.PLACE,
    timeline.PLACE,
    sessions.PLACE,
    entities.PLACE,
    why.PLACE,
    statistics.PLACE,
    moving.PLACE,
)
"""The navigation, in its order."""
