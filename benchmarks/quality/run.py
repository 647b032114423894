"""Ranking quality of one provider or several over the evaluation sets, through the public API.

    python benchmarks/quality/run.py words static            # every set
    python benchmarks/quality/run.py minilm --sets prefeval  # some sets
    python benchmarks/quality/run.py static --write          # keep the figures under runs/<date>-<machine>/

Beside each provider stand its cosine alone and plain FTS5 (`porter unicode61`, any word of the question), which is
also what the paired difference is taken from. Stores are kept in --stores and filled only once.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw
import metrics
from evalsets import NAMES, EvalSet, Question, load
from stores import Filled, filled

PROVIDERS = ("words", "static", "minilm", "openai")
_WIDE = 200


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("providers", nargs="+", choices=PROVIDERS)
    parser.add_argument("--sets", nargs="+", default=NAMES, help="such as locomo, or beam500k:6 for a part")
    parser.add_argument("--stores", type=Path, default=Path.home() / ".cache" / "contextfs-quality")
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report = {provider: measure(provider, asked.sets, asked.stores) for provider in asked.providers}
    for provider, sets in report.items():
        print_means(provider, sets)
    if asked.write:
        write(report)


def measure(provider: str, sets: list[str], stores: Path) -> dict[str, dict[str, object]]:
    """Every metric of every set, with its interval and those of the rankings to compare with."""
    found: dict[str, dict[str, object]] = {}
    for name in sets:
        chosen = load(name)
        with filled(chosen, provider, stores) as store:
            found[name] = _measured(chosen, store, provider)
        print_set(provider, name, found[name])
    return found


def _measured(chosen: EvalSet, store: Filled, provider: str) -> dict[str, object]:
    counted = [one for one in chosen.questions if one.counted]
    plain = plain_fts5(chosen)
    rankings = {provider: {one.id: store.ranked(one) for one in chosen.questions}}
    rankings["fts5"] = {one.id: plain(one) for one in chosen.questions}
    if provider != "words":
        rankings["cosine alone"] = {one.id: _by_cosine(store, one) for one in counted}
    scores = {
        label: [metrics.score(ranked[one.id], one.relevant) for one in counted]
        for label, ranked in rankings.items()
    }
    pairs = zip(scores[provider], scores["fts5"], strict=True)
    aside = [
        metrics.score(rankings[provider][one.id], one.relevant) for one in chosen.questions if not one.counted
    ]
    return {
        "questions": len(counted),
        "metrics": {
            label: {metric: metrics.interval([one[metric] for one in rows]) for metric in metrics.NAMES}
            for label, rows in scores.items()
        },
        "over fts5": metrics.interval([ours["ndcg@10"] - theirs["ndcg@10"] for ours, theirs in pairs]),
        "not counted": metrics.interval([one["ndcg@10"] for one in aside]) if aside else None,
        "categories": _categories(counted, scores[provider]),
    }


def _categories(questions: list[Question], scores: list[dict[str, float]]) -> dict[str, float]:
    groups: dict[str, list[float]] = {}
    for question, score in zip(questions, scores, strict=True):
        groups.setdefault(question.category, []).append(score["ndcg@10"])
    return {name: round(sum(values) / len(values), 4) for name, values in sorted(groups.items())}


def _by_cosine(store: Filled, question: Question) -> list[str]:
    results = store.ask(question.text, question.scope, _WIDE)
    return store.ranking(sorted(results, key=lambda one: -one.why.parts["cosine"]))


def plain_fts5(chosen: EvalSet) -> Callable[[Question], list[str]]:
    """The textbook baseline: one index per scope, any word of the question, BM25 as it comes."""
    indexes: dict[str, apsw.Connection] = {}
    for row, document in enumerate(chosen.documents):
        if document.scope not in indexes:
            indexes[document.scope] = apsw.Connection(":memory:")
            indexes[document.scope].execute(
                "CREATE VIRTUAL TABLE f USING fts5(t, tokenize='porter unicode61')"
            )
        indexes[document.scope].execute("INSERT INTO f(rowid, t) VALUES (?, ?)", (row, document.text))

    def ranked(question: Question) -> list[str]:
        words = re.findall(r"\w+", question.text)
        expression = " OR ".join(f'"{word}"' for word in words) or '""'
        rows = indexes[question.scope].execute(
            "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 100", (expression,)
        )
        return [chosen.documents[int(str(row[0]))].id for row in rows]

    return ranked


def print_set(provider: str, name: str, found: dict[str, object]) -> None:
    """One line per ranking of a set."""
    rows: dict[str, dict[str, tuple[float, float, float]]] = found["metrics"]  # type: ignore[assignment]
    for label, row in rows.items():
        cells = "  ".join(
            f"{metric} {row[metric][0]:.3f} [{row[metric][1]:.3f},{row[metric][2]:.3f}]" for metric in row
        )
        print(f"{name:10} {label:13} {cells}")
    mean, low, high = found["over fts5"]  # type: ignore[misc]
    print(f"{name:10} {provider} over fts5: {mean:+.3f} [{low:+.3f},{high:+.3f}] nDCG@10", flush=True)


def print_means(provider: str, sets: dict[str, dict[str, object]]) -> None:
    """The mean over the sets, each counting the same."""
    labels: dict[str, list[float]] = {}
    for found in sets.values():
        for label, row in found["metrics"].items():  # type: ignore[attr-defined]
            labels.setdefault(label, []).append(row["ndcg@10"][0])
    for label, values in labels.items():
        each = " ".join(f"{value:.3f}" for value in values)
        print(f"mean nDCG@10 {provider}/{label:13} {sum(values) / len(values):.4f}   {each}")


def write(report: dict[str, dict[str, dict[str, object]]]) -> None:
    """Keep the figures beside this script, one file per provider."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    for provider, sets in report.items():
        facts = {
            "provider": provider,
            "python": platform.python_version(),
            "command": without_stores(sys.argv[1:]),
            "sets": sets,
        }
        path = folder / f"ranking-{provider}.json"
        path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        print(f"written: {path}")


def without_stores(words: list[str]) -> list[str]:
    """The command as anybody could give it, without where the stores were kept."""
    if "--stores" not in words:
        return words
    place = words.index("--stores")
    return words[:place] + words[place + 2 :]


if __name__ == "__main__":
    main()
