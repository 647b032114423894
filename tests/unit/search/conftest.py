"""A store that is searched by words and by the static table, without a cut-off unless a test asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS, SearchResult
from contextfs.settings import Settings

Found = Callable[..., list[SearchResult]]


@pytest.fixture(params=["words", "static"])
def provider(request: pytest.FixtureRequest) -> str:
    """The embedding provider that the store is searched with."""
    return str(request.param)


@pytest.fixture
def ctx(tmp_path: Path, provider: str) -> Iterator[ContextFS]:
    """An empty store."""
    settings = Settings({"CONTEXTFS_EMBEDDING_PROVIDER": provider}, data_dir=str(tmp_path / "data"))
    with ContextFS(settings=settings, namespace="team") as opened:
        yield opened


@pytest.fixture
def found(ctx: ContextFS) -> Found:
    """Everything a query brings up, best first, however little it has to do with it."""

    def search(query: str, **more: object) -> list[SearchResult]:
        return ctx.search(query, **{"min_relevance": 0.0, **more})  # type: ignore[arg-type]

    return search
