"""Stores filled with evaluation sets through the public API, and rankings asked of them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from evalsets import EvalSet, Question

from contextfs import ContextFS, SearchResult
from contextfs.settings import Settings

DEPTH = 20
_FILLED = "documents.json"
_BATCH = 500


class Filled(NamedTuple):
    """An open store that holds a set, and which documents each memory stands for."""

    context: ContextFS
    documents: dict[str, list[str]]

    def ask(self, text: str, scope: str, limit: int = DEPTH) -> list[SearchResult]:
        """The nearest memories, without a cut-off."""
        return self.context.search(text, namespace=scope, limit=limit, min_relevance=0)

    def ranking(self, results: Sequence[SearchResult]) -> list[str]:
        """The documents behind these results in their order; folded copies follow the memory they stand behind."""
        names = [name for one in results for name in (one.memory.id, *one.folded)]
        return [document for name in names for document in self.documents[name]]

    def ranked(self, question: Question) -> list[str]:
        """The documents found for a question."""
        return self.ranking(self.ask(question.text, question.scope))


@contextmanager
def small_store(provider: str) -> Iterator[ContextFS]:
    """An empty store for one provider, gone afterwards."""
    with TemporaryDirectory() as folder:
        _link_models(Path(folder))
        settings = Settings({"CONTEXTFS_EMBEDDING_PROVIDER": provider}, data_dir=folder)
        with ContextFS(settings=settings, namespace="bench") as context:
            yield context


def _link_models(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    models = Path(os.environ.get("CONTEXTFS_DATA_DIR") or "~/.contextfs").expanduser() / "models"
    if models.is_dir() and not (folder / "models").exists():
        (folder / "models").symlink_to(models.resolve())


@contextmanager
def filled(chosen: EvalSet, provider: str, keep: Path) -> Iterator[Filled]:
    """The store of a set for one provider, filled if it is not there yet; words are asked of the static one.

    Models are those that `contextfs model install` put into the ordinary data directory.
    """
    folder = keep / f"{chosen.name}-{'static' if provider == 'words' else provider}"
    known = folder / _FILLED
    _link_models(folder)
    environ = {"CONTEXTFS_EMBEDDING_PROVIDER": provider, "CONTEXTFS_AUTHOR": "bench"}
    if not known.exists():
        filler = {**environ, "CONTEXTFS_EMBEDDING_PROVIDER": "static" if provider == "words" else provider}
        with ContextFS(settings=Settings(filler, data_dir=str(folder)), namespace="bench") as context:
            known.write_text(json.dumps(_fill(context, chosen)), encoding="utf-8")
    documents = json.loads(known.read_text(encoding="utf-8"))
    with ContextFS(settings=Settings(environ, data_dir=str(folder)), namespace="bench") as context:
        yield Filled(context, documents)


def _fill(context: ContextFS, chosen: EvalSet) -> dict[str, list[str]]:
    """Save every document and make every vector; returns the documents of each memory."""
    stands: dict[str, list[str]] = {}
    for start in range(0, len(chosen.documents), _BATCH):
        part = chosen.documents[start : start + _BATCH]
        memories = context.save_many([one.draft() for one in part], allow_secret=True)
        for document, memory in zip(part, memories, strict=True):
            stands.setdefault(memory.id, []).append(document.id)
        print(f"\r{chosen.name}: {start + len(part)} saved", end="", file=sys.stderr)
    while made := context.embed_waiting(_BATCH):
        print(f"\r{chosen.name}: {made} more embedded", end="", file=sys.stderr)
    print(file=sys.stderr)
    return stands
