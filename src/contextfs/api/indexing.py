"""Indexing a repository: git says what there is, the readers make passages, the secret gate looks, the store keeps.

Nothing is read that is known: passages belong to contents, and git tells the content of every path. Each group of
files is written by itself, so a run that is interrupted leaves what it did and the next one goes on from there.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from contextfs.api import index_worker, upkeep
from contextfs.api.engine import Engine
from contextfs.api.index_worker import Worked
from contextfs.capture.screen import secrets_in
from contextfs.domain.given import whole_number
from contextfs.domain.indexed import CommitText, Indexed
from contextfs.domain.memory import Embedded
from contextfs.errors import InvalidInput
from contextfs.git import tracked
from contextfs.git.repository import Repository, find
from contextfs.indexing import commits as history
from contextfs.indexing import tree
from contextfs.store import passages, past, vectors
from contextfs.store.checkouts import Checkout
from contextfs.store.index import IndexTables, ReadyCommit, ReadyFile
from contextfs.store.passages import Made

COMMITS = 1000
"""Commits that are indexed unless something else is asked for."""
MOST_COMMITS = 1_000_000
_FILES, _PASSAGES = 64, 200
"""Files and passages that are worked out before they are written."""
_EMBEDDED = 64

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class _Plan(NamedTuple):
    """What a run has to do."""

    seen: tree.Snapshot
    files: list[tree.Entry]
    """Those that have to be read."""
    standing: dict[str, int]
    """Path -> number of its content, for those that are known."""
    skipped: dict[str, int]
    commits: list[str]


def commits_of(given: int | None) -> int:
    """How many commits somebody wants indexed."""
    return COMMITS if given is None else whole_number("commits", given, 0, MOST_COMMITS)


def repository_of(engine: Engine, path: str) -> Repository | None:
    """The repository that a path lies in."""
    cwd = os.path.abspath(os.path.expanduser(path)) if path else engine.workspace.cwd
    if not os.path.isdir(cwd):
        raise InvalidInput(f"{path!r} is no directory.", hint="Give a directory inside a git repository.")
    return find(cwd, os.environ)


def index(
    engine: Engine,
    path: str = "",
    *,
    force: bool = False,
    commits: int = COMMITS,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Indexed:
    """Index the repository of a path; `force` makes everything anew, the vectors of memories too."""
    repository = repository_of(engine, path)
    if repository is None and not force:
        raise InvalidInput(
            f"{path or engine.workspace.cwd} is not in a git repository, and only what git tracks is indexed.",
            hint="Give the path of a repository. To make the vectors of memories anew: contextfs index --force",
        )
    memories = upkeep.reindex(engine, progress) if force else 0
    if repository is None:
        return Indexed("", memories=memories)
    if repository.root == repository.git_dir:
        raise InvalidInput(f"{repository.root} has no working tree.", hint="Index a checkout of it.")
    run = Run(engine, repository, progress or (lambda _done, _total: None), stop or (lambda: False))
    return run.all(force=force, commits=commits)._replace(memories=memories)


class Run:
    """One run over one working tree."""

    def __init__(self, engine: Engine, repository: Repository, progress: Progress, stop: Stop) -> None:
        self._engine = engine
        self._repository = repository
        self._progress, self._stop = progress, stop
        self._tables: IndexTables = engine.store.index
        self._checkout: Checkout = self._tables.enter(repository.common_dir, repository.root)
        self._done = self._total = 0

    def all(self, *, force: bool, commits: int) -> Indexed:
        """Files, commits and vectors, as far as they are not there yet."""
        signature, seen = tracked.signature(self._repository), tree.snapshot(self._repository)
        state = f"{seen.state} {signature.split(' ')[0]} {commits} {tracked.refs(self._repository)}"
        placed = self._checkout.signature.partition("\n")[2]  # a search may have seen another branch since
        if state == self._checkout.state and placed == seen.state and not force:
            self._vectors()
            return self._report(0, unchanged=True)
        plan = self._plan(seen, commits, force=force)
        if force:
            self._tables.unsettle(self._checkout)  # so that the next run goes on if this one is interrupted
            self._forget_vectors()
        self._total = len(plan.files) + len(plan.commits)
        self._tables.place(self._checkout, plan.standing)
        self._files(plan.files)
        refused = self._commits(plan.commits)
        if not self._stop():
            self._tables.hide_others(self._checkout)
            notes = {"skipped": plan.skipped, "secrets": refused}
            self._tables.settle(self._checkout, state, f"{signature}\n{seen.state}", notes)
            self._tables.sweep()
        self._tables.refresh_frequent()
        self._vectors()
        return self._report(len(plan.files))

    def _plan(self, seen: tree.Snapshot, commits: int, *, force: bool) -> _Plan:
        known = self._tables.sources(self._checkout)
        plan = _Plan(seen, [], {}, {}, self._new_commits(commits))
        for entry in tree.entries(self._repository, seen):
            if entry.verdict:
                plan.skipped[entry.verdict] = plan.skipped.get(entry.verdict, 0) + 1
                continue
            if entry.source in known:
                plan.standing[entry.path] = known[entry.source]  # it serves until it is made anew
            if force or entry.source not in known:
                plan.files.append(entry)
        return plan

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _files(self, entries: Sequence[tree.Entry]) -> None:
        """Read and write files, by all cores where there are many."""
        provider = self._engine.embedder.provider
        settings = self._engine.provider_settings if provider and provider.instant else None
        many = len(entries) >= index_worker.WORTH
        root = self._repository.root
        files = index_worker.work(root, entries, settings) if many else index_worker.alone(root, entries)
        with contextlib.closing(files):
            for group in _groups(files):
                self._tables.put_files(self._checkout, self._ready(group))
                self._step(len(group))
                if self._stop():
                    return

    def _ready(self, group: Sequence[Worked]) -> list[ReadyFile]:
        """What writing the files takes: the words and vectors of the passages that are new."""
        digests = [[passages.digest(one) for one in worked.file.passages] for worked in group]
        known = self._tables.known(self._checkout, [one for part in digests for one in part])
        new = {
            key: (worked.file.path, one, vector)
            for worked, part in zip(group, digests, strict=True)
            for key, one, vector in zip(part, worked.file.passages, worked.embedded, strict=True)
            if key not in known
        }
        bare = [key for key, (_, _, vector) in new.items() if vector is None]
        vectors_ = dict(zip(bare, self._embedded([new[key][1].embedded for key in bare]), strict=True))
        made = {
            key: Made(passages.words(one.name, one.context, one.text, path), vector or vectors_[key])
            for key, (path, one, vector) in new.items()
        }
        return [ReadyFile(worked.file, part, made) for worked, part in zip(group, digests, strict=True)]

    def _embedded(self, texts: Sequence[str]) -> list[Embedded | None]:
        provider = self._engine.embedder.provider
        if provider is None or not provider.instant:
            return [None] * len(texts)
        return self._engine.embedder.embed_passages([(text,) for text in texts])

    # ── commits ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _new_commits(self, most: int) -> list[str]:
        """The commits that have to be read; those that nothing leads to any more are forgotten."""
        listed = tracked.log(self._repository, most) if most else []
        known = self._tables.commits(self._checkout)
        gone = sorted(known - set(listed))
        if gone:
            loose = tracked.forgotten(self._repository, gone) if most else gone
            self._tables.drop_commits(self._checkout, loose)
        return [one for one in listed if one not in known]

    def _commits(self, hashes: Sequence[str]) -> list[str]:
        """Read and write commits; returns those that seem to hold a secret."""
        refused: list[str] = []
        for start in range(0, len(hashes), history.AT_ONCE):
            if self._stop():
                break
            part = hashes[start : start + history.AT_ONCE]
            kept: list[CommitText] = []
            for one in history.texts(self._repository, part):
                found = secrets_in(f"{one.author}\n{one.subject}\n{one.body}")
                if found:
                    refused.append(f"commit {one.hash[:10]} ({found[0].kind})")
                else:
                    kept.append(one)
            embedded = self._embedded([past.embedded_text(one) for one in kept])
            ready = [
                ReadyCommit(one, past.words(one), vector) for one, vector in zip(kept, embedded, strict=True)
            ]
            self._tables.put_commits(self._checkout, ready)
            self._step(len(part))
        return refused

    # ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _forget_vectors(self) -> None:
        provider = self._engine.embedder.provider
        if provider:
            for collection in (vectors.CODE, vectors.COMMIT):
                self._tables.drop_vectors(provider.identity, collection)

    def _vectors(self) -> None:
        """Make vectors that are missing; those of a provider that is not used any more go when all are there."""
        provider = self._engine.embedder.provider
        if provider is None or self._stop():
            return
        for collection in (vectors.CODE, vectors.COMMIT):
            if embed_waiting(self._engine, provider.identity, collection, self._count, self._stop):
                for identity in self._tables.identities(collection):
                    if identity != provider.identity:
                        self._tables.drop_vectors(identity, collection)

    def _count(self, made: int) -> None:
        self._total += made
        self._step(made)

    def _step(self, done: int) -> None:
        self._done += done
        self._progress(self._done, max(self._total, self._done))

    def _report(self, read: int, *, unchanged: bool = False) -> Indexed:
        checkout = self._tables.checkout(self._repository.root) or self._checkout
        files, found, commits = self._tables.counts(checkout)
        skipped, secrets = left_out(self._tables, checkout)
        return Indexed(
            checkout.root,
            files=files,
            read=read,
            passages=found,
            commits=commits,
            skipped=skipped,
            secrets=secrets,
            unchanged=unchanged,
        )


def left_out(tables: IndexTables, checkout: Checkout) -> tuple[Mapping[str, int], Sequence[str]]:
    """Why files of a working tree have no passages, and what seems to hold a secret."""
    skipped, secrets = tables.verdicts(checkout)
    for verdict, count in checkout.notes.get("skipped", {}).items():
        skipped[verdict] = skipped.get(verdict, 0) + count
    return skipped, [*secrets, *checkout.notes.get("secrets", ())]


def embed_waiting(
    engine: Engine, identity: str, collection: str, count: Callable[[int], None], stop: Stop
) -> bool:
    """Make vectors of a collection that are missing; returns whether all are there now."""
    tables, after = engine.store.index, -1
    while not stop():
        rows = tables.waiting(identity, collection, after, _EMBEDDED)
        if not rows:
            return True
        made = engine.embedder.embed_passages([(text,) for _, text in rows])
        ready = [(row, vector) for (row, _), vector in zip(rows, made, strict=True) if vector]
        if len(ready) < len(rows):
            return False
        tables.add_vectors(ready, collection)
        count(len(ready))
        after = rows[-1][0]
    return False


def _groups(files: Iterable[Worked]) -> Iterator[list[Worked]]:
    """The files in groups that are quickly worked out and written."""
    group: list[Worked] = []
    size = 0
    for one in files:
        group.append(one)
        size += len(one.file.passages)
        if len(group) >= _FILES or size >= _PASSAGES:
            yield group
            group, size = [], 0
    if group:
        yield group
