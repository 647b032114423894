"""Coefficients of relevance per embedding provider; written by benchmarks/quality/calibrate.py, not by hand.

Fitted on 2026-11-20: bias, weight of each feature, and the threshold.
"""

from __future__ import annotations

FITTED: dict[str, tuple[float, dict[str, float], float]] = {
    "words": (
        -0.769,
        {
            "words": 1.718,
            "rarest": 3.032,
            "shared": 2.54,
            "informed": 4.158,
            "unnamed": -0.659,
            "size": -1.288,
            "crowd": -0.3,
            "few": 0.606,
        },
        0.431,
    ),
    "static": (
        -1.337,
        {
            "words": 0.519,
            "rarest": 1.425,
            "shared": 1.393,
            "informed": 2.599,
            "unnamed": -1.011,
            "size": -1.042,
            "cosine": 4.526,
            "unusual": 0.402,
            "crowd": -0.3,
            "few": 0.729,
        },
        0.454,
    ),
    "minilm": (
        -1.553,
        {
            "words": 0.741,
            "rarest": -0.143,
            "shared": 1.939,
            "informed": 1.844,
            "unnamed": -0.782,
            "size": -0.941,
            "cosine": 6.609,
            "unusual": 0.416,
            "crowd": -0.3,
            "few": 0.554,
        },
        0.401,
    ),
}
