"""Search: memories as you type, narrowed by facets, with the relevance explained on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from contextfs.api import ContextFS
from contextfs.domain.memory import STATUSES
from contextfs.domain.search import Answer, SearchQuery
from contextfs.domain.status import Listing
from contextfs.web.asked import Asked, Done, Page, Place, View
from contextfs.web.remembered import until_changed
from contextfs.web.views.actions import CHOICES

PLACE = Place("/", "Search", "search", "s")
EVERYWHERE = "*"
_PAGE = 20
_SINGLE = ("project", "tool", "branch", "author", "since", "until", "namespace")
_MANY = ("type", "tag", "status")
_FACETS = (
    ("type", "type", "Type"),
    ("project", "project", "Project"),
    ("tag", "tag", "Tag"),
    ("tool", "source_tool", "Tool"),
    ("branch", "branch", "Branch"),
    ("author", "author", "Author"),
)
"""Name in the address, name of the counted field, heading."""


class Looking(NamedTuple):
    """What somebody looks for, as the address of the page says it."""

    text: str
    single: dict[str, str]
    many: dict[str, list[str]]
    offset: int

    @property
    def address(self) -> str:
        """The page that shows this again."""
        said = [("q", self.text)] if self.text else []
        said += [(name, value) for name, value in self.single.items() if value]
        said += [(name, value) for name, values in self.many.items() for value in values]
        return f"/?{urlencode(said)}" if said else "/"

    @property
    def narrowed(self) -> list[tuple[str, str, str]]:
        """Each condition: its name, its value, and the page without it."""
        found = [(name, value, self.without(name, value)) for name, value in self.single.items() if value]
        return found + [
            (name, value, self.without(name, value)) for name, values in self.many.items() for value in values
        ]

    def without(self, name: str, value: str) -> str:
        """The address without one condition."""
        single = {key: "" if key == name else kept for key, kept in self.single.items()}
        many = {key: [k for k in kept if (key, k) != (name, value)] for key, kept in self.many.items()}
        return self._replace(single=single, many=many).address


def looking(asked: Asked) -> Looking:
    """What the address, or the form, says."""
    return Looking(
        asked.word("q"),
        {name: asked.word(name) for name in _SINGLE},
        {name: asked.words(name) for name in _MANY},
        asked.number("offset", 0),
    )


def query_of(ctx: ContextFS, wanted: Looking, limit: int) -> SearchQuery:
    """The query of it."""
    namespace = wanted.single["namespace"]
    return ctx.query(
        wanted.text,
        limit,
        type=wanted.many["type"] or None,
        tags=wanted.many["tag"] or None,
        status=wanted.many["status"] or None,
        project=wanted.single["project"] or None,
        source_tool=wanted.single["tool"] or None,
        branch=wanted.single["branch"] or None,
        author=wanted.single["author"] or None,
        since=wanted.single["since"] or None,
        until=wanted.single["until"] or None,
        namespace=namespace if namespace != EVERYWHERE else None,
        all=namespace == EVERYWHERE,
        offset=wanted.offset,
    )


def search(asked: Asked) -> Page:
    """The page with its results, or the results alone where it asks for them itself."""
    wanted = looking(asked)
    values = _results(asked.ctx, wanted)
    if asked.partial:
        return Page("search/results.html", values, headers={"hx-replace-url": wanted.address})
    around = {"choices": CHOICES, "searches": asked.ctx.searches.list()}
    return Page("search/page.html", {**values, **around}, "Search")


def _results(ctx: ContextFS, wanted: Looking) -> dict[str, Any]:
    query = query_of(ctx, wanted, _PAGE + 1)
    answer, listing = Answer([]), Listing([], 0, 0)
    if wanted.text:
        answer = ctx.ask(query, noted=False)
    else:
        listing = ctx.listing(query._replace(limit=_PAGE))
    more = len(answer.results) > _PAGE or wanted.offset + _PAGE < listing.total
    return {
        "wanted": wanted,
        "answer": answer._replace(results=answer.results[:_PAGE]),
        "listing": listing,
        "more": wanted._replace(offset=wanted.offset + _PAGE) if more else None,
        "first": wanted.offset == 0,
    }


def facets(asked: Asked) -> Page:
    """What the results can be narrowed by."""
    wanted = looking(asked)
    ctx = asked.ctx
    scope = query_of(ctx, wanted._replace(text="", offset=0), 1).scope
    found = until_changed(ctx, ("facets", scope), lambda: ctx.facets(scope))
    rows = [
        (
            name,
            heading,
            _chosen_first(found.values.get(field, ()), _chosen(wanted, name)),
            _chosen(wanted, name),
        )
        for name, field, heading in _FACETS
    ]
    counts = dict(found.values.get("status", ()))
    return Page(
        "search/facets.html",
        {
            "wanted": wanted,
            "facets": rows,
            "searches": ctx.searches.list(),
            "namespaces": ctx.namespaces.list(),
            "statuses": [(name, counts.get(name, 0)) for name in STATUSES],
        },
    )


def _chosen(wanted: Looking, name: str) -> list[str]:
    return wanted.many.get(name) or [value for value in [wanted.single.get(name, "")] if value]


def _chosen_first(values: Sequence[tuple[str, int]], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """The values, with those that are chosen although they are rare."""
    known = {value for value, _ in values}
    return [*((one, 0) for one in chosen if one not in known), *values]


def explained(asked: Asked) -> Page:
    """Why one result stands where it does."""
    wanted = looking(asked)
    query = query_of(asked.ctx, wanted, wanted.offset + _PAGE)._replace(offset=0)
    answer = asked.ctx.ask(query, noted=False)
    found = next((one for one in answer.results if one.memory.id == asked.path["id"]), None)
    return Page("search/explained.html", {"result": found, "provider": answer.provider})


def keep(asked: Asked) -> Done:
    """Keep this search by name."""
    address = looking(asked)._replace(offset=0).address
    kept = asked.ctx.searches.save(asked.word("keep_as"), address.lstrip("/?"))
    return Done(f"Kept as “{kept.name}”.", undo=False, goto=address)


def forget(asked: Asked) -> Done:
    """Forget a kept search."""
    asked.ctx.searches.forget(asked.word("name"))
    return Done(f"Forgot “{asked.word('name')}”.", undo=False, goto="/")


ROUTES = (
    View("POST", "/searches", keep, "writing"),
    View("POST", "/searches/forget", forget, "writing"),
    View("GET", "/", search, "search"),
    View("GET", "/search/facets", facets),
    View("GET", "/search/why/{id}", explained, "search"),
)
