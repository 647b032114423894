"""Why: from a place in the code to the memories behind it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from contextfs.api import lookup, standing
from contextfs.api.engine import Engine
from contextfs.domain.given import text_of
from contextfs.domain.lineage import Explanation, place_of
from contextfs.domain.search import Scope, SearchQuery, SearchResult
from contextfs.errors import MemoryNotFound
from contextfs.lineage import code as code_
from contextfs.lineage import why as why_
from contextfs.search.relevance import coefficients
from contextfs.store.view import View

Explain = Callable[[View, code_.Code, Scope], Explanation]


def why(engine: Engine, target: str, limit: int) -> Explanation:
    """The memories and commits behind a place; raises InvalidInput, MemoryNotFound where nothing at all is known."""

    def search(scope: Scope) -> Callable[[str, int], Sequence[tuple[SearchResult, bool]]]:
        def look(words: str, most: int) -> list[tuple[SearchResult, bool]]:
            answer = lookup.ask(engine, SearchQuery(words, scope=scope, limit=most, min_relevance=0.0))
            least = coefficients(answer.provider or "words").threshold
            return [(one, one.relevance >= least) for one in answer.results]

        return look

    found = _explained(
        engine, target, lambda view, code, scope: why_.explain(view, code, scope, search(scope), limit)
    )
    return found._replace(memories=standing.behind(engine, found.memories))


def about_file(engine: Engine, path: str, limit: int) -> Explanation:
    """The memories that are attached to a file, name it, or name what it defines; a folder takes what is below it."""
    return _explained(
        engine, path, lambda view, code, scope: why_.about_file(view, code, scope, limit), strict=False
    )


def _explained(engine: Engine, target: str, explain: Explain, *, strict: bool = True) -> Explanation:
    cwd = engine.workspace.cwd or os.getcwd()
    place = place_of(text_of("place", target), lambda path: code_.is_there(path, cwd, os.environ))
    code, scope = _scoped(engine, code_.read(place, cwd, os.environ))
    with engine.store.reading() as view:
        found = explain(view, code, scope)
    if strict and not (code.exists or found.commits or found.memories):
        raise MemoryNotFound(
            f"Nothing is known of {place.path!r}: there is no such file, no commit of it, and no memory names it.",
            hint="Give a path relative to here or to the top of the repository, such as src/app.py:10-20.",
        )
    return found


def _scoped(engine: Engine, code: code_.Code) -> tuple[code_.Code, Scope]:
    """A place is explained by the memories of its own repository, and by ours where they mean that very file."""
    here = engine.workspace
    scope = lookup.scope_of(engine, namespace=None, project="", source_repo="", everywhere=False)
    if code.repository is None or code.repository.root == here.root:
        return code, scope
    full = os.path.normpath(os.path.join(code.repository.root, code.place.path))
    names = [full, os.path.relpath(full, os.path.realpath(here.root or here.cwd or os.curdir))]
    outer = code_.Outer([name.replace(os.sep, "/") for name in names if not name.startswith("..")], scope)
    return code._replace(outer=outer), Scope(engine.namespaces_at(os.path.dirname(full)))
