"""Entities: the things that memories are about, each on a page, and all of them as a graph."""

from __future__ import annotations

from typing import NamedTuple

from starlette.responses import JSONResponse, Response

from contextfs.domain.entity import EntityInfo, Relation, key_of
from contextfs.web.asked import Asked, Done, Page, Place, View
from contextfs.web.drawing import segment
from contextfs.web.remembered import until_changed
from contextfs.web.rest.plain import plain

PLACE = Place("/entities", "Entities", "entities", "e")
_SHOWN = 60
_MOST = 100_000
_DRAWN = 400
_MOST_DRAWN = 2000


class Beside(NamedTuple):
    """How an entity stands to others, by the kind of relation."""

    kind: str
    relations: list[Relation]


def every(asked: Asked) -> Page:
    """The list, begun with the most named; the page comes first and its rows follow, which may take a moment."""
    if not asked.partial:
        return Page("entities/page.html", {"q": asked.word("q")}, "Entities")
    found = until_changed(asked.ctx, "entities", lambda: asked.ctx.entities.list(_MOST))
    wanted, offset = asked.word("q"), asked.number("offset", 0)
    fitting = [one for one in found if _fits(one, wanted)]
    shown = fitting[offset : offset + _SHOWN]
    more = offset + _SHOWN if len(fitting) > offset + _SHOWN else 0
    values = {"entities": shown, "total": len(fitting), "more": more, "q": wanted, "first": offset == 0}
    return Page("entities/list.html", values)


def _fits(one: EntityInfo, wanted: str) -> bool:
    names = (one.name, *one.aliases, one.type)
    return not wanted or any(
        wanted.lower() in name.lower() or key_of(wanted) == key_of(name) for name in names
    )


def show(asked: Asked) -> Page:
    """Everything that is known of one entity."""
    known = asked.ctx.entities.show(asked.path["name"])
    kinds = list(dict.fromkeys(one.kind for one in known.relations))
    beside = [Beside(kind, [one for one in known.relations if one.kind == kind]) for kind in kinds]
    return Page("entities/entity.html", {"known": known, "beside": beside}, known.name)


def rename(asked: Asked) -> Done:
    """Call an entity by another name."""
    known = asked.ctx.entities.rename(asked.path["name"], asked.word("new"), asked.word("type"))
    return Done(f"It is called {known.name} now.", goto=f"/entities/{segment(known.name)}")


def merge(asked: Asked) -> Done:
    """Say that another name means the same."""
    known = asked.ctx.entities.merge(asked.path["name"], asked.word("other"))
    return Done(f"{asked.word('other')} means {known.name} now.", goto=f"/entities/{segment(known.name)}")


def graph(asked: Asked) -> Page:
    """The page on which the graph is drawn."""
    values = {"around": asked.word("around"), "limit": asked.number("limit", _DRAWN), "most": _MOST_DRAWN}
    return Page("entities/graph.html", values, "Graph")


def drawn(asked: Asked) -> Response:
    """The graph, for the page to draw."""
    limit = max(2, min(asked.number("limit", _DRAWN), _MOST_DRAWN))
    around = asked.word("around")
    found = until_changed(
        asked.ctx, ("graph", around, limit), lambda: asked.ctx.entities.graph(around, limit)
    )
    return JSONResponse(plain(found))


ROUTES = (
    View("GET", "/entities", every),
    View("GET", "/graph", graph),
    View("GET", "/graph.json", drawn),
    View("POST", "/entities/{name:path}/rename", rename, "writing"),
    View("POST", "/entities/{name:path}/merge", merge, "writing"),
    View("GET", "/entities/{name:path}", show),
)
