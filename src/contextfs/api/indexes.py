"""ctx.indexes: how far repositories are indexed, indexing in the background, and forgetting an index."""

from __future__ import annotations

import builtins
import os
import threading
from collections.abc import Sequence

from contextfs.api import code_search, indexing
from contextfs.api.engine import Engine
from contextfs.domain.clock import Timestamp
from contextfs.domain.indexed import IndexStatus
from contextfs.domain.search import Scope
from contextfs.errors import ContextFSError, InvalidInput
from contextfs.git.repository import Repository
from contextfs.indexing import grammar
from contextfs.store.checkouts import Checkout
from contextfs.store.code import Code, Commits


class Indexes:
    """The working trees that were indexed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._runs: dict[str, Background] = {}

    def list(self) -> list[IndexStatus]:
        """Every indexed working tree."""
        return [self._status(one) for one in self._engine.store.index.checkouts()]

    def status(self, path: str | os.PathLike[str] = "") -> IndexStatus:
        """How far the repository of a path is indexed; raises InvalidInput outside of one."""
        repository = self._repository(os.fspath(path))
        found = self._engine.store.index.checkout(repository.root)
        if found is None:
            return IndexStatus(
                repository.root,
                repository.name,
                *(0, 0, 0, 0, 0),
                running=self._running(repository.root),
                reader=_reader(),
            )
        return self._status(code_search.refreshed(self._engine, repository, found))

    def clear(self, path: str | os.PathLike[str] = "", *, all: bool = False) -> int:
        """Forget the index of the repository of a path, or every index; returns how many working trees that were.

        All working trees of the repository go, since one would bring it back to the others; of a directory that is not
        there any more, just that one.
        """
        tables = self._engine.store.index
        known = tables.checkouts()
        if not all:
            known = self._meant(os.fspath(path), known)
        for one in known:
            tables.remove(one)
        return len(known)

    def _meant(self, path: str, known: Sequence[Checkout]) -> builtins.list[Checkout]:
        gone = os.path.realpath(os.path.join(self._engine.workspace.cwd, os.path.expanduser(path)))
        if path and not os.path.exists(gone):
            return [one for one in known if one.root == gone]
        root = self._repository(path).root
        repositories = {one.repository for one in known if one.root == root}
        return [one for one in known if one.repository in repositories]

    def start(
        self, path: str | os.PathLike[str] = "", *, force: bool = False, commits: int | None = None
    ) -> IndexStatus:
        """Begin to index in the background, unless that is under way; `status` tells how far it is.

        `force` during a run has everything made anew after it.
        """
        repository = self._repository(os.fspath(path))
        most = indexing.commits_of(commits)
        run = self._runs.get(repository.root)
        if run is not None and run.alive and force:
            run.again()
        elif run is None or not run.alive:
            self._runs[repository.root] = Background(self._engine, repository.root, most, force=force)
        return self.status(repository.root)

    def stop(self) -> None:
        """End what is under way after its present group of files; the next run goes on from there."""
        for run in self._runs.values():
            run.stop()

    def _repository(self, path: str) -> Repository:
        found = indexing.repository_of(self._engine, path)
        if found is None:
            raise InvalidInput(
                f"{path or self._engine.workspace.cwd} is not in a git repository.",
                hint="Show what is indexed with: contextfs index list",
            )
        return found

    def _running(self, root: str) -> str:
        return self._runs[root].told if root in self._runs else ""

    def _status(self, checkout: Checkout) -> IndexStatus:
        tables = self._engine.store.index
        files, passages, commits = tables.counts(checkout)
        skipped, secrets = indexing.left_out(tables, checkout)
        provider = self._engine.embedder.wanted
        waiting = 0
        if provider:
            with self._engine.store.reading() as view:
                rooms = (Code.of(view, [checkout]), Commits.of(view, [checkout]))
                waiting = sum(room.waiting(provider.identity, Scope()) for room in rooms)
        return IndexStatus(
            checkout.root,
            os.path.basename(checkout.root),
            files,
            passages,
            commits,
            waiting,
            checkout.changed,
            skipped,
            secrets,
            Timestamp.from_micros(checkout.indexed_at) if checkout.indexed_at else None,
            self._running(checkout.root),
            _reader(),
        )


def _reader() -> str:
    return "tree-sitter" if grammar.installed() else "shape of lines"


class Background:
    """One run in a thread of its own."""

    def __init__(self, engine: Engine, root: str, commits: int, *, force: bool) -> None:
        self.told = "beginning"
        self._stopped = threading.Event()
        self._again = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(engine, root, commits, force), name="contextfs-index", daemon=True
        )
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    def again(self) -> None:
        """Make everything anew once this run is over."""
        self._again.set()

    def stop(self) -> None:
        """End soon, and wait for that."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self, engine: Engine, root: str, commits: int, force: bool) -> None:
        try:
            while True:
                indexing.index(
                    engine, root, force=force, commits=commits, progress=self._tell, stop=self._stopped.is_set
                )
                if not self._again.is_set() or self._stopped.is_set():
                    break
                self._again.clear()
                force = True
            self.told = ""
        except ContextFSError as error:
            self.told = f"failed: {error.message} {error.hint}"

    def _tell(self, done: int, total: int) -> None:
        self.told = f"{done} of {total} files and commits"
