"""memory-server: the knowledge graph of the official MCP memory server, JSON Lines of entities and relations.

An entity with its observations and what it is related to becomes one memory, named like the entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.transcript import Unread
from contextfs.exchange import cleaning
from contextfs.exchange.exporters.memory_server import ABOUT, FILE
from contextfs.exchange.json_lines import Line, records

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_ENTITY = frozenset(("name", "entityType", "observations"))
_RELATION = frozenset(("from", "to", "relationType"))


def sniff(head: Head) -> bool:
    """Whether its first lines are entities and relations."""
    kinds = [line.get("type") in ("entity", "relation") and _kind(line) for line in head.lines]
    return bool(kinds) and all(kinds)


def _kind(line: Mapping[str, Any]) -> str:
    if line.keys() >= _ENTITY:
        return "entity"
    return "relation" if line.keys() >= _RELATION else ""


def read(source: Source) -> Iterator[Incoming | LeftOut | Unread]:
    """Its entities, each with its relations."""
    entities: dict[str, Mapping[str, Any]] = {}
    relations: dict[str, list[tuple[str, str]]] = {}
    with source.opened() as file:
        for line in records(file):
            if isinstance(line, Unread):
                yield line
                continue
            kind, name = _kind(line.record), cleaning.line(line.record.get("name"))
            if kind == "entity" and name:
                entities[name] = line.record
            elif kind == "relation":
                start, relation, end = (
                    cleaning.line(line.record.get(key)) for key in ("from", "relationType", "to")
                )
                relations.setdefault(start, []).append((relation, end))
            else:
                yield _unread(line)
    for name, entity in entities.items():
        if entity.get("entityType") == FILE and not cleaning.lines(entity.get("observations")):
            continue  # only there for what is about it
        yield _memory(name, entity, relations.pop(name, []))
    for name, rest in relations.items():
        yield LeftOut("relations of an entity that is not there", f"{name} ({len(rest)})")


def _unread(line: Line) -> Unread:
    return Unread(f"line of type {cleaning.line(line.record.get('type'))[:40]!r}", f"line {line.number}")


def _memory(name: str, entity: Mapping[str, Any], relations: list[tuple[str, str]]) -> Incoming:
    word = cleaning.line(entity.get("entityType"))
    told = [f"- {observation}" for observation in cleaning.lines(entity.get("observations"))]
    files = [end for relation, end in relations if relation == ABOUT]
    relations = [pair for pair in relations if pair[0] != ABOUT]
    related = [f"- {relation} {end}" for relation, end in relations]
    parts = (f"# {name}", "\n".join(told), "\n".join(["Related:", *related]) if related else "")
    return Incoming(
        name,
        Draft(
            "\n\n".join(part for part in parts if part),
            type=cleaning.kind(word),
            tags=cleaning.tags([word] if cleaning.foreign_kind(word) else []),
            summary=name,
            metadata={**cleaning.foreign_kind(word), **cleaning.linked(relations)},
            files=files,
            source_tool="memory-server",
            created_at=cleaning.past(entity.get("createdAt") or entity.get("timestamp")),
        ),
        where=name,
    )
