"""ctx.entities: the named things that memories are about."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from contextfs.api import entity_graphs, lookup
from contextfs.api.drafts import MAX_LIMIT
from contextfs.api.engine import Engine
from contextfs.domain.change import Patch
from contextfs.domain.clock import new_id
from contextfs.domain.entity import EntityInfo, Knowledge, Named, key_of, pieces
from contextfs.domain.entity_graph import EntityGraph
from contextfs.domain.entity_state import KIND, state_of
from contextfs.domain.given import line_of, whole_number
from contextfs.domain.memory_state import difference
from contextfs.domain.search import Scope
from contextfs.errors import EntityNotFound, InvalidInput
from contextfs.lineage import knowledge as knowledge_
from contextfs.store.view import View


class Entities:
    """The entities of the namespaces that a search sees."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _scope(self) -> Scope:
        return lookup.scope_of(self._engine, namespace=None, project="", source_repo="", everywhere=False)

    def list(self, limit: int = 50, type: str = "") -> list[EntityInfo]:
        """The entities that memories name, those in the most memories first."""
        most = whole_number("limit", limit, 1, MAX_LIMIT)
        scope = self._scope()  # before the store is read: finding out where we are may write to it
        with self._engine.store.reading() as view:
            found = knowledge_.every(view, scope)
        return [one for one in found if not type or one.type.lower() == type.lower()][:most]

    def show(self, name: str) -> Knowledge:
        """Everything that is known of an entity, however it is spelled; raises EntityNotFound."""
        wanted, scope = _named(name), self._scope()
        with self._engine.store.reading() as view:
            found = knowledge_.knowledge(view, wanted, scope)
            known = [] if found else [one.name for one in knowledge_.every(view, scope)]
        if found is None:
            near = get_close_matches(wanted, known, n=3, cutoff=0.6)
            hint = f"Did you mean {', '.join(near)}?" if near else "See what is named: contextfs entity list"
            raise EntityNotFound(f"No memory names {wanted!r}.", hint=hint)
        return found

    def graph(self, around: str = "", limit: int = 400) -> EntityGraph:
        """The latest memories with the things they have in common, or all that name one thing, with what they name."""
        most = whole_number("limit", limit, 2, MAX_LIMIT)
        memories = self.show(around).memories if around else ()
        scope = self._scope()
        with self._engine.store.reading() as view:
            if around:
                return entity_graphs.graph_around(view, scope, memories, most)
            return entity_graphs.graph_of(view, scope, most)

    def merge(self, name: str, other: str) -> Knowledge:
        """Say that two names mean one entity, which is then called by the first; `undo` takes it back."""
        kept, gone = _named(name), _named(other)
        if key_of(kept) == key_of(gone):
            raise InvalidInput(f"{kept!r} and {gone!r} are one entity already.")
        self.show(gone)  # a name that nobody uses is a typing error
        scope = self._scope()

        def plan(view: View) -> Mapping[str, Patch]:
            first, second = (knowledge_.resolve(view, one, scope) for one in (kept, gone))
            if first.id and first.id == second.id:
                raise InvalidInput(f"{kept!r} and {gone!r} are one entity already.")
            words = tuple(dict.fromkeys((*first.words, *second.words)))
            after = Named(first.id, "", first.name, first.type or second.type, words)
            patches = self._written(view, first, after)
            return {**patches, **({second.id: {"deleted": True}} if second.id else {})}

        self._engine.door.write("merge", self._engine.workspace.author, plan, kind=KIND)
        return self.show(kept)

    def rename(self, name: str, new: str, type: str = "") -> Knowledge:
        """Call an entity by another name, and perhaps say what type it is; its old name still finds it."""
        old, wanted = _named(name), _named(new)
        self.show(old)
        scope = self._scope()

        def plan(view: View) -> Mapping[str, Patch]:
            entity = knowledge_.resolve(view, old, scope)
            taken = knowledge_.resolve(view, wanted, scope)
            if taken.id and taken.id != entity.id:
                raise InvalidInput(
                    f"{taken.name!r} is another entity already.",
                    hint=f"To put both together: contextfs entity merge {wanted!r} {old!r}",
                )
            words = tuple(dict.fromkeys((*entity.words, " ".join(pieces(wanted)))))
            return self._written(view, entity, Named(entity.id, "", wanted, type or entity.type, words))

        self._engine.door.write("rename", self._engine.workspace.author, plan, kind=KIND)
        return self.show(wanted)

    def _written(self, view: View, before: Named, after: Named) -> dict[str, Patch]:
        """The patch that leads from what was decided about a name to what is decided now."""
        placed = after._replace(namespace=before.namespace or self._engine.workspace.namespace)
        if not before.id:
            return {new_id(): state_of(placed)}
        return {before.id: difference(view.folded(before.id).fields, state_of(placed))}


def _named(given: str) -> str:
    """A name that says something; raises InvalidInput."""
    name = line_of("name", given).strip()
    if not key_of(name):
        raise InvalidInput(
            f"{given!r} is no name of anything.", hint="Such as AuthService, or src/auth/service.py."
        )
    return name
