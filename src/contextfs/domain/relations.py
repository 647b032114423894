"""How named things stand to each other, as sentences say it (pure): rules over the words between two names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

DEPENDS, PART, SUPERSEDES, TOGETHER = "depends on", "part of", "supersedes", "mentioned with"
REVERSED = {
    DEPENDS: "needed by",
    PART: "has part",
    SUPERSEDES: "superseded by",
    TOGETHER: TOGETHER,
    "decided with": "decided with",
}

_BETWEEN = 60
"""Characters between two names that a rule still spans; beyond it another thought has begun."""
# Each rule: the words between the first name and the second, the relation, and whether it runs from second to first.
_RULES: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(words, re.IGNORECASE), kind, turned)
    for words, kind, turned in (
        (
            r"\b(?:supersedes|replaces|replaced(?! by)|instead of|rather than|in place of)\b",
            SUPERSEDES,
            False,
        ),
        (
            r"\b(?:superseded by|replaced by|replaced with|gave way to|migrated? to|moved to)\b",
            SUPERSEDES,
            True,
        ),
        (
            r"\b(?:extracted from|split from|part of|belongs to|lives in|inside|within|module of|member of)\b",
            PART,
            False,
        ),
        (r"\b(?:contains|consists of|includes|comprises|holds|extracted into|split into)\b", PART, True),
        (r"\b(?:used by|needed by|required by|called by|serves|backs)\b", DEPENDS, True),
        (r"\b(?:depends on|relies on|needs|requires|uses|calls|delegates|imports)\b", DEPENDS, False),
        (
            r"\b(?:reads from|writes to|talks to|built on|backed by|based on|sits on|runs on)\b",
            DEPENDS,
            False,
        ),
        (r"\b(?:is |are )?(?:stored|stores \w+) in\b", DEPENDS, False),
    )
)
_NEGATED = re.compile(r"\b(?:not|never|no longer|without|don't|doesn't)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


class Stated(NamedTuple):
    """One relation between two keys, as a sentence states it."""

    first: str
    kind: str
    second: str


def stated(text: str, names: Sequence[tuple[str, re.Pattern[str]]]) -> Iterator[Stated]:
    """The relations that the sentences of a text state between named things, given as (key, what finds it)."""
    for sentence in _SENTENCE.split(text):
        places = sorted(
            (found.start(), found.end(), key)
            for key, pattern in names
            for found in pattern.finditer(sentence)
        )
        for (_, end, first), (start, _, second) in pairwise(places):
            between = sentence[end:start]
            if first == second or start < end:
                continue
            kind, turned = _kind(between)
            yield Stated(second, kind, first) if turned else Stated(first, kind, second)


def _kind(between: str) -> tuple[str, bool]:
    if len(between) <= _BETWEEN and not _NEGATED.search(between):
        for pattern, kind, turned in _RULES:
            if pattern.search(between):
                return kind, turned
    return TOGETHER, False
