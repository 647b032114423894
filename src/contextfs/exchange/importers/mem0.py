"""mem0: what its `get_all` returns, saved as JSON (one object, or a list) or as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from contextfs.domain.digest import digest
from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.transcript import Unread
from contextfs.exchange import cleaning
from contextfs.exchange.json_lines import records
from contextfs.exchange.json_stream import pieces

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_LISTS = ("results", "memories", "data")
_OWNERS = ("user_id", "agent_id", "app_id", "run_id", "actor_id", "role")


def sniff(head: Head) -> bool:
    """Whether its first memories have a text named memory, with an id or an owner."""
    if head.keys & set(_LISTS) and (head.in_list or len(head.lines) < 2):  # events of others have `data` too
        return b'"memory"' in head.data and b'"id"' in head.data and b'"role"' not in head.data[:200]
    return _fits(head.keys) or (bool(head.lines) and all(_fits(frozenset(line)) for line in head.lines))


def _fits(keys: frozenset[str]) -> bool:
    return "memory" in keys and bool(keys & {"id", "hash", *_OWNERS})


def read(source: Source) -> Iterator[Incoming | LeftOut | Unread]:
    """Its memories, and the relations of its graph where there is one."""
    head = source.head
    with source.opened() as file:
        if len(head.lines) > 1 or (head.lines and _fits(frozenset(head.lines[0]))):
            for line in records(file):
                yield line if isinstance(line, Unread) else _memory(line.record, f"line {line.number}")
            return
        for place, (name, value) in enumerate(pieces(file, (*_LISTS, "relations")), 1):
            if isinstance(value, Mapping) and (name in _LISTS or not name):
                yield _memory(cast("Mapping[str, Any]", value), f"memory {place}")
            elif name == "relations":
                yield LeftOut("relation of the graph, which the memories say in words", f"entry {place}")
            elif name not in {"count", "next", "previous", "page", "total"}:
                yield Unread(f"entry {name[:40]!r}", f"entry {place}")


def _memory(row: Mapping[str, Any], where: str) -> Incoming | LeftOut:
    content = cleaning.text(row.get("memory") or row.get("data") or row.get("text"))
    if not content.strip():
        return LeftOut("without text", where)
    metadata = cleaning.mapping(row.get("metadata"))
    metadata.update({name: cleaning.line(row[name]) for name in _OWNERS if row.get(name)})
    word = metadata.get("type") or metadata.get("category")
    categories = cleaning.sequence(row.get("categories"))
    return Incoming(
        cleaning.text(row.get("id")) or digest(content),
        Draft(
            content,
            type=cleaning.kind(word),
            tags=cleaning.tags(categories, cleaning.sequence(metadata.pop("tags", None))),
            project=cleaning.line(metadata.get("project")) or None,
            metadata=metadata,
            source_tool="mem0",
            created_at=cleaning.past(row.get("created_at")),
            updated_at=cleaning.past(row.get("updated_at")),
            expires_at=cleaning.moment(row.get("expiration_date")),
            session_id=cleaning.line(row.get("run_id")),
        ),
        where=where,
    )
