"""From what callers write to values: drafts from keywords, queries from filters, moments from texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from contextfs.domain import tags as tagging
from contextfs.domain.dates import parse_moment
from contextfs.domain.given import line_of, listed, mapping_of, number, whole_number
from contextfs.domain.memory import NO_METADATA, STATUSES, Draft, Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, Scope, SearchQuery
from contextfs.errors import InvalidInput

if TYPE_CHECKING:
    from contextfs.capture.stamp import Edit

_TO_COME = ("review_at", "expires_at")
_FROM_MEMORY = frozenset(Draft._fields) - {"id"}
MAX_LIMIT = 100_000
_MAX_OFFSET = 10**9


def drafts_of(given: object) -> list[Draft]:
    """The drafts that somebody means by several of these."""
    kind = type(given).__name__
    single = isinstance(given, str | bytes | Mapping | Draft | Memory)
    if single or not isinstance(given, Iterable):
        raise InvalidInput(f"Many memories are given as a list, not {kind}.", hint="Give [one, another, …].")
    return [draft_of(one) for one in cast("Iterable[Draft]", given)]


def draft_of(given: Draft | Memory | Mapping[str, object] | str) -> Draft:
    """The draft that somebody means by a text, a mapping of its fields, a Memory or a Draft."""
    if isinstance(given, str):
        return Draft(given)
    if isinstance(given, Draft):
        return draft_of(given._asdict())
    if isinstance(given, Memory):
        fields = {name: getattr(given, name) for name in _FROM_MEMORY}
        return Draft(**{name: value for name, value in fields.items() if value not in ("", None)})
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - callers are not all typed
        raise InvalidInput(
            f"A memory is saved from a text, a mapping or a Draft, not {type(given).__name__}."
        )
    unknown = [name for name in given if name not in Draft._fields]
    if unknown:
        raise InvalidInput(
            f"A memory has no field {unknown[0]!r}.", hint="It has: " + ", ".join(Draft._fields)
        )
    if given.get("content") is None:
        raise InvalidInput("A memory needs a content.", hint='Give at least {"content": "…"}.')
    return Draft(**{name: _field(name, value) for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _field(name: str, value: object) -> object:
    if name in ("created_at", "updated_at"):
        return moment_of(value)
    if name in _TO_COME:
        return moment_of(value, forward=True)
    if name in ("tags", "files"):
        return listed(name, value)
    return value


_LINKS = ("superseded_by", "supersedes")


def edit_of(fields: Mapping[str, object]) -> Edit:
    """The edit that keywords of `update` mean; raises InvalidInput for a field that there is not."""
    from contextfs.capture.stamp import Edit  # what only a write needs

    linked = [name for name in fields if name in _LINKS]
    if linked:
        raise InvalidInput(
            f"{linked[0]} says how two memories are connected and is no field of an update.",
            hint="Use ctx.supersede(old, new) or ctx.deprecate(old, see=new), which keep both sides right.",
        )
    known = [name for name in Edit._fields if name not in _LINKS]
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise InvalidInput(f"An update has no field {unknown[0]!r}.", hint="It has: " + ", ".join(known))
    times = {name: moment_of(fields[name], forward=True) for name in _TO_COME if fields.get(name)}
    return Edit(**{**fields, **times})  # type: ignore[arg-type]


def moment_of(value: object, *, end: bool = False, forward: bool = False) -> datetime | None:
    """A time given as a datetime, a date or a text such as `2026-01-15` or `7d`; `end` and `forward` as in dates."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, str):
        return parse_moment(value, end=end, forward=forward) if value.strip() else None
    raise InvalidInput(
        f"{value!r} is not a time.", hint="Give a datetime, or a text such as 2026-01-15 or 7d."
    )


def query_of(text: str, limit: int, given: dict[str, Any], scope: Callable[..., Scope]) -> SearchQuery:
    """The query that keywords mean; raises InvalidInput for a keyword or a value that there is not."""
    unknown = [name for name in given if name not in _KEYWORDS]
    if unknown:
        raise InvalidInput(
            f"A search has no filter {unknown[0]!r}.", hint="It has: " + ", ".join(sorted(_KEYWORDS))
        )
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers are not all typed
        raise InvalidInput(f"A query is a text, not {type(text).__name__}.")
    conditions, least = filters(given), given.get("min_relevance")
    return SearchQuery(
        text=text,
        filters=conditions,
        scope=scope(
            namespace=given.get("namespace"),
            project=conditions.project,
            source_repo=conditions.source_repo,
            all=bool(given.get("all")),
        ),
        limit=whole_number("limit", limit, 1, MAX_LIMIT),
        offset=whole_number("offset", given.get("offset") or 0, 0, _MAX_OFFSET),
        min_relevance=None if least is None else number("min_relevance", least, 0, 1),
        as_of=moment_of(given.get("as_of"), end=True),
        graph=None if given.get("graph") is None else bool(given["graph"]),
    )


def filters(given: Mapping[str, Any]) -> Filters:
    """The conditions that keywords of search stand for; raises InvalidInput."""
    statuses = listed("status", given["status"]) if given.get("status") else Filters().statuses
    wrong = [name for name in statuses if name not in STATUSES]
    if wrong:
        raise InvalidInput(f"{wrong[0]!r} is not a status.", hint=f"Use one of: {', '.join(STATUSES)}")
    return Filters(
        types=[MemoryType.parse(name) for name in listed("type", given["type"])] if given.get("type") else (),
        tags=[tagging.normalise(tag) for tag in listed("tags", given["tags"])] if given.get("tags") else (),
        metadata=mapping_of("metadata_filter", given.get("metadata") or NO_METADATA),
        since=moment_of(given.get("since")),
        until=moment_of(given.get("until"), end=True),
        statuses=statuses,
        at=None,
        **{name: line_of(name, given.get(name) or "") for name in _EQUAL},
    )


_EQUAL = ("project", "source_repo", "source_tool", "author", "branch", "session_id")
_KEYWORDS = frozenset(
    (
        *_EQUAL,
        "type",
        "tags",
        "metadata",
        "since",
        "until",
        "status",
        "namespace",
        "all",
        "offset",
        "as_of",
        "min_relevance",
        "graph",
    )
)
