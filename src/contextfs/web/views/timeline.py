"""Timeline: decisions in the order in which they were made, month by month, with what has replaced them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from contextfs.domain.memory import STATUSES, Memory
from contextfs.web.asked import Asked, Page, Place, View

PLACE = Place("/timeline", "Timeline", "timeline", "t")
_PAGE = 40


class Month(NamedTuple):
    """The memories of one month, newest first."""

    name: str
    memories: Sequence[Memory]


def timeline(asked: Asked) -> Page:
    """The decisions, or the memories of another type, newest first."""
    kind, offset = asked.word("type") or "decision", asked.number("offset", 0)
    filters = {"type": [kind], "status": list(STATUSES), "offset": offset}
    filters |= {name: asked.word(name) or None for name in ("project", "since", "until")}
    tag = asked.word("tag")
    query = asked.ctx.query(
        "", _PAGE + 1, **filters, tags=[tag] if tag else None, all=bool(asked.word("all"))
    )
    found = asked.ctx.listing(query, counted=False)
    months = [Month(name, list(group)) for name, group in groupby(found.memories[:_PAGE], _month)]
    values = {
        "months": months,
        "kind": kind,
        "chosen": {name: asked.word(name) for name in ("project", "since", "until", "tag", "all")},
        "more": offset + _PAGE if len(found.memories) > _PAGE else 0,
        "marks": found.marks,
    }
    return Page("timeline/months.html" if asked.partial else "timeline/page.html", values, "Timeline")


def _month(memory: Memory) -> str:
    return f"{memory.created_at.astimezone():%B %Y}" if memory.created_at else "Some time"


ROUTES = (View("GET", "/timeline", timeline),)
