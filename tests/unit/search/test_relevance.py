"""Relevance: bounded, and moved by each kind of evidence in the direction that it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.search.coefficients import BLENDS, RELEVANCE, Logistic
from contextfs.search.relevance import UNKNOWN, coefficients, relevance, usual
from contextfs.settings import Settings

PARTS = {
    "words": 0.5,
    "coverage": 0.5,
    "rarest": 0.7,
    "shared": 0.5,
    "informed": 0.6,
    "unnamed": 0.0,
    "cosine": 0.4,
    "unusual": 4.0,
    "size": 5.0,
    "crowd": 0.0,
    "few": 0.0,
}


@pytest.mark.parametrize("name", sorted(RELEVANCE))
def test_every_weight_has_its_feature(name: str) -> None:
    """The fitted rows use only features that exist, for providers that are blended too."""
    assert RELEVANCE[name].weights.keys() <= PARTS.keys()
    assert name in BLENDS


@pytest.mark.parametrize("name", sorted(RELEVANCE))
def test_more_of_everything_is_more_relevant(name: str) -> None:
    """A memory that holds all words and is near in meaning is relevant; one that has nothing in common is not."""
    everything = PARTS | dict.fromkeys(("words", "coverage", "rarest", "shared"), 1.0)
    everything |= {"informed": 1.5, "cosine": 0.8, "unusual": 8.0}
    nothing = dict.fromkeys(PARTS, 0.0) | {"size": 5.0}
    logistic = coefficients(name)
    assert relevance(logistic, everything) > 0.9
    assert relevance(logistic, nothing) < logistic.threshold


def test_relevance_is_a_probability_at_the_extremes() -> None:
    """However large the evidence, the number stays between 0 and 1."""
    logistic = Logistic(0.0, {"cosine": 1.0}, 0.0)
    assert 0.0 < relevance(logistic, {"cosine": -1e9}) < relevance(logistic, {"cosine": 1e9}) <= 1.0


@pytest.mark.parametrize("name", sorted(RELEVANCE))
def test_the_same_resemblance_means_more_in_a_small_store(name: str) -> None:
    """Among many memories one resembles any question by chance."""
    sizes = [{"crowd": -6.0, "few": 4.0}, {"crowd": 0.0, "few": 0.0}, {"crowd": 5.0, "few": 0.0}]
    relevances = [relevance(coefficients(name), PARTS | one) for one in sizes]
    assert relevances == sorted(relevances, reverse=True)
    assert relevances[0] > relevances[-1]


def test_a_provider_that_was_not_measured_is_judged_by_words() -> None:
    """What its cosines mean is not known, so they do not make anything relevant."""
    assert coefficients("openai") == coefficients("words")
    assert usual("openai", static_like()) == UNKNOWN


def static_like():
    from array import array

    return array("f", [0.1] * 256)


def test_the_background_is_unusual_for_nobody(static: EmbeddingProvider) -> None:
    """The shipped sample fits the static table: an ordinary question is a little near to ordinary texts."""
    found = usual("static", static.embed_query("How do I rotate the signing keys?"))
    assert -0.1 < found.mean < 0.4
    assert 0.01 < found.spread < 0.3


@pytest.mark.parametrize("provider", ["words", "static"])
def test_a_long_memory_with_the_rare_word_is_shown(provider: str, tmp_path: Path) -> None:
    """Who types a rare word sees every memory that holds it, however long; a word that is nowhere finds nothing."""
    settings = Settings({"CONTEXTFS_EMBEDDING_PROVIDER": provider}, data_dir=str(tmp_path))
    with ContextFS(settings=settings, namespace="n") as ctx:
        long = ctx.save("The walrus service. " + "Deployments follow the calendar of the teams. " * 90)
        for number in range(20):
            ctx.save(f"Note {number}: backups of region {number} run at night.")
        assert [one.memory.id for one in ctx.search("walrus")] == [long.id]
        assert ctx.search("narwhal") == []
