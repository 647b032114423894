"""Fit relevance: a logistic that tells answers from what foreign questions bring up.

    python benchmarks/quality/calibrate.py words static minilm          # fit, print how well, change nothing
    python benchmarks/quality/calibrate.py words static minilm --write  # and write src/contextfs/search/fitted.py

A foreign question is one of another set, asked of this set's store. Everything printed is measured on sets that the
coefficients and the threshold were not learnt on. The bars: pooled, 90 % of the answers kept where 95 % of the foreign
questions get nothing; in every set 60 % kept and 85 % silent; expected calibration error at most 0.10.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import subprocess
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import metrics
import numpy as np
from evalsets import NAMES, EvalSet, load
from stores import Filled, filled, small_store

from contextfs import SearchResult
from contextfs.search.fitted import FITTED

FOREIGN = 50
"""Questions of each other set asked of a store."""
OWN = 600
_WORDS = ("words", "rarest", "shared", "informed", "unnamed", "size")
FEATURES = {
    "words": _WORDS,
    "static": (*_WORDS, "cosine", "unusual"),
    "minilm": (*_WORDS, "cosine", "unusual"),
}
SILENT = 0.94
"""Share of the foreign questions that the threshold keeps silent in the average set it is learnt on."""
CROWD = -0.3
"""Weight of the size of the store: among many memories, some resemble any question. Fitted it would be noise, since
seven sets have few sizes; this one makes them equally silent."""
_SHRINK = 1.0
_FITTED = Path(__file__).resolve().parents[2] / "src" / "contextfs" / "search" / "fitted.py"

Parts = dict[str, float]


class Asked(NamedTuple):
    """The features of the first result for one question."""

    store: str
    asker: str
    parts: Parts
    kind: str
    """``answer``: it is right; ``other``: it is the best wrong one; ``foreign``: the question is of another set."""


def main() -> None:
    """Collect, fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("providers", nargs="+", choices=("words", "static", "minilm"))
    parser.add_argument("--sets", nargs="+", default=NAMES, help="such as locomo, or beam500k:6 for a part")
    parser.add_argument("--stores", type=Path, default=Path.home() / ".cache" / "contextfs-quality")
    parser.add_argument("--write", action="store_true", help="write the coefficients and a dated run file")
    options = parser.parse_args()
    report: dict[str, dict[str, Any]] = {}
    for provider in options.providers:
        rows = collect(provider, options.sets, options.stores)
        report[provider] = judge(provider, rows)
    if options.write:
        write(report)


def collect(provider: str, names: list[str], stores: Path) -> list[Asked]:
    """Ask every store its own questions and some of each other set's."""
    sets = {one.name: one for one in map(load, names)}
    rows: list[Asked] = []
    for name, chosen in sets.items():
        with filled(chosen, provider, stores) as store:
            rows += _own(chosen, store)
            rows += _foreign(chosen, store, [other for other in sets.values() if other.name != name])
        print(f"{provider}: {name} asked", flush=True)
    return rows


def _own(chosen: EvalSet, store: Filled) -> list[Asked]:
    rows: list[Asked] = []
    questions = [one for one in chosen.questions if one.counted]
    for question in random.Random(1).sample(questions, min(OWN, len(questions))):
        results = store.ask(question.text, question.scope, 10)
        right = [bool(question.relevant.intersection(store.documents[one.memory.id])) for one in results]
        if right and right[0]:
            rows.append(_asked(chosen.name, chosen.name, results[0], "answer"))
        if False in right:
            wrong = results[right.index(False)]
            rows.append(_asked(chosen.name, chosen.name, wrong, "other"))
    return rows


def _foreign(chosen: EvalSet, store: Filled, others: list[EvalSet]) -> list[Asked]:
    rng = random.Random(2)
    scopes = sorted({one.scope for one in chosen.documents})
    rows: list[Asked] = []
    for other in others:
        for question in rng.sample(other.questions, min(FOREIGN, len(other.questions))):
            scope = rng.choice(scopes)
            results = store.ask(question.text, scope, 1)
            rows += [_asked(chosen.name, other.name, results[0], "foreign")] if results else []
    return rows


def _asked(store: str, asker: str, result: SearchResult, kind: str) -> Asked:
    return Asked(store, asker, dict(result.why.parts), kind)


# ── fitting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Fit(NamedTuple):
    """A logistic with the threshold that keeps most foreign questions silent."""

    bias: float
    weights: dict[str, float]
    floor: float = 0.0

    def odds(self, parts: Parts) -> float:
        """The log-odds of being an answer."""
        return self.bias + sum(weight * parts[name] for name, weight in self.weights.items())

    def relevance(self, parts: Parts) -> float:
        """What the product would print."""
        return float(1 / (1 + np.exp(-np.clip(self.odds(parts), -30, 30))))


def fit(provider: str, rows: list[Asked]) -> Fit:
    """Answers against foreign questions at equal prior, every set and every pair of sets counting the same."""
    names = FEATURES[provider]
    used = [one for one in rows if one.kind != "other"]
    inputs = np.array([[one.parts[name] for name in names] for one in used])
    labels = np.array([one.kind == "answer" for one in used], float)
    share = _shares(used)
    middle, spread = inputs.mean(0), inputs.std(0) + 1e-9
    scaled = np.hstack([np.ones((len(used), 1)), (inputs - middle) / spread])
    weights = np.zeros(scaled.shape[1])
    penalty = np.diag([0.0] + [_SHRINK / 100] * len(names))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        gradient = scaled.T @ (share * (chance - labels)) + penalty @ weights
        curve = (scaled * (share * chance * (1 - chance))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(curve, gradient)
    slopes = weights[1:] / spread
    found = Fit(float(weights[0] - slopes @ middle), dict(zip(names, map(float, slopes), strict=True)))
    found.weights["crowd"] = CROWD
    return found._replace(floor=_floor(found, used))


def _floor(found: Fit, rows: list[Asked]) -> float:
    """The mean over the stores of the height that leaves the chosen share of their foreign questions below."""
    heights: dict[str, list[float]] = {}
    for one in rows:
        if one.kind == "foreign":
            heights.setdefault(one.store, []).append(found.odds(one.parts))
    return float(np.mean([np.quantile(values, SILENT) for values in heights.values()]))


def _shares(rows: list[Asked]) -> np.ndarray:
    """Weights that sum to one half for answers and for foreign questions."""
    groups: dict[tuple[str, str, str], int] = {}
    for one in rows:
        groups[one.kind, one.store, one.asker] = groups.get((one.kind, one.store, one.asker), 0) + 1
    kinds = {kind: sum(1 for group in groups if group[0] == kind) for kind in ("answer", "foreign")}
    return np.array([0.5 / kinds[one.kind] / groups[one.kind, one.store, one.asker] for one in rows])


# ── judging ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def judge(provider: str, rows: list[Asked]) -> dict[str, Any]:
    """Leave one set out at a time, and print what became of it."""
    judged: list[tuple[Asked, float]] = []
    sets: dict[str, dict[str, float]] = {}
    names = dict.fromkeys(one.store for one in rows)
    for name in names:
        # The two BEAM sets are one kind of talk: neither is learnt from when the other is judged.
        apart = {other for other in names if other == name or other[:4] == name[:4] == "beam"}
        learnt = fit(provider, [one for one in rows if not apart & {one.store, one.asker}])
        mine = [one for one in rows if one.store == name]
        sets[name] = _of_set(learnt, mine)
        judged += [(one, learnt.relevance(one.parts)) for one in mine]
        _show(provider, name, sets[name])
    pooled = _pooled(judged)
    _show(provider, "pooled", pooled)
    whole = few(provider, fit(provider, rows))
    return {"fit": whole._asdict(), "sets": sets, "pooled": pooled, "curve": _curve(judged)}


def _show(provider: str, name: str, figures: dict[str, float]) -> None:
    cells = "  ".join(f"{label} {value:.3f}" for label, value in figures.items())
    print(f"{provider:7} {name:10} {cells}", flush=True)


def _of_set(learnt: Fit, rows: list[Asked]) -> dict[str, float]:
    above = {
        kind: [learnt.odds(one.parts) - learnt.floor for one in rows if one.kind == kind]
        for kind in ("answer", "other", "foreign")
    }
    return {
        "answers": float(len(above["answer"])),
        "kept": _share_above(above["answer"], 0.0),
        "silent": 1 - _share_above(above["foreign"], 0.0),
        "auroc": metrics.auroc(above["answer"], above["foreign"]),
        "auroc answer taken out": metrics.auroc(above["answer"], above["other"]),
    }


def _pooled(judged: list[tuple[Asked, float]]) -> dict[str, float]:
    answers, others, foreign = (_of_kind(judged, kind) for kind in ("answer", "other", "foreign"))
    limit = sorted(foreign)[int(0.95 * len(foreign))]
    return {
        "kept at 95 % silent": _share_above(answers, limit),
        "auroc": metrics.auroc(answers, foreign),
        "auroc answer taken out": metrics.auroc(answers, others),
        "calibration error": _calibration_error(answers, foreign),
    }


def _curve(judged: list[tuple[Asked, float]]) -> list[dict[str, float]]:
    """With the answers taken out of the store: what a threshold keeps and what it silences."""
    answers, others, foreign = (_of_kind(judged, kind) for kind in ("answer", "other", "foreign"))
    return [
        {
            "threshold": at / 20,
            "kept": _share_above(answers, at / 20),
            "silent, foreign": 1 - _share_above(foreign, at / 20),
            "silent, answer taken out": 1 - _share_above(others, at / 20),
        }
        for at in range(1, 20)
    ]


def _of_kind(judged: list[tuple[Asked, float]], kind: str) -> list[float]:
    return [value for one, value in judged if one.kind == kind]


def _share_above(values: list[float], threshold: float) -> float:
    return sum(value > threshold for value in values) / len(values) if values else float("nan")


def _calibration_error(answers: list[float], foreign: list[float], bins: int = 10) -> float:
    """How far the printed number is from the share of answers among those that print it, at equal prior."""
    error = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins + (place == bins - 1)
        right = [value for value in answers if low <= value < high]
        wrong = [value for value in foreign if low <= value < high]
        mine, theirs = len(right) / len(answers), len(wrong) / len(foreign)
        if mine + theirs:
            printed = (sum(right) / len(answers) + sum(wrong) / len(foreign)) / (mine + theirs)
            error += (mine + theirs) / 2 * abs(printed - mine / (mine + theirs))
    return error


# ── small stores ────────────────────────────────────────────────────────────────────────────────────────────────────

TINY = ((1, 96), (3, 48), (10, 24), (30, 12))
"""Memories in a store, and how many such stores are drawn from the sets."""


def few(provider: str, learnt: Fit) -> Fit:
    """Learn what a small store forgives: how much lower foreign questions stay where there is little to resemble."""
    heights = foreign_in_small_stores(provider, learnt)
    pairs = [(parts["few"], learnt.floor - np.quantile(odds, SILENT)) for parts, odds in heights]
    slope = sum(x * y for x, y in pairs) / sum(x * x for x, _ in pairs)
    shown = ", ".join(f"{number}: {gap:.2f}" for (number, _), (_, gap) in zip(TINY, pairs, strict=True))
    print(f"{provider:7} small stores stay below the threshold by {shown}; weight {slope:.3f}", flush=True)
    return learnt._replace(weights={**learnt.weights, "few": max(0.0, float(slope))})


def foreign_in_small_stores(provider: str, learnt: Fit) -> list[tuple[Parts, list[float]]]:
    """For each size, the features of a store and the log-odds of what foreign questions bring up."""
    sets = [load(name) for name in NAMES if name != "beam500k"]
    rng = random.Random(3)
    found: list[tuple[Parts, list[float]]] = []
    with small_store(provider) as context:
        for number, repeats in TINY:
            odds: list[float] = []
            parts: Parts = {}
            for place in range(repeats):
                mine = sets[place % len(sets)]
                space = f"{number}-{place}"
                drawn = rng.sample(mine.documents, number)
                context.save_many([{**one.draft(), "namespace": space} for one in drawn], allow_secret=True)
                while context.embed_waiting(512):
                    pass
                for other in sets:
                    questions = rng.sample(other.questions, 3) if other is not mine else []
                    for question in questions:
                        results = context.search(question.text, namespace=space, limit=1, min_relevance=0)
                        parts = dict(results[0].why.parts) if results else parts
                        # Where no word matches there is no result at all, which is as silent as can be.
                        odds.append(learnt.odds(parts) if results else -30.0)
            found.append((parts, odds))
    return found


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write(report: dict[str, dict[str, Any]]) -> None:
    """Keep the figures as a dated run, and put the new coefficients into the product."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "relevance.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**before, **report}, indent=1) + "\n", encoding="utf-8")
    fits = {provider: _row(one["fit"]) for provider, one in report.items()}
    rows = "".join(f"    {name!r}: {row!r},\n" for name, row in {**FITTED, **fits}.items())
    _FITTED.write_text(_PAGE.format(date=f"{now:%Y-%m-%d}", rows=rows), encoding="utf-8")
    subprocess.run(["ruff", "format", "--quiet", _FITTED], check=True)
    print(f"written: {path}, {_FITTED}")


def _row(fit: dict[str, Any]) -> tuple[float, dict[str, float], float]:
    weights = {name: round(weight, 3) for name, weight in fit["weights"].items()}
    return round(fit["bias"], 3), weights, round(1 / (1 + exp(-fit["floor"])), 3)


_PAGE = '''"""Coefficients of relevance per embedding provider; written by benchmarks/quality/calibrate.py, not by hand.

Fitted on {date}: bias, weight of each feature, and the threshold.
"""

from __future__ import annotations

FITTED: dict[str, tuple[float, dict[str, float], float]] = {{
{rows}}}
'''


if __name__ == "__main__":
    main()
