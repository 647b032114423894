"""The numbers that search was fitted with: how its parts are blended, and what relevance is made of."""

from __future__ import annotations

from typing import NamedTuple

from contextfs.search.fitted import FITTED


class Blend(NamedTuple):
    """What each part counts when candidates are ranked; words count 1."""

    meaning: float
    named: float


class Logistic(NamedTuple):
    """Relevance = 1 / (1 + exp(-(bias + sum of weight times feature)))."""

    bias: float
    weights: dict[str, float]
    threshold: float
    """Relevance below which a memory is no answer."""


# Weighed by hand, in round numbers: weights fitted to five of the sets did worse on the sixth.
BLENDS = {
    "words": Blend(0.0, 0.3),
    "static": Blend(1.2, 0.3),
    "minilm": Blend(2.0, 0.3),
}
OTHER_BLEND = Blend(1.5, 0.3)
"""For a provider that nothing was measured with."""

RELEVANCE = {name: Logistic(*row) for name, row in FITTED.items()}
"""A provider without a row is taken by its words alone: what its cosines mean is not known."""
