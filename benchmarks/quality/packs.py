"""What share of the memories that a question needs is in a context pack of so many tokens.

    python benchmarks/quality/packs.py                          # devmem and both BEAM sets, static vectors
    python benchmarks/quality/packs.py --sets devmem --write    # keep the figures under runs/<date>-<machine>/

Beside the pack as it is stand the search's own order until the first memory that does not fit (`top-k`), the same
going on with what fits (`skipping`), the newest memories until full (`recent`), and the pack without a bound of
relevance (`unbounded`). All memories are written alike. `named` counts those that a pack only names, and `silent` is
the share of another set's questions that get nothing, as they should. Intervals are resampled over the questions.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import metrics
from evalsets import EvalSet, Question, load
from run import without_stores
from stores import Filled, filled

from contextfs import ContextFS, Memory
from contextfs.search.pack import Offer, packed

SETS = ("devmem", "beam100k", "beam500k")
BUDGETS = (500, 1000, 2000)
METHODS = ("pack", "unbounded", "skipping", "top-k", "recent")
_FRAME = 34
"""Tokens of the fence and the sentence in it."""
_DEPTH = 50
_NEWEST = 300
_FOREIGN = 300
Row = dict[str, float]


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--provider", default="static")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--stores", type=Path, default=Path.home() / ".cache" / "contextfs-quality")
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    chosen = {name: load(name) for name in asked.sets}
    report: dict[str, object] = {}
    for name, each in chosen.items():
        foreign = load(next(other for other in ("cosqa", *SETS) if other != name))
        with filled(each, asked.provider, asked.stores) as store:
            report[name] = measure(name, store, each, foreign)
    if asked.write:
        write(asked.provider, report)


def measure(name: str, store: Filled, chosen: EvalSet, foreign: EvalSet) -> dict[str, object]:
    """Every method at every budget, and how often a question of another set gets a pack."""
    questions = [one for one in chosen.questions if one.counted]
    opened = {scope: _at(store, scope) for scope in dict.fromkeys(one.scope for one in questions)}
    rows: dict[tuple[str, int], list[Row]] = {(m, b): [] for m in METHODS for b in BUDGETS}
    for question in questions:
        for (method, budget), row in _answers(store, opened[question.scope], question):
            rows[method, budget].append(row)
    found: dict[str, object] = {"questions": len(questions)}
    for budget in BUDGETS:
        found[str(budget)] = _summary(name, budget, {method: rows[method, budget] for method in METHODS})
    found["silent"] = _silent(opened, foreign)
    print(f"{name:9} of {foreign.name}'s questions {found['silent']:.3f} get nothing", flush=True)
    for each in opened.values():
        each.close()
    return found


def _at(store: Filled, scope: str) -> ContextFS:
    """The same store, seen from one of its namespaces."""
    return ContextFS(settings=store.context.settings, namespace=scope)


def _answers(store: Filled, here: ContextFS, question: Question) -> Iterator[tuple[tuple[str, int], Row]]:
    ranked = [one.memory for one in here.search(question.text, limit=_DEPTH, min_relevance=0)]
    newest = here.list_recent(limit=_NEWEST)
    for budget in BUDGETS:
        for method, least in (("pack", None), ("unbounded", 0.0)):
            pack = here.context(question.text, budget=budget, min_relevance=least)
            whole = _documents(store, (one.id for one in pack.items))
            named = whole | _documents(store, (one.id for one in pack.named))
            yield (method, budget), _row(question, whole, named, pack.tokens)
        for method, order, on in (
            ("skipping", ranked, True),
            ("top-k", ranked, False),
            ("recent", newest, False),
        ):
            taken = _until_full(order, budget, on=on)
            ids = _documents(store, (one.id for one in taken))
            yield (method, budget), _row(question, ids, ids, _FRAME + sum(map(_tokens, taken)))


def _documents(store: Filled, ids: Iterable[str]) -> set[str]:
    return {document for name in ids for document in store.documents.get(name, ())}


def _row(question: Question, whole: set[str], named: set[str], tokens: int) -> Row:
    needed = question.relevant
    return {
        "share": len(whole & needed) / len(needed),
        "named": len(named & needed) / len(needed),
        "tokens": tokens,
        "empty": float(not whole),
    }


def _until_full(memories: Sequence[Memory], budget: int, *, on: bool) -> list[Memory]:
    """The first that fit; `on` goes on behind one that does not."""
    taken: list[Memory] = []
    room = budget - _FRAME
    for memory in memories:
        if _tokens(memory) <= room:
            taken.append(memory)
            room -= _tokens(memory)
        elif not on:
            break
    return taken


@cache
def _tokens(memory: Memory) -> int:
    """What a memory costs as it is written in a pack."""
    return packed("", [Offer(memory)], 100_000, datetime.now(UTC)).items[0].tokens + 1


def _summary(name: str, budget: int, rows: dict[str, list[Row]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for method, each in rows.items():
        share = metrics.interval([row["share"] for row in each])
        gains = [row["share"] - other["share"] for row, other in zip(each, rows["top-k"], strict=True)]
        over = metrics.interval(gains)
        means = {key: sum(row[key] for row in each) / len(each) for key in ("named", "tokens", "empty")}
        found[method] = {"share": share, "over top-k": over, **means}
        print(
            f"{name:9} {budget:5} {method:10} {share[0]:.3f} [{share[1]:.3f},{share[2]:.3f}]"
            f"  over top-k {over[0]:+.3f} [{over[1]:+.3f},{over[2]:+.3f}]"
            f"  named {means['named']:.3f}  tokens {means['tokens']:.0f}  empty {means['empty']:.3f}",
            flush=True,
        )
    return found


def _silent(opened: dict[str, ContextFS], foreign: EvalSet) -> float:
    """Which share of another set's questions gets an empty pack here."""
    questions = foreign.questions[:: max(1, len(foreign.questions) // _FOREIGN)]
    rooms = list(opened.values())
    packs = [rooms[at % len(rooms)].context(one.text, budget=1000) for at, one in enumerate(questions)]
    return round(sum(not pack.text for pack in packs) / len(packs), 4)


def folder() -> Path:
    """Where the runs of today and of this machine are kept."""
    machine = f"{platform.machine()}-{platform.system().lower()}"
    found = Path(__file__).parent / "runs" / f"{datetime.now(UTC):%Y-%m-%d}-{machine}"
    found.mkdir(parents=True, exist_ok=True)
    return found


def write(provider: str, report: dict[str, object]) -> None:
    """Keep the figures beside this script."""
    facts = {
        "provider": provider,
        "python": platform.python_version(),
        "command": without_stores(sys.argv[1:]),
        "sets": report,
    }
    path = folder() / f"packs-{provider}.json"
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
