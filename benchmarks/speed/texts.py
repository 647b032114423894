"""Texts to fill a store with: pieces of about sixty words of the standard library's own sources, always the same."""

from __future__ import annotations

import random
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

WORDS = 60
_SPACE = re.compile(r"\s+")


def pieces(count: int, seed: int = 7) -> Iterator[str]:
    """So many different texts, in an order that the seed fixes."""
    rng = random.Random(seed)
    pool = [piece for path in _sources() for piece in _cut(path)]
    rng.shuffle(pool)
    for number in range(count):
        piece = pool[number % len(pool)]
        # Past the first round, a text is joined from two halves of different pieces, so that none comes twice.
        if number >= len(pool):
            other = pool[rng.randrange(len(pool))].split(" ")
            piece = " ".join([*piece.split(" ")[: WORDS // 2], *other[WORDS // 2 :], str(number)])
        yield piece


def _sources() -> list[Path]:
    return sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*/*.py")) + sorted(
        Path(sysconfig.get_paths()["stdlib"]).glob("*.py")
    )


def _cut(path: Path) -> list[str]:
    if "site-packages" in path.parts:
        return []
    words = _SPACE.split(path.read_text(encoding="utf-8", errors="ignore"))
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, WORDS)]
