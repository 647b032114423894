"""Blending what the retrievers found."""

from __future__ import annotations

from contextfs.search.coefficients import Blend
from contextfs.search.evidence import Evidence
from contextfs.search.fusion import NEIGHBOUR, Candidate, fuse, with_neighbours

BLEND = Blend(meaning=2.0, named=0.5)


def test_parts_add_up() -> None:
    """Words count as they are, meaning and names by their weights; the best comes first."""
    lexical = {1: Evidence(words=0.5, named=1.0), 2: Evidence(words=0.2)}
    found = fuse(lexical, {2: 0.9, 3: 0.4}, 0.1, BLEND, 10)
    assert [(one.row, round(one.score, 6)) for one in found] == [(2, 2.0), (1, 1.2), (3, 0.8)]


def test_what_the_scan_did_not_find_gets_its_floor() -> None:
    """A memory found by words only is taken to be as near as the farthest passage that was found."""
    (only,) = fuse({1: Evidence(words=0.5)}, {}, 0.25, BLEND, 10)
    assert (only.cosine, only.score) == (0.25, 1.0)


def test_a_negative_cosine_costs_nothing() -> None:
    """Being about the opposite is no worse than being about nothing."""
    (only,) = fuse({1: Evidence(words=0.5)}, {1: -0.5}, 0.0, BLEND, 10)
    assert only.score == 0.5


def test_only_neighbours_of_the_same_session_help() -> None:
    """The better of both neighbours adds its share, and one in another session or without one adds nothing."""
    three = [Candidate(row, score, 0.0, Evidence()) for row, score in ((1, 1.0), (2, 0.1), (3, 0.5))]
    together = {one.row: one.score for one in with_neighbours(three, {1: "s", 2: "s", 3: "t"}, BLEND)}
    assert together == {1: 1.0 + NEIGHBOUR * 0.1, 2: 0.1 + NEIGHBOUR * 1.0, 3: 0.5}
    assert [one.score for one in with_neighbours(three, {1: "", 2: "", 3: ""}, BLEND)] == [1.0, 0.1, 0.5]
