"""What several connections of one memory amount to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.memory import Memory
from contextfs.lineage import connections as ties
from contextfs.lineage.connections import Connection, weighed

DECISION = Memory("Only one caller may rotate at a time.", type="decision", id="a" * 32)


def weight(*parts: tuple[float, bool]) -> float:
    found = weighed(
        [
            Connection(DECISION, each, f"reason {n}", by_time=by_time)
            for n, (each, by_time) in enumerate(parts)
        ],
        5,
    )
    return found[0].weight if found else 0.0


@pytest.mark.parametrize("times", [1, 2, 5])
def test_the_moment_alone_is_capped(times: int) -> None:
    """However many commits it was saved near to, a memory that nothing else ties to the place is no sure reason."""
    assert weight(*[(ties.WHILE_MADE, True)] * times) == ties.ONLY_TIME


def test_little_else_lifts_the_moment_only_a_little() -> None:
    """What nearly nothing ties to the place stays near the cap; naming the file lifts it whole."""
    assert weight((ties.WHILE_MADE, True), (0.05, False)) == pytest.approx(1 - 0.95 * 0.5)
    assert weight((ties.WHILE_MADE, True), (ties.NAMES_FILE, False)) == pytest.approx(1 - 0.35 * 0.2)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=6), st.floats(0, 1), st.booleans())
def test_one_reason_more_never_makes_it_less_sure(
    parts: list[tuple[float, bool]], more: float, by_time: bool
) -> None:
    """Every connection adds to the others, and together they stay below certainty."""
    assert weight(*parts) <= weight(*parts, (more, by_time)) <= 1.0


def test_the_same_reason_counts_once() -> None:
    """Of two connections in the same words only the stronger one counts."""
    twice = [Connection(DECISION, each, "names a.py") for each in (0.3, 0.6)]
    assert [(one.weight, one.because) for one in weighed(twice, 5)] == [(0.6, ("names a.py",))]
