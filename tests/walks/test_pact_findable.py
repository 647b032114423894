"""Each decision and each lesson is found by itself, also in a wrap-up that is mostly about something else."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from contextfs.pact import PactMemory

HERE = Path(__file__).parent
LABELLED_FILES = sorted((HERE.parent / "unit" / "pact").glob("labelled_*.jsonl"))
LISTS = ("lessons_learned", "decisions", "entities", "active_tasks", "reasoning_chains", "agreements_reached")


def rows(path: Path) -> list[Any]:
    """The objects of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def wrap_up(topics: list[dict[str, Any]]) -> dict[str, Any]:
    """One record about several topics: what each says, as lessons and decisions under a line about all of them."""
    about = "; ".join(one.get("goal") or one.get("context", "")[:60] for one in topics)
    told: dict[str, Any] = {name: [part for one in topics for part in one.get(name, ())] for name in LISTS}
    told["lessons_learned"] += [one["context"] for one in topics if one.get("context")]
    return {**told, "context": f"Wrap-up of the day, several topics: {about}"}


@pytest.mark.parametrize("size", [1, 4])
def test_questions_about_one_thing_find_its_record(size: int, tmp_path: Path) -> None:
    """At least nine of ten questions about one decision or lesson are answered by its record first."""
    topics = [row["record"] for path in LABELLED_FILES for row in rows(path) if not row["label"]]
    random.Random(4).shuffle(topics)
    homes: dict[str, str] = {}
    with PactMemory(tmp_path, "team") as memory:
        for start in range(0, len(topics), size):
            group = topics[start : start + size]
            home = memory.save(wrap_up(group) if size > 1 else group[0])
            homes |= {json.dumps(one, ensure_ascii=False): home for one in group}
        asked = rows(HERE / "pact_questions.jsonl")
        right = 0
        for row in asked:
            found = memory.search(row["question"])
            wanted = [home for told, home in homes.items() if row["record"] in told]
            right += bool(found) and found[0].id in wanted
    assert right / len(asked) >= 0.9
