"""Drawing the graph: from the latest memories, or from those that name one thing, to what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from contextfs.domain.entity import Naming, namings
from contextfs.domain.entity_graph import ENTITY, MEMORY, Edge, EntityGraph, Node
from contextfs.domain.memory import Memory
from contextfs.domain.search import Filters, Scope
from contextfs.store.view import View

_NAMES = 16
"""Things of one memory that are drawn; one that names a hundred says little of each."""


class _Names(dict[str, str]):
    """Key -> how the thing is called: as somebody decided, else as it was spelled first."""

    def name(self, one: Naming) -> str:
        """What to call it."""
        return self.setdefault(one.key, one.name)


def graph_of(view: View, scope: Scope, limit: int) -> EntityGraph:
    """The latest memories with the things that more than one of them names, as many nodes as may be."""
    memories = view.select(Filters(), scope, limit)
    return _drawn(view, scope, memories, limit, least=2, total=view.count(Filters(), scope))


def graph_around(view: View, scope: Scope, memories: Sequence[Memory], limit: int) -> EntityGraph:
    """Some memories with everything that they name."""
    return _drawn(view, scope, memories[:limit], limit, least=1, total=len(memories))


def _drawn(
    view: View, scope: Scope, memories: Sequence[Memory], limit: int, *, least: int, total: int
) -> EntityGraph:
    renamed = _Names((key, one.name) for one in view.named(scope) for key in one.keys)
    named = {one.id: _named(view, one, renamed) for one in memories}
    counts = Counter(name for names in named.values() for name in names)
    wanted = [name for name, count in counts.most_common() if count >= least]
    memories = memories[: max(limit - len(wanted), limit // 2)]
    kept = set(wanted[: limit - len(memories)])
    types = {name: kind for names in named.values() for name, kind in names.items() if kind}
    edges = [*_names(memories, named, kept), *_references(view, memories)]
    degree = Counter(end for edge in edges for end in (edge.source, edge.target))
    nodes = [Node(one.id, MEMORY, one.title[:80], str(one.type), degree[one.id]) for one in memories]
    nodes += [
        Node(name, ENTITY, _short(name), types.get(name, ""), degree[name]) for name in counts if name in kept
    ]
    return EntityGraph(nodes, edges, len(memories), total)


def _named(view: View, memory: Memory, renamed: _Names) -> dict[str, str]:
    """What a memory names, as it is called -> what sort of thing it is."""
    found = namings(memory, view.mentions_of(memory.id))[:_NAMES]
    return {renamed.name(one): _sort(one) for one in found}


def _sort(naming: Naming) -> str:
    return naming.type or (naming.source if naming.source in {"file", "symbol", "link"} else "")


def _names(memories: Sequence[Memory], named: Mapping[str, Mapping[str, str]], kept: set[str]) -> list[Edge]:
    return [Edge(one.id, name, "names") for one in memories for name in named[one.id] if name in kept]


def _references(view: View, memories: Sequence[Memory]) -> list[Edge]:
    there = {one.id for one in memories}
    edges = [Edge(one.id, old, "supersedes") for one in memories for old in one.supersedes if old in there]
    known = {(edge.source, edge.target) for edge in edges}
    for one in memories:
        for mention in view.mentions_of(one.id):
            target = _meant(mention.name, there) if mention.kind == "memory" else ""
            if target and target != one.id and (one.id, target) not in known:
                edges.append(Edge(one.id, target, "refers to"))
                known.add((one.id, target))
    return edges


def _meant(prefix: str, there: set[str]) -> str:
    if prefix in there:
        return prefix
    found = [one for one in there if one.startswith(prefix)]
    return found[0] if len(found) == 1 else ""


def _short(name: str) -> str:
    """A name as it stands beside a point: of a path, its last part."""
    return name.rstrip("/").rpartition("/")[2] or name
