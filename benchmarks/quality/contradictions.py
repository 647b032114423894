"""Measures what is called a contradiction and what is called a near-duplicate.

    python benchmarks/quality/contradictions.py [--write DIRECTORY] [--public]

128 pairs of memories (pairs.jsonl), written and labelled before any rule was: contradictions of four kinds, pairs that
say the same in other words, and pairs that only look like one of both: the same sentence about something else, the same
topic, two that agree. They lie in halves; the rules were written looking at one half only. Each pair is judged by
itself, and all of them are found again in one store, which also tries the search for candidates.

With --public the public sets are looked through too: the messages of people in beam100k, whose contradictions its
authors labelled, and devmem, where nearly everything that is found is a false alarm, since records, commits and manuals
of six projects state little about each other. Nothing was fitted to them but what no rule should trip over: markup,
tick boxes, questions, commits.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from itertools import combinations
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from evalsets import load

from contextfs import ContextFS
from contextfs.hygiene.opposites import opposite

PAIRS = Path(__file__).parent / "pairs.jsonl"
ALL = 10**9


class Labelled(NamedTuple):
    """One pair of texts and what its author calls it."""

    half: str
    label: str
    kind: str
    older: str
    newer: str


def wilson(hits: int, of: int) -> list[float]:
    """A share with the bounds of its 95 % interval."""
    if not of:
        return [float("nan")] * 3
    share, z = hits / of, 1.96
    middle, width = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    bounds = ((middle - width) / (1 + z * z / of), (middle + width) / (1 + z * z / of))
    return [round(value, 3) for value in (share, *bounds)]


def judged(found: Iterable[Labelled]) -> dict[str, Any]:
    """Precision and recall over pairs that are looked at one by one."""
    told = [(one, opposite(one.older, one.newer)) for one in found]
    hits = [one for one, said in told if said and one.label == "contradicts"]
    wanted = [one for one, _ in told if one.label == "contradicts"]
    kinds = sorted({one.kind for one in wanted})
    return {
        "precision": wilson(len(hits), sum(said is not None for _, said in told)),
        "recall": wilson(len(hits), len(wanted)),
        "recall_by_kind": {
            kind: f"{sum(one.kind == kind for one in hits)}/{sum(one.kind == kind for one in wanted)}"
            for kind in kinds
        },
        "others": len(told) - len(wanted),
    }


def in_one_store(found: Sequence[Labelled]) -> dict[str, Any]:
    """How many of the labelled pairs are found among all memories of one store, and what else is."""
    report: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        ContextFS(data_dir=folder, namespace="bench", cwd=folder) as ctx,
    ):
        ids: dict[str, set[int]] = {}
        for place, one in enumerate(found):
            for text in (one.older, one.newer):
                ids.setdefault(ctx.save(text).id, set()).add(place)
        for label, pairs in (("contradicts", ctx.contradictions(ALL)), ("same", ctx.duplicates(ALL))):
            named = [ids[pair.older.id] & ids[pair.newer.id] for pair in pairs.pairs]
            hits = {place for places in named for place in places}
            report[label] = {
                "found": wilson(
                    sum(found[place].label == label for place in hits),
                    sum(one.label == label for one in found),
                ),
                "labelled otherwise": [
                    found[place].kind for place in sorted(hits) if found[place].label != label
                ],
                "pairs across": sum(not places for places in named),
            }
    return report


def public(name: str, *, people: bool) -> dict[str, Any]:
    """What is found in a public set, and how many of the contradictions that it labels."""
    known = load(name)
    documents = [one for one in known.documents if not people or one.meta.get("speaker") == "user"]
    kept = {one.id for one in documents}
    asked = [
        {frozenset(pair) for pair in combinations(sorted(one.relevant & kept), 2)}
        for one in known.questions
        if one.category in {"contradiction_resolution", "knowledge_update"}
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        ContextFS(data_dir=folder, namespace="bench", cwd=folder) as ctx,
    ):
        memories = ctx.save_many([one.draft() for one in documents], allow_secret=True)
        ids = {memory.id: one.id for memory, one in zip(memories, documents, strict=True)}
        found = ctx.contradictions(ALL, all=True)
        pairs = {frozenset((ids[one.older.id], ids[one.newer.id])) for one in found.pairs}
    asked = [one for one in asked if one]
    return {
        "memories": found.of,
        "pairs": len(pairs),
        "labelled": len(asked),
        "labelled_found": sum(bool(one & pairs) for one in asked),
    }


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="DIRECTORY")
    parser.add_argument("--public", action="store_true")
    options = parser.parse_args()
    found = [Labelled(**json.loads(line)) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    halves = {half: [one for one in found if one.half == half] for half in ("rules", "held-out")}
    report: dict[str, Any] = {half: judged(pairs) for half, pairs in halves.items()}
    report |= {f"{half}, in one store": in_one_store(pairs) for half, pairs in halves.items()}
    if options.public:
        report["beam100k"] = public("beam100k", people=True)
        report["devmem"] = public("devmem", people=False)
    print(json.dumps(report, indent=2))
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        path = options.write / "contradictions.json"
        path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
