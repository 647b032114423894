"""The secret gate for many texts at once, as an import brings them: where no mark of a secret stands is seen in bulk.

Most texts hold no mark. Looking for each of them in each text takes a quarter of an import; here all pairs of letters
of all texts are counted first, and a mark can only stand where its rarest pair does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from contextfs.capture.screen import as_seen
from contextfs.capture.secret_rules import MARKS

_PAIRS = 1 << 16
Marks = Sequence[tuple[bytes, int]]
_EXACT: Marks = [(mark.encode(), place) for mark, caseless, place in MARKS if not caseless]
_CASELESS: Marks = [(mark.encode(), place) for mark, caseless, place in MARKS if caseless]


def rules_by_text(texts: Sequence[str]) -> dict[int, set[int]]:
    """Which rules have a mark in which text: the number of the text -> the places of the rules."""
    found: dict[int, set[int]] = {}
    seen = [text if text.isascii() else as_seen(text) for text in texts]
    for given, marks in ((seen, _EXACT), ([text.lower() for text in seen], _CASELESS)):
        encoded = [text.encode("utf-8", "surrogatepass") for text in given]
        starts = [0, *accumulate(len(one) + 1 for one in encoded)]
        for at, rule in _standing(b"\0".join(encoded), marks):
            found.setdefault(bisect_right(starts, at) - 1, set()).add(rule)
    return found


def _standing(data: bytes, marks: Marks) -> Iterable[tuple[int, int]]:
    """Where marks stand, each with the place of its rule."""
    letters = np.frombuffer(data, np.uint8).astype(np.uint16)
    if len(letters) < 2:
        return
    pairs = (letters[:-1] << 8) | letters[1:]
    counts = np.bincount(pairs, minlength=_PAIRS)
    by_pair: dict[int, list[tuple[bytes, int, int]]] = {}
    for mark, rule in marks:
        codes = [mark[n] << 8 | mark[n + 1] for n in range(len(mark) - 1)]
        rarest = min(codes, key=counts.__getitem__)
        if counts[rarest]:
            by_pair.setdefault(rarest, []).append((mark, codes.index(rarest), rule))
    wanted: Any = np.zeros(_PAIRS, np.bool_)
    wanted[list(by_pair)] = True
    hits = np.flatnonzero(wanted[pairs])
    for at, pair in zip(hits.tolist(), pairs[hits].tolist(), strict=True):
        for mark, offset, rule in by_pair[pair]:
            if data.startswith(mark, at - offset) and at >= offset:
                yield at - offset, rule
