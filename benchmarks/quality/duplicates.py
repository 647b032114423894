"""Measures the thresholds that tell a near-duplicate from another fact on the same topic.

    python benchmarks/quality/duplicates.py [--texts N] [--write DIRECTORY]

Real texts: the docstrings of the standard library and the memories of the demo. Near-duplicates are made of them the
way people repeat themselves (words left out, sentences swapped, a slip of the finger, other punctuation, a few words
more). Other facts are the nearest other text of the same module or topic, and the same text with another number, with
a negation, with two words swapped or with one replaced. Precision is against the nearest other text, the hardest kind
of those that people write, as if it came as often as a repetition.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from contextfs import ContextFS
from contextfs.capture.chunking import passages
from contextfs.capture.duplicates import SHARED_WORDS, overlap, same_claims, similar_memory
from contextfs.domain.likeness import Wording, near_identical
from contextfs.domain.memory import Memory
from contextfs.domain.text import STOP_WORDS
from contextfs.domain.vector import Vector, cosine
from contextfs.embedding.providers.static import StaticProvider
from contextfs.store.store import Store

ROOT = Path(__file__).parents[2]
COSINES = (0.0, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
SHARES = (0.0, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
_NEGATABLE = re.compile(r"\b(is|are|was|can|must|should|will|does|has)\b")


class Pair(NamedTuple):
    """Two texts: how they came about, whether they say the same, and what the tests see in them."""

    kind: str
    same: bool
    cosine: float
    shared: float
    claims: bool
    folds: bool
    """Whether search would fold one behind the other."""


def texts(most: int, chance: random.Random) -> list[tuple[str, str]]:
    """(topic, text) of the demo's memories and of docstrings of 6 to 90 words."""
    demo = (ROOT / "demo" / "memories.jsonl").read_text(encoding="utf-8").splitlines()
    found = [("demo", str(json.loads(line)["content"])) for line in demo]
    strings = sorted(set(docstrings(Path(sysconfig.get_path("stdlib")))))
    chance.shuffle(strings)
    return found + strings[:most]


def docstrings(folder: Path) -> Iterator[tuple[str, str]]:
    """The first paragraph of each docstring of the library's modules that is long enough to be a memory."""
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                text = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
                if 6 <= len(text.split()) <= 90:
                    yield path.stem, text


# ── the same again, in other words ──────────────────────────────────────────────────────────────────────────────────


def words_left_out(text: str, chance: random.Random) -> str:
    """One word in eight is gone, never one with a number in it."""
    return " ".join(word for word in text.split() if chance.random() > 0.125 or re.search(r"\d", word))


def parts_swapped(text: str, _chance: random.Random) -> str:
    """The sentences, or else the clauses, in another order."""
    parts = re.split(r"(?<=[.;:])\s+", text)
    if len(parts) < 2:
        parts = [part.strip() for part in text.rstrip(".").split(", ")]
    rotated = parts[1:] + parts[:1]
    return " ".join(rotated) if len(rotated) > 1 else text.lower()


def slips(text: str, chance: random.Random) -> str:
    """Two neighbouring letters swapped in one longer word in ten."""

    def slip(word: str) -> str:
        if len(word) < 5 or chance.random() > 0.1 or re.search(r"\d", word):
            return word
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return " ".join(map(slip, text.split()))


def other_marks(text: str, _chance: random.Random) -> str:
    """Without its punctuation at word ends, in lower case."""
    return " ".join(word.strip(".,;:!?()'\"`") for word in text.lower().split())


def some_words_more(text: str, chance: random.Random) -> str:
    """A phrase in front and one behind, as people add them."""
    before = chance.choice(
        ("Note:", "Remember that", "As agreed in the team:", "Important:", "For this project:")
    )
    after = chance.choice(
        ("(confirmed again)", "See the documentation.", "This still holds.", "Checked by hand.")
    )
    return f"{before} {text} {after}"


SAME: Sequence[Callable[[str, random.Random], str]] = (
    words_left_out,
    parts_swapped,
    slips,
    other_marks,
    some_words_more,
)


# ── something else ──────────────────────────────────────────────────────────────────────────────────────────────────


def another_number(text: str, _chance: random.Random) -> str:
    """The same text with its first number changed; the text itself when it has none."""
    return re.sub(r"\d+", lambda match: str(int(match[0]) * 2 + 1), text, count=1)


def denied(text: str, _chance: random.Random) -> str:
    """The same text with a negation behind its first verb; the text itself when it has none."""
    return _NEGATABLE.sub(r"\1 not", text, count=1)


def names_swapped(text: str, chance: random.Random) -> str:
    """The same text with two of its telling words in each other's place; the text itself when it has too few."""
    words = text.split()
    places = _telling(words)
    if len(places) < 2:
        return text
    one, other = chance.sample(places, 2)
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def another_word(text: str, chance: random.Random) -> str:
    """The same text with `Oslo` in the place of one of its telling words; the text itself when it has none."""
    words = text.split()
    places = _telling(words)
    if places:
        words[chance.choice(places)] = "Oslo"
    return " ".join(words)


def _telling(words: Sequence[str]) -> list[int]:
    return [place for place, word in enumerate(words) if word.isalpha() and word.lower() not in STOP_WORDS]


def nearest_other(place: int, given: Sequence[tuple[str, str]], vectors: Sequence[Vector]) -> int | None:
    """The nearest text of the same topic that is not the same but for marks and case."""
    topic, text = given[place]
    others = [
        other
        for other, (its_topic, its_text) in enumerate(given)
        if other != place and its_topic == topic and overlap(text, its_text) < 0.95
    ]
    return max(others, key=lambda other: cosine(vectors[place], vectors[other]), default=None)


# ── the measurement ─────────────────────────────────────────────────────────────────────────────────────────────────


def pairs(given: Sequence[tuple[str, str]], chance: random.Random) -> Iterator[Pair]:
    """Every text beside what was made of it, and beside the nearest other text."""
    provider = StaticProvider(None)

    def embed(each: Iterable[str]) -> list[Vector]:
        return provider.embed_documents([passages("", text)[0] for text in each])

    originals = [text for _, text in given]
    vectors = embed(originals)
    for make in (*SAME, another_number, denied, names_swapped, another_word):
        made = [make(text, chance) for text in originals]
        for text, other, left, right in zip(originals, made, vectors, embed(made), strict=True):
            if other != text and other.strip():
                yield _pair(make.__name__, make in SAME, text, other, cosine(left, right))
    for place, (_, text) in enumerate(given):
        near = nearest_other(place, given, vectors)
        if near is not None:
            yield _pair("nearest_other", False, text, originals[near], cosine(vectors[place], vectors[near]))


def _pair(kind: str, same: bool, text: str, other: str, similarity: float) -> Pair:
    folds = near_identical(Wording(text), Wording(other))
    return Pair(kind, same, similarity, overlap(text, other), same_claims(text, other), folds)


def folded(found: Sequence[Pair]) -> dict[str, float]:
    """Which share of each kind search would fold into one result."""
    kinds: dict[str, list[bool]] = {}
    for pair in found:
        kinds.setdefault(pair.kind, []).append(pair.folds)
    return {kind: round(sum(folds) / len(folds), 3) for kind, folds in kinds.items()}


def rates(found: Sequence[Pair], least: float, shared: float, *, claims: bool = True) -> dict[str, float]:
    """Which share of each kind would be called a near-duplicate at these thresholds."""
    kinds: dict[str, list[bool]] = {}
    for pair in found:
        called = pair.cosine >= least and pair.shared >= shared and (pair.claims or not claims)
        kinds.setdefault(pair.kind, []).append(called)
    return {kind: sum(called) / len(called) for kind, called in kinds.items()}


def summary(found: Sequence[Pair], least: float, shared: float, *, claims: bool = True) -> dict[str, float]:
    """Precision and recall, each kind of repetition counting the same."""
    by_kind = rates(found, least, shared, claims=claims)
    same = {pair.kind for pair in found if pair.same}
    hits = sum(by_kind[kind] for kind in same) / len(same)
    false = by_kind["nearest_other"]
    precision = hits / (hits + false) if hits + false else 1.0
    return {
        "cosine": least,
        "shared_words": shared,
        "precision": round(precision, 3),
        "recall": round(hits, 3),
        "f1": round(2 * precision * hits / (precision + hits), 3) if precision + hits else 0.0,
    }


def named_by_the_store(given: Sequence[tuple[str, str]], most: int = 250) -> dict[str, float]:
    """Which share of each kind of repetition is named by a store that holds all the texts, as a save would do it."""
    chosen = random.Random(3).sample([text for _, text in given], min(most, len(given)))
    with tempfile.TemporaryDirectory() as directory:
        with ContextFS(data_dir=directory, namespace="bench") as ctx:
            ctx.save_many([{"content": text} for _, text in given], allow_secret=True)
        store = Store(directory)
        named = {change.__name__: _named(store, chosen, change) for change in SAME}
        store.close()
    return {**named, "mean": round(sum(named.values()) / len(named), 3)}


def _named(store: Store, chosen: Sequence[str], change: Callable[[str, random.Random], str]) -> float:
    made = [(text, change(text, random.Random(5))) for text in chosen]
    asked = [(text, Memory(said, id="0" * 32, namespace="bench")) for text, said in made if said != text]
    with store.reading() as view:
        found = [(text, similar_memory(view, memory)) for text, memory in asked]
    return round(sum(one is not None and one[0].content == text for text, one in found) / len(found), 3)


def main() -> None:
    """Print a table of thresholds and the rates of each kind at those in force."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=2000, help="how many docstrings")
    parser.add_argument("--write", type=Path, metavar="DIRECTORY")
    options = parser.parse_args()
    chance = random.Random(7)
    given = texts(options.texts, chance)
    found = list(pairs(given, chance))
    table = [summary(found, least, shared) for least in COSINES for shared in SHARES]
    print(f"{len(given)} texts, {len(found)} pairs")
    for row in table:
        print("  ".join(f"{name} {value:.3f}" for name, value in row.items()))
    best = max(table, key=lambda row: row["f1"])
    report = {
        "texts": len(given),
        "pairs": len(found),
        "in_force": summary(found, 0.0, SHARED_WORDS),
        "in_force_without_claims": summary(found, 0.0, SHARED_WORDS, claims=False),
        "named_by_the_store": named_by_the_store(given),
        "named_by_kind": {k: round(v, 3) for k, v in rates(found, 0.0, SHARED_WORDS).items()},
        "folded_by_search": folded(found),
        "best": best,
        "table": table,
    }
    print(json.dumps({name: value for name, value in report.items() if name != "table"}, indent=2))
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        (options.write / "duplicates.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
