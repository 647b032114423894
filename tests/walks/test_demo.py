"""The demo: what this project knows about itself is true to the tree, and its questions are answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS, MemoryType

DEMO = Path(__file__).parents[2] / "demo"
KNOWN = [json.loads(line) for line in (DEMO / "memories.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERS = (
    ("why no approximate vector index?", "Dense retrieval is exact"),
    ("how do I set up a development checkout", "## Set up a development checkout"),
    ("a writer has to wait for seconds when many processes save", "SQLite's built-in busy timeout"),
    ("where is my data kept", "The data directory is"),
    ("can't subtract offset-naive and offset-aware datetimes", "TypeError: can't subtract"),
    ("replace a file atomically", "# Write a file whole or not at all"),
)


@pytest.fixture(scope="module")
def ctx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContextFS]:
    """A store that holds what the project knows."""
    with ContextFS(data_dir=str(tmp_path_factory.mktemp("demo")), namespace="contextfs") as opened:
        opened.save_many(KNOWN)
        yield opened


def test_the_project_knows_enough_of_every_type() -> None:
    """There are at least forty memories and each of the seven types among them."""
    assert len(KNOWN) >= 40
    assert {one["type"] for one in KNOWN} == set(MemoryType)


@pytest.mark.parametrize("memory", KNOWN, ids=lambda memory: memory["content"][:30])
def test_a_memory_names_files_that_are_there(memory: dict[str, list[str]]) -> None:
    """Each memory names at least one file, and every file it names is in the tree."""
    assert memory["files"]
    assert [path for path in memory["files"] if not (DEMO.parent / path).exists()] == []


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_a_question_of_the_demo_is_answered_first(ctx: ContextFS, question: str, answer: str) -> None:
    """Each question of the demo has another memory as its first answer, and the right one."""
    assert ctx.search(question, limit=1)[0].memory.content.startswith(answer)


def test_a_question_about_something_else_is_not_answered(ctx: ContextFS) -> None:
    """What the project does not know is not made up."""
    assert ctx.search("zebra migration in the savannah") == []


def test_the_demo_runs_as_a_program(tmp_path: Path) -> None:
    """The demo prints each question with an answer as the guide shows it, and says how to go on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONTEXTFS_")}
    done = subprocess.run(
        [sys.executable, DEMO / "demo.py"],
        env={**kept, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    for question, answer in ANSWERS:
        assert question in done.stdout
        assert f"  {answer}" in done.stdout
    assert "[error] @contextfs" in done.stdout
    assert "Go on with your own" in done.stdout
    assert not list(tmp_path.iterdir())
