"""Candidates as values: their kinds, their ids and the rules that accept them."""

from __future__ import annotations

import pytest

from contextfs.domain.candidate import CandidateMemory, Rule, candidate_id, passes, rules_of
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput


def candidate(kind: str, confidence: float = 0.9) -> CandidateMemory:
    """A candidate of a kind."""
    return CandidateMemory("a" * 32, kind, "text", confidence, "b" * 32, "c" * 32)


def test_a_kind_says_what_it_becomes() -> None:
    """Each kind has a memory type; one that a newer version invented is a fact."""
    types = [candidate(kind).type for kind in ("decision", "fix", "command", "preference", "later")]
    assert types == ["decision", "error", "procedural", "user", MemoryType.FACT]


def test_an_id_is_that_of_the_words_in_their_session() -> None:
    """The same words in the same session have the same id, but for white space at the ends of lines."""
    assert candidate_id("a" * 32, "We chose it.") == candidate_id("a" * 32, "We chose it.  \n")
    assert candidate_id("a" * 32, "We chose it.") != candidate_id("b" * 32, "We chose it.")


def test_rules_accept_by_kind_and_confidence() -> None:
    """A rule without a number takes every candidate of its kind."""
    rules = rules_of(" preference,FIX:0.9 ,")
    assert rules == [Rule("preference"), Rule("fix", 0.9)]
    assert [passes(candidate(*one), rules) for one in (("preference", 0.1), ("fix", 0.9), ("fix", 0.8))] == [
        True,
        True,
        False,
    ]
    assert not passes(candidate("decision"), rules)


@pytest.mark.parametrize(
    ("text", "named"), [("facts", "facts"), ("fix:2", "2"), ("fix:often", "often"), (":1", "''")]
)
def test_a_rule_that_means_nothing_is_named(text: str, named: str) -> None:
    """An unknown kind and a number that is no confidence are refused with what is accepted."""
    with pytest.raises(InvalidInput, match=named) as refused:
        rules_of(text)
    assert "preference" in refused.value.hint
