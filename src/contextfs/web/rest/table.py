"""The table of calls: REST, its OpenAPI description and its documentation follow from these rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contextfs.api import ContextFS
from contextfs.domain.entity import EntityInfo, Knowledge
from contextfs.domain.entity_graph import EntityGraph
from contextfs.domain.freshness import Freshness
from contextfs.domain.history import Revision, Undone
from contextfs.domain.indexed import CodeHit
from contextfs.domain.lineage import Explanation
from contextfs.domain.memory import STATUSES, Draft, Memory, Saved
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.overview import Facets
from contextfs.domain.search import Answer
from contextfs.domain.session import Session
from contextfs.domain.status import Links, Listing, NamespaceInfo, Status
from contextfs.web.asked import inside
from contextfs.web.rest.rows import (
    FLAG,
    MAPPING,
    SAID,
    TEXT,
    TEXTS,
    Call,
    Field,
    Given,
    many_of,
    one_of,
    rest,
    whole,
)
from contextfs.web.rest.tending import TENDING

_TYPES = tuple(str(one) for one in MemoryType)
_FILTERS = (
    Field("type", many_of(*_TYPES), "Only these types."),
    Field("tag", {"type": "array", "items": SAID}, "Only memories with all of these tags.", called="tags"),
    Field("project", TEXT, "Only this project, in every namespace."),
    Field("repo", TEXT, "Only this source repository, in every namespace.", called="source_repo"),
    Field("tool", TEXT, "Only memories from this tool.", called="source_tool"),
    Field("author", TEXT, "Only memories by this author."),
    Field("branch", TEXT, "Only memories from this branch; any takes all alike."),
    Field("since", TEXT, "Not older than this: a date, or 7d."),
    Field("until", TEXT, "Not newer than this."),
    Field("status", many_of(*STATUSES), "Only these statuses."),
    Field("namespace", TEXT, "Only this namespace instead of the current one and global."),
    Field("all", FLAG, "In every namespace."),
    Field("limit", whole(1, 1000, 20), "How many at most."),
    Field("offset", whole(0, 1_000_000, 0), "How many to leave out first."),
)
_CONTENT = Field("content", {"type": "string", "minLength": 1}, "The text.", required=True)
_FIELDS = (
    Field("type", one_of(*_TYPES), "What kind of memory it is."),
    Field("tags", TEXTS, "Its tags."),
    Field("summary", TEXT, "One line that names it."),
    Field("project", TEXT, "A label shared across repositories."),
    Field("namespace", TEXT, "Where it belongs instead of the current namespace."),
    Field("metadata", MAPPING, "Values of your own."),
    Field("files", TEXTS, "The files it is about."),
    Field("owner", TEXT, "Who keeps it right."),
    Field("review_at", TEXT, "When somebody should look again."),
    Field("expires_at", TEXT, "When it stops being true."),
    Field("status", one_of(*STATUSES), "Its status."),
)
_LIMIT = Field("limit", whole(1, 1000, 20), "How many at most.")


def _query(ctx: ContextFS, given: Given) -> Any:
    filters = {key: value for key, value in given.items() if key not in {"q", "limit"}}
    return ctx.query(given.get("q", ""), given.get("limit", 20), **filters)


def _on(name: str) -> Callable[[ContextFS, Given], Any]:
    """The verb of this name for the memory of the path."""
    return lambda ctx, given: getattr(ctx, name)(given["id"])


_AT = Field("at", whole(1, 1_000_000), "The number of a revision.")

CALLS: tuple[Call, ...] = (
    Call("GET", "/search", "ask", lambda ctx, given: ctx.ask(_query(ctx, given)), Answer,
         (Field("q", TEXT, "What is looked for; without it the newest come first."), *_FILTERS), lane="search"),
    Call("GET", "/memories", "listing", lambda ctx, given: ctx.listing(_query(ctx, given)), Listing, _FILTERS),
    Call("POST", "/memories", "put", lambda ctx, given: ctx.put(Draft(**given)), Saved, body=(_CONTENT, *_FIELDS),
         status=201, lane="writing"),
    Call("GET", "/memories/{id}", "recall", _on("recall"), Memory),
    Call("PATCH", "/memories/{id}", "update", lambda ctx, given: ctx.update(given["id"], **rest(given, "id")),
         Memory, body=(_CONTENT._replace(required=False), *_FIELDS,
                       Field("add_tags", TEXTS, "Tags to add."), Field("remove_tags", TEXTS, "Tags to remove.")),
         lane="writing"),
    Call("DELETE", "/memories/{id}", "delete", _on("delete"), Memory, lane="writing"),
    Call("POST", "/memories/{id}/archive", "archive", _on("archive"), Memory, lane="writing"),
    Call("POST", "/memories/{id}/deprecate", "deprecate",
         lambda ctx, given: ctx.deprecate(given["id"], given.get("see")), Memory,
         body=(Field("see", TEXT, "The memory to read instead."),), lane="writing"),
    Call("POST", "/memories/{id}/supersede", "supersede",
         lambda ctx, given: ctx.supersede(given["id"], given["by"]), Memory,
         body=(Field("by", TEXT, "The memory that replaces it.", required=True),), lane="writing"),
    Call("GET", "/memories/{id}/history", "history", _on("history"), list[Revision]),
    Call("GET", "/memories/{id}/diff", "diff", lambda ctx, given: ctx.diff(given["id"], given.get("at")), str, (_AT,)),
    Call("POST", "/memories/{id}/restore", "restore", lambda ctx, given: ctx.restore(given["id"], given.get("at")),
         Memory, body=(_AT,), lane="writing"),
    Call("GET", "/memories/{id}/links", "links", _on("links"), Links),
    Call("GET", "/memories/{id}/freshness", "freshness", _on("freshness"), Freshness),
    Call("GET", "/log", "log", lambda ctx, given: ctx.log(given.get("limit", 20)), list[Revision], (_LIMIT,)),
    Call("POST", "/undo", "undo", lambda ctx, _: ctx.undo(), Undone, lane="writing"),
    Call("GET", "/sessions", "list_sessions", lambda ctx, given: ctx.list_sessions(**given), list[Session],
         (_LIMIT, Field("tool", TEXT, "Only sessions with this tool."), Field("label", TEXT, "Only this label."),
          Field("since", TEXT, "Not older than this."), Field("until", TEXT, "Not newer than this."),
          Field("offset", whole(0, 1_000_000, 0), "How many to leave out first."),
          Field("all", FLAG, "In every namespace."))),
    Call("GET", "/sessions/{id}", "load_session", lambda ctx, given: ctx.load_session(given["id"]), Session),
    Call("GET", "/entities", "entities.list",
         lambda ctx, given: ctx.entities.list(given.get("limit", 50), given.get("type", "")), list[EntityInfo],
         (_LIMIT, Field("type", TEXT, "Only entities of this type."))),
    Call("GET", "/graph", "entities.graph",
         lambda ctx, given: ctx.entities.graph(given.get("around", ""), given.get("limit", 400)), EntityGraph,
         (Field("around", TEXT, "Only what memories say that name this."),
          Field("limit", whole(2, 5000, 400), "How many nodes at most."))),
    Call("GET", "/entities/{name:path}", "entities.show", lambda ctx, given: ctx.entities.show(given["name"]),
         Knowledge),
    Call("GET", "/why", "why", lambda ctx, given: ctx.why(inside(given["place"]), given.get("limit", 10)), Explanation,
         (Field("place", SAID, "A file, `path:12-30` or `path::symbol`.", required=True), _LIMIT)),
    Call("GET", "/code", "search_code",
         lambda ctx, given: ctx.search_code(given["q"], given.get("limit", 10), commits=given.get("commits", False)),
         list[CodeHit],
         (Field("q", TEXT, "What is looked for.", required=True), _LIMIT, Field("commits", FLAG, "Commits too."))),
    Call("GET", "/facets", "facets", lambda ctx, _: ctx.facets(), Facets),
    Call("GET", "/namespaces", "namespaces.list", lambda ctx, _: ctx.namespaces.list(), list[NamespaceInfo]),
    Call("GET", "/status", "status", lambda ctx, _: ctx.status(), Status),
    *TENDING,
)  # fmt: skip
