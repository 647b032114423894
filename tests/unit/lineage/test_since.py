"""Lines are carried through the changes of their file as they go."""

from __future__ import annotations

import difflib
import random

import pytest

from contextfs.lineage.since import Hunk, _carried, _touches


@pytest.mark.parametrize(
    ("hunk", "touched", "now"),
    [
        ((1, 2, 1, 0), False, (2, 6)),
        ((3, 0, 4, 2), False, (6, 10)),
        ((4, 1, 4, 1), True, (4, 8)),
        ((4, 0, 5, 2), True, (4, 10)),
        ((8, 0, 9, 2), False, (4, 8)),
        ((8, 2, 8, 1), True, (4, 8)),
        ((2, 3, 2, 1), True, (2, 6)),
        ((4, 5, 3, 0), True, (4, 3)),
        ((9, 3, 9, 9), False, (4, 8)),
    ],
)
def test_one_hunk(hunk: Hunk, touched: object, now: tuple[int, int]) -> None:
    """What is above pushes the lines, what is among them belongs to them, what is below is nothing to them."""
    assert (_touches([hunk], (4, 8)), _carried([hunk], (4, 8))) == (touched, now)


def test_untouched_lines_are_the_same_lines() -> None:
    """Whatever is done to the rest of a file, the lines that no hunk touches are found where they stand."""
    rng = random.Random(5)
    seen = 0
    for _ in range(300):
        before = [f"line {number}" for number in range(30)]
        after = list(before)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(after))
            after[at : at + rng.randint(0, 3)] = [f"new {rng.random()}" for _ in range(rng.randint(0, 3))]
        codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        hunks = [(i + (j > i), j - i, k + (m > k), m - k) for tag, i, j, k, m in codes if tag != "equal"]
        if not _touches(hunks, (10, 14)):
            first, last = _carried(hunks, (10, 14))
            assert after[first - 1 : last] == before[9:14]
            seen += 1
    assert seen > 100
