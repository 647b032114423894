"""What following names from memory to memory adds to a ranking and what it costs, each question paired with itself.

    python benchmarks/quality/graph.py static                      # the evaluation sets and the multi-hop set
    python benchmarks/quality/graph.py static --sets devmem --write

The multi-hop set is made here: for each of many services one memory says what the service does and another one what it
stands on, and they share nothing but its name. A question asks what stands behind what is done; it names no service.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import NamedTuple

import metrics
from evalsets import NAMES, Question, load
from stores import DEPTH, Filled, filled, small_store

from contextfs import SearchResult

_DONE = """
sends refunds to customers;resizes the product pictures;checks postal addresses;writes the monthly invoices;
matches bank transfers with orders;ranks the search suggestions;warns about low stock;exports the tax report;
throttles abusive clients;renders the shipping labels;converts currencies overnight;merges duplicate accounts;
signs download links;plans the delivery routes;cleans up abandoned carts;translates product texts
"""
_ASPECTS = (
    (
        "keeps its state in",
        "Where is the state kept of what {done}?",
        ("Redis", "etcd", "a local file", "Cassandra"),
    ),
    (
        "is owned by",
        "Who owns the thing that {done}?",
        ("team Falcon", "team Otter", "team Heron", "team Lynx"),
    ),
    ("is deployed to", "Where do we deploy what {done}?", ("eu-west", "the edge", "bare metal", "us-east")),
    (
        "gives up after",
        "After how long does it give up, the part that {done}?",
        ("2 s", "7 s", "30 s", "90 s"),
    ),
)
_FIRST = "Amber Birch Cobalt Dune Ember Flint Grove Hazel Iris Juniper Kelp Larch Maple Nimbus Opal Quartz"
_LAST = "Relay Forge Lantern Harbor"


class Hop(NamedTuple):
    """One question whose answer is two memories away."""

    text: str
    said: str
    answer: str


def multi_hop(seed: int = 11) -> tuple[list[str], list[Hop]]:
    """The memories in a mixed order, and the questions with the memory that is asked for."""
    rng = random.Random(seed)
    done = _DONE.replace("\n", "").strip().split(";")
    names = [one + two for one, two in itertools.product(_FIRST.split(), _LAST.split())]
    rng.shuffle(names)
    texts: list[str] = []
    hops: list[Hop] = []
    for name, (task, (aspect, question, values)) in zip(
        names, itertools.product(done, _ASPECTS), strict=True
    ):
        said, answer = f"{name} {task}.", f"{name} {aspect} {rng.choice(values)}."
        texts += [said, answer]
        hops.append(Hop(question.format(done=task), said, answer))
    rng.shuffle(texts)
    return texts, hops


_MODES = {"off": False, "by the question": None, "always": True}
Ask = Callable[[str, bool | None], list[str]]


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("provider", choices=("words", "static", "minilm"))
    parser.add_argument("--sets", nargs="*", default=NAMES)
    parser.add_argument("--stores", type=Path, default=Path.home() / ".cache" / "contextfs-quality")
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report = {"multi-hop": _of_hops(asked.provider)}
    for name in asked.sets:
        with filled(load(name), asked.provider, asked.stores) as store:
            report[name] = _of_set(store, [one for one in load(name).questions if one.counted])
    for name, found in report.items():
        print(name, json.dumps(found), flush=True)
    if asked.write:
        _write(asked.provider, report)


def _of_hops(provider: str) -> dict[str, object]:
    texts, hops = multi_hop()
    with small_store(provider) as context:
        context.save_many(texts)

        def ask(text: str, graph: bool | None) -> list[str]:
            found = context.search(text, limit=DEPTH, min_relevance=0, graph=graph)
            return [one.memory.content for one in found]

        found = _paired([(one.text, {one.answer}, "") for one in hops], ask)
        shown = {
            mode: sum(_shown(context.search(one.text, graph=graph), one.answer) for one in hops) / len(hops)
            for mode, graph in _MODES.items()
        }
    return {**found, "shown above the threshold": shown}


def _shown(found: Sequence[SearchResult], answer: str) -> bool:
    return any(one.memory.content == answer for one in found)


def _of_set(store: Filled, questions: Sequence[Question]) -> dict[str, object]:
    scopes = {one.text: one.scope for one in questions}

    def ask(text: str, graph: bool | None) -> list[str]:
        found = store.context.search(text, namespace=scopes[text], limit=DEPTH, min_relevance=0, graph=graph)
        return store.ranking(found)

    return _paired([(one.text, one.relevant, one.category) for one in questions], ask)


def _paired(questions: Sequence[tuple[str, set[str] | frozenset[str], str]], ask: Ask) -> dict[str, object]:
    """nDCG@10 in every mode; for two of them the paired difference from none, also by category, and the CPU time."""
    scores: dict[str, list[float]] = {mode: [] for mode in _MODES}
    spent = dict.fromkeys(_MODES, 0.0)
    for text, relevant, _ in questions:
        for mode, graph in _MODES.items():
            started = process_time()
            ranked = ask(text, graph)
            spent[mode] += process_time() - started
            scores[mode].append(metrics.score(ranked, relevant)["ndcg@10"])
    found: dict[str, object] = {"questions": len(questions)}
    for mode, values in scores.items():
        gains = [one - off for one, off in zip(values, scores["off"], strict=True)]
        groups: dict[str, list[float]] = {}
        for (_, _, category), gain in zip(questions, gains, strict=True):
            groups.setdefault(category, []).append(gain)
        found[mode] = {
            "ndcg@10": round(sum(values) / len(values), 4),
            "difference": _rounded(gains),
            "by category": {name: _rounded(each) for name, each in groups.items() if name},
            "cpu": round(spent[mode] / spent["off"], 3),
        }
    return found


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in metrics.interval(values)]


def _write(provider: str, report: Mapping[str, object]) -> None:
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"graph-{provider}.json"
    path.write_text(json.dumps({"provider": provider, "sets": report}, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
