"""A question becomes weighted phrases, an expression and a text to embed."""

from __future__ import annotations

import pytest

from contextfs import ContextFS
from contextfs.search.plan import MOST_PHRASES, Plan, plan_of
from contextfs.store.store import Store


def plan(ctx: ContextFS, text: str, memories: int = 1000) -> Plan:
    ctx.list_recent(limit=1)
    store = Store(ctx.settings.data_dir)
    try:
        with store.reading() as view:
            return plan_of(view, text, memories)
    finally:
        store.close()


@pytest.fixture
def provider() -> str:
    """A plan needs no vectors."""
    return "words"


def test_stop_words_are_left_out_unless_there_is_nothing_else(ctx: ContextFS) -> None:
    """Only words that tell something are looked for; a question of stop words looks for those."""
    ctx.save("the deploy")
    assert [one.text for one in plan(ctx, "what is the deploy").phrases] == ["deploy"]
    assert [one.text for one in plan(ctx, "who is it").phrases if one.single] == ["who", "is", "it"]


def test_identifiers_come_with_their_parts_and_neighbours_as_pairs(ctx: ContextFS) -> None:
    """A compound is looked for whole and in parts, words side by side also together; parts and pairs count less."""
    ctx.save("something")
    phrases = {one.text: one for one in plan(ctx, "rate limit of max_tx_bytes").phrases}
    assert set(phrases) == {"rate", "limit", "max_tx_bytes", "max", "tx", "bytes", "rate limit"}
    assert phrases["max"].worth < phrases["rate"].worth
    assert not phrases["rate limit"].single
    assert phrases["max_tx_bytes"].specific


def test_the_expression_quotes_everything(ctx: ContextFS) -> None:
    """Nothing in a question is an operator to the index."""
    ctx.save("x")
    assert plan(ctx, "NEAR OR title:x*").expression.startswith('"near"')


def test_rare_words_tell_more(ctx: ContextFS) -> None:
    """A word in one memory is worth more than a word in all of them."""
    ctx.save_many(f"server {name}" for name in ("alpha", "beta", "gamma", "delta"))
    worth = {one.text: one.worth for one in plan(ctx, "server alpha").phrases}
    assert worth["alpha"] > 2 * worth["server"]


def test_very_common_words_fetch_no_candidates(ctx: ContextFS, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would match too many memories in sight is set aside, the rarest words and the last one never."""
    monkeypatch.setattr("contextfs.search.plan.FREQUENT", 2)
    monkeypatch.setattr("contextfs.search.plan.MATCHES", 7)
    monkeypatch.setattr("contextfs.search.plan.PAIRED", 3)
    ctx.save_many(
        [f"common text{number}" for number in range(5)] + ["common middle", "middle of three", "middle"]
    )
    both = plan(ctx, "common middle text3", memories=8)
    assert [one.text for one in both.phrases] == ["middle", "text3", "3"]
    assert [one.text for one in both.common] == ["common"]
    assert [one.text for one in plan(ctx, "common", memories=8).phrases] == ["common"]
    few = plan(ctx, "common middle text3", memories=1)
    assert few.common == ()
    assert "middle text3" in [one.text for one in few.phrases], (
        "two words side by side are looked for if they are rare"
    )


def test_a_long_question_is_cut_to_its_first_phrases(ctx: ContextFS) -> None:
    """No question makes an expression without end."""
    ctx.save("x")
    assert len(plan(ctx, " ".join(f"word{n}" for n in range(300))).phrases) == MOST_PHRASES


def test_labels_are_not_embedded(ctx: ContextFS) -> None:
    """A name that is a label is left out of what is embedded, unless it is all there is."""
    ctx.save("x")
    asked = plan(ctx, "What did Ada say about Redis?")
    assert asked.to_embed({"ada"}).split() == ["What", "did", "say", "about", "Redis?"]
    assert plan(ctx, "Ada").to_embed({"ada"}) == "Ada"
    assert asked.to_embed(()) == asked.text
