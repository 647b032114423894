"""The format of the official MCP memory server: a memory is an entity, its text an observation, its links relations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from contextfs.domain.memory import Memory

FILE, ABOUT = "file", "is about"
"""How a file is written that memories are about, and how they are tied to it."""


def lines(memories: Sequence[Memory]) -> Iterator[str]:
    """The lines of such a file: every entity, then every relation between them."""
    names = _names(memories)
    entities = {names[memory.id] for memory in memories}
    for memory in memories:
        yield _json(
            {
                "type": "entity",
                "name": names[memory.id],
                "entityType": str(memory.metadata.get("original_type") or memory.type),
                "observations": list(_observations(memory)),
            }
        )
    files = dict.fromkeys(path for memory in memories for path in memory.files)
    for path in files:
        if path not in entities:
            yield _json({"type": "entity", "name": path, "entityType": FILE, "observations": []})
    for start, relation, end in _relations(memories, names, entities):
        yield _json({"type": "relation", "from": start, "to": end, "relationType": relation})


def _names(memories: Iterable[Memory]) -> dict[str, str]:
    """Memory id -> the name of its entity: its title, and its id as well where two have the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for memory in memories:
        name = " ".join(memory.title.split())[:200] or memory.short_id
        if name in taken:
            name = f"{name} ({memory.short_id})"
        if name in taken:
            name = f"{name} ({memory.id})"
        taken.add(name)
        names[memory.id] = name
    return names


def _observations(memory: Memory) -> Iterator[str]:
    yield memory.content
    if memory.tags:
        yield f"tags: {', '.join(memory.tags)}"
    if memory.project:
        yield f"project: {memory.project}"
    if memory.status != "active":
        yield f"status: {memory.status}"
    if memory.created_at:
        yield f"saved: {memory.created_at:%Y-%m-%d}"


def _linked(memory: Memory) -> Iterator[tuple[str, str]]:
    """What an import found the memory to be related to, by name."""
    links = memory.metadata.get("links")
    for relation, ends in cast("Mapping[str, object]", links).items() if isinstance(links, Mapping) else ():
        if isinstance(ends, Sequence) and not isinstance(ends, str):
            yield from ((relation, str(end)) for end in cast("Sequence[object]", ends))


def _relations(
    memories: Iterable[Memory], names: dict[str, str], entities: set[str]
) -> Iterator[tuple[str, str, str]]:
    for memory in memories:
        name = names[memory.id]
        yield from ((name, "supersedes", names[other]) for other in memory.supersedes if other in names)
        yield from ((name, ABOUT, path) for path in memory.files if path != name)
        yield from ((name, relation, end) for relation, end in _linked(memory) if end in entities)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
