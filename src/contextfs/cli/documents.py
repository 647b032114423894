"""The JSON that `--json` prints: the domain's values as plain objects, field by field under their own names.

Times are ISO 8601 in UTC. A field is never renamed or dropped; new ones may be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from contextfs.domain.history import Revision, Undone
    from contextfs.domain.memory import Memory, Saved
    from contextfs.domain.search import Answer, SearchResult
    from contextfs.domain.status import Listing

Document = dict[str, object]


def plain(value: object) -> Any:
    """A value of the domain as JSON can say it."""
    fields = getattr(value, "_asdict", None)  # what every NamedTuple has
    if fields is not None:
        return plain(fields())
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(field) for key, field in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(item) for item in cast("Sequence[object]", value)]
    return value


def memory(value: Memory) -> Document:
    """One memory, its id first."""
    return {"id": value.id, **plain(value)}


def saved(value: Saved) -> Document:
    """What a save did."""
    similar = value.similar and {"memory": memory(value.similar[0]), "similarity": round(value.similar[1], 4)}
    return {
        "memory": memory(value.memory),
        "created": value.created,
        "similar": similar,
        "advice": list(value.advice),
    }


def result(value: SearchResult) -> Document:
    """One result: how relevant, the memory, and why."""
    return {
        "relevance": round(value.relevance, 4),
        "memory": memory(value.memory),
        "why": plain(value.why),
        "folded": list(value.folded),
        "marks": list(value.marks),
    }


def answer(query: str, value: Answer) -> Document:
    """The whole answer to one query."""
    return {
        "query": query,
        "results": [result(each) for each in value.results],
        "nearest": [result(each) for each in value.nearest],
        "elsewhere": value.elsewhere,
        "provider": value.provider,
        "waiting": value.waiting,
        "apart": value.apart,
    }


def marked(marks: Sequence[str]) -> Document:
    """The remarks beside a memory, where there are any."""
    return {"marks": list(marks)} if marks else {}


def listing(value: Listing) -> Document:
    """A list of memories and how many more there are."""
    return {"memories": listed(value), "total": value.total, "elsewhere": value.elsewhere}


def listed(value: Listing) -> list[Document]:
    """The memories of a list, each with what is to be known before believing it."""
    return [{**memory(each), **marked(value.marks.get(each.id, ()))} for each in value.memories]


def revision(value: Revision) -> Document:
    """One entry of the change log, with the memory as it stood after it."""
    return {**plain(value), "memory": value.memory and memory(value.memory)}


def undone(value: Undone) -> Document:
    """What undo took back."""
    return {**plain(value), "memories": [memory(each) for each in value.memories]}
