"""Coefficients of relevance per embedding provider; written by benchmarks/quality/calibrate.py, not by hand.

Fitted on 2026-11-20: bias, weight of each feature, and the threshold.
"""

from __future__ import annotations

FITTED: dict[str, tuple[float, dict[str, float], float]] = {
    "words": (
        -3.5,
        {
            "coverage": 2.627,
            "rarest": 3.219,
            "shared": 2.896,
            "informed": 2.968,
            "telling": 4.274,
            "named": 0.793,
            "unnamed": -0.698,
            "size": -1.407,
            "crowd": -0.3,
            "few": 0.724,
        },
        0.46,
    ),
    "static": (
        -2.204,
        {
            "coverage": 0.688,
            "rarest": 1.575,
            "shared": 1.218,
            "informed": 2.067,
            "telling": 0.732,
            "named": 1.169,
            "unnamed": -1.007,
            "size": -1.061,
            "cosine": 5.014,
            "unusual": 0.439,
            "crowd": -0.3,
            "few": 0.814,
        },
        0.442,
    ),
    "minilm": (
        -1.913,
        {
            "coverage": 1.073,
            "rarest": -0.144,
            "shared": 1.74,
            "informed": 1.637,
            "telling": -0.642,
            "named": 1.393,
            "unnamed": -0.81,
            "size": -0.776,
            "cosine": 7.008,
            "unusual": 0.393,
            "crowd": -0.3,
            "few": 0.554,
        },
        0.406,
    ),
}
