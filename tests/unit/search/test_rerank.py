"""Age, status, titles and repetition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contextfs.domain.memory import Memory
from contextfs.search.evidence import NOTHING
from contextfs.search.fusion import Candidate
from contextfs.search.rerank import EXACT, folded, ranked

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rank(question: str, *memories: Memory, score: float = 1.0):
    return ranked(
        question, [(Candidate(row, score, 0.0, NOTHING), one) for row, one in enumerate(memories)], NOW
    )


def aged(days: float, type: str) -> Memory:
    return Memory("x", type=type, created_at=NOW - timedelta(days=days))


def test_episodes_age_and_facts_hardly_do() -> None:
    """A year takes a tenth from an episode and next to nothing from a decision; age never takes more than 15 %."""
    (episode,) = rank("", aged(365, "episodic"))
    (decision,) = rank("", aged(365, "decision"))
    (ancient,) = rank("", aged(100_000, "episodic"))
    assert episode.score < 0.9
    assert 0.98 < decision.score < 1.0
    assert ancient.score == pytest.approx(0.85)


def test_the_future_is_not_better_than_now() -> None:
    """A clock that is ahead does not lift a memory."""
    assert rank("", aged(-50, "episodic"))[0].score == 1.0


@pytest.mark.parametrize("question", ["Use tabs", "use TABS!", "  use, tabs "])
def test_a_title_is_recognised_give_or_take_punctuation(question: str) -> None:
    """The first line or the summary is the title."""
    first, second, third = rank(
        question, Memory("# Use tabs\nand so on"), Memory("y", summary="Use tabs"), Memory("z")
    )
    assert {first.memory.content[:1], second.memory.content} == {"#", "y"}
    assert first.notes == second.notes == (EXACT,)
    assert third.notes == ()


def test_a_question_without_words_is_nobodys_title() -> None:
    """Punctuation does not equal an empty summary."""
    assert rank("?!", Memory("...", summary=""))[0].notes == ()


def test_folding_keeps_the_best_and_names_the_others() -> None:
    """Texts that differ in case and punctuation are one result with the ids of the rest."""
    same = [
        Memory("Use tabs", id="a"),
        Memory("use tabs.", id="b"),
        Memory("USE TABS", id="c"),
        Memory("no", id="d"),
    ]
    shown = folded(rank("q", *same), 10)
    assert [(one.memory.id, one.folded) for one in shown] == [("a", ("b", "c")), ("d", ())]


def test_folding_stops_when_enough_is_shown() -> None:
    """No more results than are wanted, and what is equal to them only by its start is not folded."""
    texts = ["a", "b", "A", "c" * 3000, "C" * 3000]
    shown = folded(rank("q", *(Memory(text, id=text[:1]) for text in texts)), 4)
    assert [(one.memory.id, one.folded) for one in shown] == [("a", ("A",)), ("b", ()), ("c", ()), ("C", ())]
    assert len(folded(rank("q", *(Memory(text) for text in texts)), 1)) == 1


def test_near_identical_memories_are_folded() -> None:
    """What says the same in slightly other words stands behind the best; another number or name does not."""
    text = "Sessions live in Redis since the {} of the queue took 30 seconds and lost {} messages in March"
    given = {
        "a": text.format("restart", "most"),
        "b": text.format("restart", "most").replace("live", "all live"),
        "c": text.format("restart", "most").replace("30", "60"),
        "d": text.format("start", "most"),
        "e": text.format("restarts", "most"),
    }
    shown = folded(rank("q", *(Memory(content, id=name) for name, content in given.items())), 10)
    assert [(one.memory.id, one.folded) for one in shown] == [("a", ("b", "e")), ("c", ()), ("d", ())]
    shown = folded(rank("q", *(Memory(content, id=name) for name, content in given.items())), 1)
    assert [(one.memory.id, one.folded) for one in shown] == [("a", ("b",))], (
        "it ends with the first that is too many"
    )
