"""Things are found by what they are: FastAPI answers a question about the framework."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.kinds import KINDS


@pytest.mark.parametrize("provider", ["words", "static"])
def test_a_name_answers_for_its_kind(tmp_path: Path, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question about a kind of thing is answered by the memory that names one and never says the kind."""
    monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", provider)
    with ContextFS(data_dir=str(tmp_path), namespace="kinds") as ctx:
        ctx.save("This project uses Python 3.11 with FastAPI", tags=["stack"])
        ctx.save("We chose PostgreSQL 15 over MongoDB since our data is relational", type="decision")
        ctx.save("Kafka carries the order events, partitioned by user id", type="decision")
        for question, answer in (
            ("what framework are we using", "FastAPI"),
            ("which databases did we choose", "PostgreSQL"),
            ("what message queue do we use", "Kafka"),
        ):
            found = ctx.search(question, limit=1)
            assert found and answer in found[0].memory.content, question


def test_the_kind_itself_counts_more_than_a_name_of_it(tmp_path: Path) -> None:
    """A memory that speaks of the framework stands before one that only names some framework."""
    with ContextFS(data_dir=str(tmp_path), namespace="kinds") as ctx:
        ctx.save("The old admin pages were written in Django", tags=["admin"])
        said = ctx.save("Our web framework must support async handlers and typed parameters", tags=["stack"])
        assert ctx.search("what do we expect of our framework")[0].memory.id == said.id


def test_the_table_is_in_one_spelling() -> None:
    """Names and kinds are single lower-case words, as the index keeps them, each once in its row."""
    for kind, names in KINDS.items():
        assert len(set(names)) == len(names), kind
        assert all(name.isalnum() and name == name.lower() for name in (kind, *names)), kind
