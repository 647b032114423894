"""Ways of choosing what goes into a context pack, held against each other without a bound of relevance.

    python benchmarks/quality/packing.py            # devmem and both BEAM sets, static vectors
    python benchmarks/quality/packing.py --write    # keep the figures under runs/<date>-<machine>/

`in order` goes through the search's own order and passes over what does not fit. Against it stand: maximal marginal
relevance as it is mostly written (`mmr`, with the weight of relevance), one that only minds memories of which half the
words are said already (`repeats`, with what a repetition keeps), a discount for the second memory of a kind (`kinds`,
devmem only: its kinds are decision, answer, page and commit), and relevance by length (`by size`, with the exponent).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import metrics
from evalsets import EvalSet, load
from packs import BUDGETS, SETS, folder
from stores import Filled, filled

from contextfs.domain.text import STOP_WORDS

_FRAME = 160
"""Characters of the fence and the sentence in it."""
_HEAD = 100
_DEPTH = 50


class Seen(NamedTuple):
    """One memory that was found."""

    id: str
    relevance: float
    size: int
    words: frozenset[str]
    kind: str
    documents: Sequence[str]


Worth = Callable[[Seen, float, bool], float]
"""(memory, likeness to what is in, whether its kind is in) -> what it adds."""


def mmr(weight: float) -> Worth:
    """Relevance and novelty, weighed."""
    return lambda one, alike, _: weight * one.relevance - (1 - weight) * alike


def repeats(kept: float, bound: float = 0.5) -> Worth:
    """Relevance, less where more than a share of the words is said already."""
    return lambda one, alike, _: one.relevance * (1 - (1 - kept) * max(0.0, alike - bound) / (1 - bound))


def kinds(discount: float) -> Worth:
    """Relevance, less for the second memory of a kind."""
    return lambda one, _, known: one.relevance * (1 - discount * known)


def by_size(exponent: float) -> Worth:
    """Relevance for each character."""
    return lambda one, _, __: one.relevance / max(one.size, 200) ** exponent


WAYS: dict[str, Worth] = {
    "in order": lambda one, _, __: one.relevance,
    **{f"mmr {weight}": mmr(weight) for weight in (0.95, 0.9, 0.7, 0.5)},
    **{f"repeats {kept}": repeats(kept) for kept in (0.5, 0.0)},
    **{f"kinds {discount}": kinds(discount) for discount in (0.1, 0.2, 0.5)},
    **{f"by size {exponent}": by_size(exponent) for exponent in (0.25, 0.5, 1.0)},
}


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--stores", type=Path, default=Path.home() / ".cache" / "contextfs-quality")
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report: dict[str, object] = {}
    for name in asked.sets:
        chosen = load(name)
        with filled(chosen, "static", asked.stores) as store:
            report[name] = measure(name, store, chosen)
    if asked.write:
        path = folder() / "packing-static.json"
        path.write_text(json.dumps({"provider": "static", "sets": report}, indent=1) + "\n", encoding="utf-8")
        print(f"written: {path}")


def measure(name: str, store: Filled, chosen: EvalSet) -> dict[str, object]:
    """Each way at each budget: the share of the needed memories, and what it gains over the plain order."""
    kinds_of = {one.id: str(one.meta.get("kind") or "") for one in chosen.documents}
    found: dict[str, dict[int, list[float]]] = {way: {budget: [] for budget in BUDGETS} for way in WAYS}
    for question in (one for one in chosen.questions if one.counted):
        seen = _seen(store, question.text, question.scope, kinds_of)
        for way, worth in WAYS.items():
            for budget in BUDGETS:
                taken = {name for one in _taken(seen, worth, budget) for name in one.documents}
                found[way][budget].append(len(taken & question.relevant) / len(question.relevant))
    report: dict[str, object] = {}
    for way, shares in found.items():
        report[way] = {
            str(budget): {
                "share": metrics.interval(each),
                "over in order": metrics.interval(
                    [one - other for one, other in zip(each, found["in order"][budget], strict=True)]
                ),
            }
            for budget, each in shares.items()
        }
        print(
            f"{name:9} {way:12} " + "  ".join(_told(shares[b], found["in order"][b]) for b in BUDGETS),
            flush=True,
        )
    return report


def _told(shares: Sequence[float], plain: Sequence[float]) -> str:
    mean = sum(shares) / len(shares)
    gain, low, high = metrics.interval([one - other for one, other in zip(shares, plain, strict=True)])
    return f"{mean:.3f} ({gain:+.3f} [{low:+.3f},{high:+.3f}])"


def _seen(store: Filled, text: str, scope: str, kinds_of: dict[str, str]) -> list[Seen]:
    seen: list[Seen] = []
    for one in store.ask(text, scope, _DEPTH):
        content = one.memory.content
        documents = store.ranking([one])
        words = frozenset(re.findall(r"\w+", content[:4000].lower())) - STOP_WORDS
        size = len(content) + _HEAD + 2 * content.count("\n")
        seen.append(Seen(one.memory.id, one.relevance, size, words, kinds_of[documents[0]], documents))
    return seen


def _taken(seen: Sequence[Seen], worth: Worth, budget: int) -> list[Seen]:
    room, left = budget * 4 - _FRAME, list(seen)
    alike = dict.fromkeys((one.id for one in seen), 0.0)
    taken: list[Seen] = []
    while left:
        there = {one.kind for one in taken} - {""}
        best = max(left, key=lambda one: worth(one, alike[one.id], one.kind in there))
        left.remove(best)
        if best.size > room:
            continue
        room -= best.size
        taken.append(best)
        for one in left:
            common = len(one.words & best.words) / (len(one.words | best.words) or 1)
            alike[one.id] = max(alike[one.id], common)
    return taken


if __name__ == "__main__":
    main()
