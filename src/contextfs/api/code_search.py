"""Searching indexed repositories: the tree is brought up to date unread, and what is shown is checked."""

from __future__ import annotations

import os
from collections.abc import Sequence

from contextfs.api.engine import Engine
from contextfs.domain.indexed import CodeHit
from contextfs.domain.search import NO_FILTERS, Filters, SearchQuery, SearchResult
from contextfs.domain.text import lines_of
from contextfs.embedding import chain
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.errors import EmbeddingUnavailable, InvalidInput, StoreError
from contextfs.git import tracked
from contextfs.git.repository import Repository, find
from contextfs.indexing import tree
from contextfs.indexing.choosing import text_of
from contextfs.search.pipeline import search
from contextfs.store.checkouts import Checkout
from contextfs.store.code import Code, Commits, Where
from contextfs.store.index import IndexTables
from contextfs.store.view import View

CODE, COMMIT = "code", "commit"
LEAST = 0.25
"""Relevance from which code is shown to somebody who asks for it: 97 % of the right functions that are found for 500
questions are above it, and nothing for 300 questions about other things."""
_MORE = 3
"""How many times as many passages are looked for as places are shown; some may be gone."""


def find_code(
    engine: Engine,
    text: str,
    kinds: Sequence[str],
    limit: int,
    *,
    min_relevance: float | None = None,
    everywhere: bool = False,
    filters: Filters = NO_FILTERS,
) -> list[CodeHit]:
    """The passages and commits of the current working tree that answer a question, each kind best first.

    Outside an indexed repository, or when `everywhere` is asked for, all that are indexed are searched; of the filters
    a repository narrows both kinds, author and times the commits.
    """
    wanted = checkouts_here(engine, everywhere=everywhere or bool(filters.source_repo))
    if filters.source_repo:
        wanted = [one for one in wanted if os.path.basename(one.root) == filters.source_repo]
        if not wanted:
            raise InvalidInput(
                f"No indexed repository is called {filters.source_repo!r}.", hint="See: contextfs index list"
            )
    if not wanted or not text.strip():
        return []
    found: list[CodeHit] = []
    for kind in kinds:
        asked = SearchQuery(
            text.strip(), filters, limit=limit * _MORE, min_relevance=min_relevance, graph=False
        )
        found += _found(engine, asked, kind, wanted, limit)
    return found


def checkouts_here(engine: Engine, *, everywhere: bool = False) -> list[Checkout]:
    """The working trees to search, the current one brought up to date."""
    tables = engine.store.index
    known = tables.checkouts()
    repository = find(engine.workspace.cwd, os.environ) if known else None
    if repository is None or everywhere:
        return known
    here = next((one for one in known if one.root == repository.root), None)
    if here is None:
        here = _joined(engine, repository)
    return [refreshed(engine, repository, here)] if here else []


def _joined(engine: Engine, repository: Repository) -> Checkout | None:
    """This working tree, when another one of the same repository is indexed: what both have is known already."""
    try:
        return engine.store.index.join(repository.common_dir, repository.root)
    except StoreError:  # a store that cannot be written to is searched as it is
        return None


def refreshed(engine: Engine, repository: Repository, checkout: Checkout) -> Checkout:
    """Give the paths the contents that they have now, after a commit or a change of branch; reads no unchanged file."""
    signature, (placed, _, state) = tracked.signature(repository), checkout.signature.partition("\n")
    if signature == placed:
        return checkout
    tables = engine.store.index
    try:
        seen = tree.snapshot(repository)
    except InvalidInput:  # git does not answer: what is known has to do
        return checkout
    if seen.state == state:  # git has only looked at its files again
        return _noted(tables, checkout, f"{signature}\n{state}", checkout.changed)
    known = tables.sources(checkout)
    entries = [one for one in tree.entries(repository, seen) if not one.verdict]
    standing = {one.path: known[one.source] for one in entries if one.source in known}
    try:
        tables.place(checkout, standing)
    except StoreError:
        return checkout
    return _noted(tables, checkout, f"{signature}\n{seen.state}", len(entries) - len(standing))


def _noted(tables: IndexTables, checkout: Checkout, signature: str, changed: int) -> Checkout:
    try:
        tables.note(checkout, signature, changed)
    except StoreError:
        return checkout
    return checkout._replace(signature=signature, changed=changed)


def _found(
    engine: Engine, asked: SearchQuery, kind: str, wanted: Sequence[Checkout], limit: int
) -> list[CodeHit]:
    while True:
        with engine.store.reading() as view:
            room = (Code if kind == CODE else Commits).of(view, wanted)
            provider = _provider(engine, room)
            try:
                results = search(room, asked, provider)[0]
            except EmbeddingUnavailable as error:
                engine.embedder.fail(provider.name if provider else "", error)
                continue
            if isinstance(room, Code):
                return _code_hits(room, results, limit)
            return _commit_hits(room, results, limit)


def _provider(engine: Engine, room: View) -> EmbeddingProvider | None:
    """The provider that made the most vectors of what is searched, the active one if it made as many."""
    embedder = engine.embedder
    active = embedder.provider
    if active is None and embedder.settings.choice == chain.WORDS:
        return None
    counts = room.vector_counts()
    if active and counts.get(active.identity, 0) >= max(counts.values(), default=1):
        return active
    others = [
        one
        for one in chain.every(engine.provider_settings)
        if not embedder.has_failed(one.name) and one.available() and one.identity in counts
    ]
    return max(others, key=lambda one: counts[one.identity], default=None)


def _code_hits(room: Code, results: Sequence[SearchResult], limit: int) -> list[CodeHit]:
    rows = [int(one.memory.id) for one in results]
    places = room.places(rows) if rows else {}
    found: list[CodeHit] = []
    for row, one in zip(rows, results, strict=True):
        checked = next((hit for where in places.get(row, ()) if (hit := _hit(one, where))), None)
        if checked:
            found.append(checked)
        if len(found) == limit:
            break
    return found


def _hit(one: SearchResult, where: Where) -> CodeHit | None:
    """A passage at its place in the working tree as it is now; None when the file is gone."""
    memory = one.memory
    text = str(memory.metadata["text"])
    hit = CodeHit(
        CODE,
        one.relevance,
        memory.summary,
        text,
        path=where.path,
        start=where.first,
        end=where.last,
        root=where.root,
        terms=one.why.terms,
        parts=one.why.parts,
    )
    data = tree.content(where.root, where.path)
    if data is None:
        return None
    if memory.metadata["kind"] == "cell":  # its text stands in the file in another form
        return hit
    return _checked(hit, text_of(data))


def _checked(hit: CodeHit, content: str) -> CodeHit:
    lines = lines_of(content)
    if "\n".join(lines[hit.start - 1 : hit.end]) == hit.text:
        return hit
    whole = "\n".join(lines)
    at = whole.find(hit.text)
    if at < 0:
        return hit._replace(note="changed since it was indexed")
    start = whole.count("\n", 0, at) + 1
    return hit._replace(start=start, end=start + hit.end - hit.start)


def _commit_hits(room: Commits, results: Sequence[SearchResult], limit: int) -> list[CodeHit]:
    rows = [int(one.memory.id) for one in results[:limit]]
    commits = room.commits(rows) if rows else {}
    return [
        CodeHit(
            COMMIT,
            one.relevance,
            commits[row].subject,
            commits[row].body,
            commit=commits[row].hash,
            author=commits[row].author,
            at=commits[row].at,
            files=commits[row].files,
            terms=one.why.terms,
            parts=one.why.parts,
        )
        for row, one in zip(rows, results, strict=False)
        if row in commits
    ]
