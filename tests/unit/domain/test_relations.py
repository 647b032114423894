"""What sentences say of how named things stand to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.entity import spelled
from contextfs.domain.relations import DEPENDS, PART, REVERSED, SUPERSEDES, TOGETHER, Stated, stated

NAMES = [(name, spelled([name])) for name in ("OrderService", "Ledger", "PriceCache")]


@pytest.mark.parametrize(
    ("sentence", "first", "kind", "second"),
    [
        ("OrderService depends on the Ledger.", "OrderService", DEPENDS, "Ledger"),
        ("The order service writes to our ledger", "OrderService", DEPENDS, "Ledger"),
        ("Ledger is used by OrderService", "OrderService", DEPENDS, "Ledger"),
        ("PriceCache is part of OrderService.", "PriceCache", PART, "OrderService"),
        ("OrderService contains a PriceCache", "PriceCache", PART, "OrderService"),
        ("PriceCache was extracted from OrderService", "PriceCache", PART, "OrderService"),
        ("Ledger replaces PriceCache", "Ledger", SUPERSEDES, "PriceCache"),
        ("PriceCache was replaced by Ledger", "Ledger", SUPERSEDES, "PriceCache"),
        ("OrderService and Ledger", "OrderService", TOGETHER, "Ledger"),
        ("OrderService does not depend on Ledger", "OrderService", TOGETHER, "Ledger"),
    ],
)
def test_a_sentence_states_a_relation(sentence: str, first: str, kind: str, second: str) -> None:
    """The words between two names say how they stand to each other, and a negation says nothing."""
    assert list(stated(sentence, NAMES)) == [Stated(first, kind, second)]


def test_sentences_do_not_run_into_each_other() -> None:
    """Two names in two sentences are not related by the words between them."""
    assert list(stated("We kept the OrderService. It uses nothing. Ledger is new.", NAMES)) == []


@given(st.text())
def test_any_text_states_something_or_nothing(text: str) -> None:
    """No text makes the rules fail, and every relation has a reverse."""
    for one in stated(f"OrderService {text} Ledger", NAMES):
        assert one.kind in REVERSED
