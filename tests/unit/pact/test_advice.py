"""Quality advice, held to records that were labelled before there were rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contextfs.domain.memory import Memory
from contextfs.domain.record import record_of
from contextfs.pact.advice import GRANULAR, UNLINKED, VAGUE, advice_for, near_duplicate

HERE = Path(__file__).parent
# The label of each line of advice, by how the line begins.
LABELS = {VAGUE: "vague", GRANULAR: "granular", UNLINKED: "links", "Decision without its reason": "rationale"}


def labels(record: dict[str, Any]) -> list[str]:
    """What the advice about a record says it lacks."""
    lines = advice_for(record_of(record))
    return [next(label for start, label in LABELS.items() if line.startswith(start)) for line in lines]


def rows(name: str) -> list[Any]:
    """The labelled records of one half."""
    text = (HERE / f"labelled_{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("row", rows("dev"), ids=lambda row: json.dumps(row["record"])[:60])
def test_records_that_the_rules_were_written_with(row: Any) -> None:
    """Each gets exactly the advice that its label says."""
    assert labels(row["record"]) == row["label"]


def test_records_that_the_rules_had_not_seen() -> None:
    """At least nine of ten get exactly the advice of their label, and no good one is nagged at."""
    held_out = rows("held_out")
    assert len(held_out) + len(rows("dev")) >= 60
    right = [row for row in held_out if labels(row["record"]) == row["label"]]
    assert len(right) / len(held_out) >= 0.9
    nagged = [row["record"] for row in held_out if not row["label"] and labels(row["record"])]
    assert nagged == []


def test_advice_is_one_line_each() -> None:
    """A line of advice fits below a result, also when the decision that it names is long."""
    poor = {
        "context": "Some stuff",
        "decisions": [{"decision": "Use a very long name\nfor it " * 10}, "Other"],
    }
    lines = advice_for(record_of(poor))
    assert len(lines) == 2
    assert all("\n" not in line and len(line) < 260 for line in lines)
    assert "and 1 more" in lines[1]


def test_a_near_duplicate_is_named_with_what_to_do() -> None:
    """The line names the earlier record and the command that changes it."""
    line = near_duplicate(Memory("The cache has two levels", id="ab" * 16), 0.7)
    assert "abababab (70% of the words): The cache has two levels." in line
    assert "contextfs pact update abababab -" in line
