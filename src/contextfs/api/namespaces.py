"""ctx.namespaces: list, rename and merge namespaces."""

from __future__ import annotations

from collections.abc import Mapping

from contextfs.api import recording
from contextfs.api.engine import Engine, now
from contextfs.domain.change import Patch
from contextfs.domain.clock import new_id, to_micros
from contextfs.domain.memory import STATUSES
from contextfs.domain.namespaces import namespace_name
from contextfs.domain.search import Filters, Scope
from contextfs.domain.status import NamespaceInfo
from contextfs.errors import InvalidInput, NamespaceNotFound
from contextfs.store.view import View

_BATCH = 25
_ANY = Filters(statuses=STATUSES)


class Namespaces:
    """The namespaces of one store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def list(self) -> list[NamespaceInfo]:
        """Every namespace with memories or sessions, and the current one even without."""
        with self._engine.store.reading() as view:
            counts, repos = view.namespace_counts(), view.namespace_repos()
            sessions = view.session_counts()
        current = self._engine.workspace.namespace
        return [
            NamespaceInfo(
                name,
                sum(counts.get(name, {}).values()),
                repos.get(name, []),
                name == current,
                sessions.get(name, 0),
            )
            for name in sorted({*counts, *sessions, current})
        ]

    def rename(self, old: str, new: str) -> int:
        """Give a namespace another name; returns how many memories moved, sessions going along. It must be free."""
        if self._count(namespace_name(old)) and self._count(namespace_name(new)):
            raise InvalidInput(
                f"The namespace {new!r} already holds memories.",
                hint=f"To put both together: contextfs namespace merge {old} {new}",
            )
        return self._move(old, new)

    def merge(self, source: str, into: str) -> int:
        """Move all memories of one namespace into another, and its sessions; returns how many memories moved."""
        if namespace_name(source) == namespace_name(into):
            raise InvalidInput(f"{source!r} cannot be merged into itself.")
        return self._move(source, into)

    def _count(self, name: str) -> int:
        with self._engine.store.reading() as view:
            return sum(view.namespace_counts().get(name, {}).values()) + view.session_counts().get(name, 0)

    def _move(self, old: str, new: str) -> int:
        source, target = namespace_name(old), namespace_name(new)
        if not self._count(source):
            raise NamespaceNotFound(f"The namespace {old!r} holds no memories.")
        batch, moved = new_id(), 0

        def plan(view: View) -> Mapping[str, Patch]:
            patch = {"namespace": target, "updated_at": to_micros(now())}
            return {memory.id: patch for memory in view.select(_ANY, Scope((source,)), _BATCH)}

        while written := self._engine.door.write(
            "move", self._engine.workspace.author, plan, screened=False, batch=batch
        ):
            moved += len(written)
        recording.move_all(self._engine, source, target, batch)
        return moved
