"""How many candidates are right, and how many of what is worth remembering becomes one.

    python benchmarks/quality/candidates.py            # both halves, agreement of the labellers
    python benchmarks/quality/candidates.py --write    # keep the figures under runs/<date>-<machine>/
    python benchmarks/quality/candidates.py --wrong    # what was wrong or missed in the half of the rules

The turns and how they were drawn: candidates_sample.py. Two labellers who did not know the rules labelled them, each
alone (a, b); what they disputed was looked at again, each alone, by sharper definitions (a2, b2). Right is what
both say last; what only one of them says is counted as wrong when it is proposed, and not as missed. Labels:
candidates_labels.jsonl, by the ids of the sets.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from math import isnan, sqrt
from pathlib import Path
from typing import NamedTuple

from candidates_sample import Shown, cells, sample, turns

from contextfs.domain.candidate import KINDS
from contextfs.domain.session import Message
from contextfs.hygiene.candidates import Found, recognised
from contextfs.hygiene.turns import Turn

LABELS = Path(__file__).with_name("candidates_labels.jsonl")
ANY = "any"
_ROUNDS = 2000


class Judged(NamedTuple):
    """A labelled turn, what is right of it and what was proposed."""

    shown: Shown
    gold: frozenset[str]
    """The kinds that both labellers see."""
    worth: bool
    """Whether both see something worth remembering, if of different kinds."""
    proposed: dict[str, str]
    """Kind -> the text that was proposed."""
    weight: float


class Counts(NamedTuple):
    """Right proposals, wrong ones, and what was missed."""

    right: float = 0.0
    wrong: float = 0.0
    missed: float = 0.0

    def plus(self, other: Counts, weight: float = 1.0) -> Counts:
        """Both together."""
        return Counts(*(mine + weight * theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """The share of the proposals that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """The share of what is worth remembering that was proposed."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")


def proposals(turn: Shown, answer: str) -> list[Found]:
    """What the rules make of a turn."""
    user, said = Message("user", turn.user, id="0" * 32), Message("assistant", answer, id="1" * 32)
    return list(recognised(Turn(0, user, [said] if answer else [], [])))


def answered(turn: Shown) -> list[Found]:
    """What the rules take from the whole answer, which only proposes in these conversations."""
    return list(recognised(Turn(0, None, [Message("assistant", turn.whole, id="1" * 32)], [])))


def judged(half: str, population: list[Shown], labels: dict[str, dict[str, list[str]]]) -> list[Judged]:
    """The labelled turns of a half."""
    chosen, total = sample(half, population), cells(population)
    drawn = cells(chosen)
    return [
        Judged(
            one,
            frozenset(labels[one.id]["a"]) & frozenset(labels[one.id]["b"]),
            bool(labels[one.id]["a"] and labels[one.id]["b"]),
            {found.kind: found.text for found in proposals(one, one.answer) if _was_shown(found.text, one)},
            total[one.cell] / drawn[one.cell],
        )
        for one in chosen
    ]


def _was_shown(text: str, turn: Shown) -> bool:
    """Whether the labellers could see it; they saw only the beginning of a long message."""
    seen = _letters(turn.text)
    return all(_letters(line)[:60] in seen for line in text.splitlines())


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def counted(one: Judged, kind: str) -> Counts:
    """What a turn adds for one kind; of `any` the kind of the proposal does not matter."""
    if kind == ANY:
        if not one.proposed:
            return Counts(missed=float(one.worth))
        return Counts(float(one.worth), float(not one.worth))
    if kind in one.proposed:
        return Counts(float(kind in one.gold), float(kind not in one.gold))
    return Counts(missed=float(kind in one.gold))


def strictly(one: Judged) -> Counts:
    """What a turn adds over all kinds, each proposal right only in its kind."""
    total = Counts()
    for kind in KINDS:
        total = total.plus(counted(one, kind))
    return total


def wilson(part: float, whole: float) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not whole:
        return float("nan"), float("nan")
    z, share = 1.96, part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def figures(rows: Sequence[Judged], of: Callable[[Judged], Counts]) -> dict[str, object]:
    """Precision and recall of the labelled turns, and of the population that they were drawn from."""
    plain = _sum((of(one), 1.0) for one in rows)
    weighted = _sum((of(one), one.weight) for one in rows)
    rng = random.Random(5)
    again = [_sum((of(one), one.weight) for one in rng.choices(rows, k=len(rows))) for _ in range(_ROUNDS)]
    return {
        "right": int(plain.right),
        "wrong": int(plain.wrong),
        "missed": int(plain.missed),
        "precision": _rounded(plain.precision, *wilson(plain.right, plain.right + plain.wrong)),
        "recall": _rounded(plain.recall, *wilson(plain.right, plain.right + plain.missed)),
        "population precision": _rounded(weighted.precision, *_bounds([one.precision for one in again])),
        "population recall": _rounded(weighted.recall, *_bounds([one.recall for one in again])),
    }


def _sum(given: Iterable[tuple[Counts, float]]) -> Counts:
    total = Counts()
    for one, weight in given:
        total = total.plus(one, weight)
    return total


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    known = sorted(value for value in values if not isnan(value))
    if not known:
        return float("nan"), float("nan")
    return known[int(0.025 * len(known))], known[max(0, int(0.975 * len(known)) - 1)]


def _rounded(*values: float) -> list[float | None]:
    return [None if isnan(value) else round(value, 3) for value in values]


def agreement(labels: dict[str, dict[str, list[str]]], first: str, second: str) -> dict[str, object]:
    """How far two labellers agree: Cohen's kappa for each kind and for anything, and how often all is the same."""
    rows = list(labels.values())
    same = sum(set(row[first]) == set(row[second]) for row in rows) / len(rows)
    found: dict[str, object] = {"turns": len(rows), "same labels": round(same, 3)}
    for kind in (*KINDS, ANY):
        pairs = [(_has(row[first], kind), _has(row[second], kind)) for row in rows]
        found[kind] = {
            "kappa": _kappa(pairs),
            "raw": round(sum(one == other for one, other in pairs) / len(pairs), 3),
            "first": sum(one for one, _ in pairs),
            "second": sum(other for _, other in pairs),
            "both": sum(one and other for one, other in pairs),
        }
    return found


def _has(given: Sequence[str], kind: str) -> bool:
    return bool(given) if kind == ANY else kind in given


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    n = len(pairs)
    seen = sum(one == other for one, other in pairs) / n
    ones, others = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    chance = ones * others + (1 - ones) * (1 - others)
    return None if chance == 1 else round((seen - chance) / (1 - chance), 3)


def everywhere(population: list[Shown]) -> dict[str, object]:
    """Over every turn of a half: how many have a candidate, and what it costs to look."""
    began = time.process_time()
    found = [proposals(one, "") for one in population]
    took = time.process_time() - began
    return {
        "turns": len(population),
        "with a candidate": sum(bool(one) for one in found),
        "with one of the assistant's own answer": sum(bool(answered(one)) for one in population),
        "milliseconds a turn": round(1000 * took / len(population), 3),
    }


def show(report: dict[str, object]) -> None:
    """Print the figures."""
    print(json.dumps(report, indent=1))


def wrong(rows: Sequence[Judged]) -> None:
    """Print what the rules got wrong or missed."""
    for one in rows:
        if set(one.proposed) != set(one.gold):
            print(
                f"--- {one.shown.id}  right: {sorted(one.gold)}  proposed: {one.proposed}\n{one.shown.text}\n"
            )


def write(report: dict[str, object]) -> None:
    """Keep the figures beside this script."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "candidates.json"
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


def main() -> None:
    """Measure both halves."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    rows_of_labels = map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())
    labels = {row.pop("id"): row for row in rows_of_labels}
    last = {
        name: {"a": row.get("a2", row["a"]), "b": row.get("b2", row["b"])} for name, row in labels.items()
    }
    populations = turns()
    report: dict[str, object] = {
        "python": platform.python_version(),
        "agreement": agreement(labels, "a", "b"),
        **({"agreement, disputed ones again": agreement(last, "a", "b")} if last != labels else {}),
    }
    for half, population in populations.items():
        rows = judged(half, population, last)
        if options.wrong:
            if half == "rules":
                wrong(rows)
            continue
        kinds = {kind: figures(rows, lambda one, kind=kind: counted(one, kind)) for kind in (*KINDS, ANY)}
        report[half] = {**kinds, "all kinds": figures(rows, strictly), "all turns": everywhere(population)}
    if not options.wrong:
        show(report)
        if options.write:
            write(report)


if __name__ == "__main__":
    main()
