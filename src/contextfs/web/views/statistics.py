"""Statistics: how the memory grows, what it is made of, what is read of it and what never was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.tending import Stats, Week
from contextfs.web.asked import Asked, Page, Place, View
from contextfs.web.remembered import until_changed

PLACE = Place("/statistics", "Statistics", "statistics", "n")
_WEEKS = (12, 26, 52)
_HEIGHT, _STEP = 120, 20
_FIELDS = (
    ("type", "Types", "type"),
    ("source_tool", "Tools", "tool"),
    ("tag", "Tags", "tag"),
    ("author", "Authors", "author"),
    ("project", "Projects", "project"),
    ("source_repo", "Repositories", ""),
)
"""Counted field, heading, and the condition of a search that shows those."""


class Bar(NamedTuple):
    """One week in a chart: where its bar stands, and what it says."""

    x: int
    y: int
    height: int
    start: datetime
    value: int


class Chart(NamedTuple):
    """Bars for weeks."""

    name: str
    bars: Sequence[Bar]
    width: int
    most: int
    total: int


def statistics(asked: Asked) -> Page:
    """The page."""
    weeks, everywhere = asked.number("weeks", _WEEKS[0]), bool(asked.word("all"))
    found: Stats = until_changed(
        asked.ctx, ("stats", weeks, everywhere), lambda: asked.ctx.stats(max(1, weeks), all=everywhere)
    )
    charts = [
        _chart("Saved", found.weeks, [week.saved for week in found.weeks]),
        _chart("Read or given to an assistant", found.weeks, [_used(week) for week in found.weeks]),
        _chart("Tokens in packs", found.weeks, [week.tokens for week in found.weeks]),
    ]
    counted = [
        (heading, [one for one in found.counts.get(field, ()) if one[0]], name)
        for field, heading, name in _FIELDS
    ]
    values = {
        "stats": found,
        "charts": charts,
        "counted": [one for one in counted if one[1]],
        "weeks": weeks,
        "choices": _WEEKS,
        "everywhere": everywhere,
        "megabytes": f"{found.store_bytes / 1_000_000:.1f} MB",
    }
    return Page("statistics/page.html", values, "Statistics")


def _used(week: Week) -> int:
    """What was read or given; that something stood in a list of results is no use of it yet."""
    return sum(count for kind, count in week.used.items() if kind != "found")


def _chart(name: str, weeks: Sequence[Week], values: Sequence[int]) -> Chart:
    most = max((*values, 1))
    bars = [
        Bar(place * _STEP, _HEIGHT - _tall(value, most), _tall(value, most), week.start, value)
        for place, (week, value) in enumerate(zip(weeks, values, strict=True))
    ]
    return Chart(name, bars, max(1, len(bars)) * _STEP, max((*values, 0)), sum(values))


def _tall(value: int, most: int) -> int:
    return max(2, round(value * _HEIGHT / most)) if value else 0


ROUTES = (View("GET", "/statistics", statistics, "long"),)
