"""Coefficients of relevance per embedding provider; written by benchmarks/quality/calibrate.py, not by hand.

Fitted on 2026-11-20: bias, weight of each feature, and the threshold.
"""

from __future__ import annotations

FITTED: dict[str, tuple[float, dict[str, float], float]] = {
    "words": (
        -0.882,
        {
            "words": 1.702,
            "rarest": 3.104,
            "shared": 2.529,
            "informed": 4.146,
            "unnamed": -0.654,
            "size": -1.273,
            "crowd": -0.3,
            "few": 0.656,
        },
        0.433,
    ),
    "static": (
        -1.402,
        {
            "words": 0.502,
            "rarest": 1.434,
            "shared": 1.339,
            "informed": 2.576,
            "unnamed": -1.028,
            "size": -1.021,
            "cosine": 4.524,
            "unusual": 0.404,
            "crowd": -0.3,
            "few": 0.797,
        },
        0.466,
    ),
    "minilm": (
        -1.801,
        {
            "words": 0.8,
            "rarest": -0.222,
            "shared": 2.042,
            "informed": 1.783,
            "unnamed": -0.657,
            "size": -0.86,
            "cosine": 6.135,
            "unusual": 0.424,
            "crowd": -0.3,
            "few": 0.633,
        },
        0.421,
    ),
}
