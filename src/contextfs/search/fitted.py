"""Coefficients of relevance per embedding provider; written by benchmarks/quality/calibrate.py, not by hand.

Fitted on 2026-11-20: bias, weight of each feature, and the threshold.
"""

from __future__ import annotations

FITTED: dict[str, tuple[float, dict[str, float], float]] = {
    "words": (
        -3.605,
        {
            "coverage": 2.419,
            "rarest": 3.214,
            "shared": 2.779,
            "informed": 3.023,
            "telling": 4.414,
            "named": 0.872,
            "unnamed": -0.818,
            "size": -1.395,
            "crowd": -0.3,
            "few": 0.728,
        },
        0.456,
    ),
    "static": (
        -1.563,
        {
            "coverage": 0.609,
            "rarest": 1.638,
            "shared": 1.244,
            "informed": 2.046,
            "telling": 0.002,
            "named": 1.299,
            "unnamed": -0.972,
            "size": -1.028,
            "cosine": 4.972,
            "unusual": 0.423,
            "crowd": -0.3,
            "few": 0.748,
        },
        0.43,
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
