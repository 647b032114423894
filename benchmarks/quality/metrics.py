"""Ranking metrics with bootstrap intervals over the questions."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from math import log2

NAMES = ("recall@1", "recall@5", "recall@10", "hit@5", "ndcg@10", "mrr")


def score(ranked: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Every metric of one ranking; relevance is binary."""
    places = [place for place, name in enumerate(dict.fromkeys(ranked)) if name in relevant]
    found = {f"recall@{k}": sum(place < k for place in places) / len(relevant) for k in (1, 5, 10)}
    found["hit@5"] = float(any(place < 5 for place in places))
    best = sum(1 / log2(place + 2) for place in range(min(10, len(relevant))))
    found["ndcg@10"] = sum(1 / log2(place + 2) for place in places if place < 10) / best
    found["mrr"] = 1 / (places[0] + 1) if places else 0.0
    return found


def interval(values: Sequence[float], rounds: int = 1000, seed: int = 7) -> tuple[float, float, float]:
    """Mean, and the bounds of its 95 % interval by resampling."""
    mean = sum(values) / len(values)
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return mean, means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1]


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that one of the first ranks above one of the second."""
    everything = sorted([(value, 1) for value in inside] + [(value, 0) for value in outside])
    total, place = 0.0, 0
    while place < len(everything):
        end = place
        while end < len(everything) and everything[end][0] == everything[place][0]:
            end += 1
        total += sum(kind for _, kind in everything[place:end]) * (place + end + 1) / 2
        place = end
    n, m = len(inside), len(outside)
    return (total - n * (n + 1) / 2) / (n * m) if n and m else float("nan")
