"""Few records and questions about something else: that each of them has lessons and decisions answers nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs.pact import PactMemory

WORK = (
    ("Redis keeps the sessions", "its eviction policy has to be volatile-lru", "shared between both regions"),
    ("Stripe charges the cards", "webhooks come thrice when we answer slowly", "the auditors know it"),
    ("The nightly backup goes to S3", "restoring it takes 40 minutes", "object lock keeps it from deletion"),
)


@pytest.fixture(params=["words", "static"])
def memory(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PactMemory:
    monkeypatch.setenv("CONTEXTFS_EMBEDDING_PROVIDER", request.param)
    found = PactMemory(tmp_path / "data", "shop")
    for choice, lesson, why in WORK:
        found.save(
            {
                "context": f"{choice} from now on.",
                "goal": "Fewer pages at night",
                "phase": "code",
                "decisions": [{"decision": choice, "rationale": why, "alternatives": ["Leave it as it is"]}],
                "lessons_learned": [lesson],
                "active_tasks": [{"task": "Tell the others"}],
                "entities": [{"name": choice.split()[0], "type": "component"}],
            },
            include_tracked=False,
        )
    return found


@pytest.mark.parametrize(
    "question",
    [
        "which lessons did we learn about kubernetes",
        "what decisions did we make about pricing",
        "lessons learned about typography",
        "entities of the billing engine",
        "which disagreements about tabs were resolved",
    ],
)
def test_the_headings_of_records_answer_nothing(memory: PactMemory, question: str) -> None:
    """A foreign question for lessons or decisions finds none, however few records there are."""
    assert memory.search(question) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("lessons learned about webhooks", WORK[1]),
        ("what decisions did we make about Redis", WORK[0]),
    ],
)
def test_what_records_say_is_found_all_the_same(
    memory: PactMemory, question: str, answer: tuple[str, str, str]
) -> None:
    """The same words beside one that a record does use find that record first."""
    assert memory.search(question)[0].decisions[0].decision == answer[0]
