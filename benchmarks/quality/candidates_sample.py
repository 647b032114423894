"""Which turns were labelled for the candidates of the inbox, and what the labellers saw of them.

    python benchmarks/quality/candidates_sample.py FOLDER    # write turns-*.jsonl for labellers into a folder

The turns are those of the coding conversations of the BEAM sets, split by conversation: rules were written looking at
the first half only. From each half some are drawn at random, and as many by four lists of everyday words, so that what
is rare is there at all. A turn's cell says which of the four it has: within a cell every turn had the same chance, so a
weight of (turns of the cell) / (turns drawn of it) makes the figures those of the whole population again.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from evalsets import load

HALVES = {
    "rules": ("beam100k-2", "beam500k-2", "beam500k-3"),
    "held out": ("beam100k-1", "beam500k-4"),
}
_SIZES = {"rules": 220, "held out": 260}
_SEEDS = {"rules": "20261120:rules", "held out": "20261120:held"}
_USER, _ANSWER, _BEFORE = 800, 250, 200
_PAGE = 60
_BLOCK = re.compile(r"```[^\n`]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_CUES = tuple(
    re.compile(rf"\b({words})\b", re.IGNORECASE)
    for words in (
        r"because|since|so that|instead|decid\w*|cho[os]\w*|switch\w*|rather|due to",
        r"error\w*|exception\w*|fail\w*|fix\w*|bug\w*|issue\w*|resolv\w*|solv\w*",
        r"command\w*|run\w*|ran|install\w*|work(s|ed|ing)|finally|deploy\w*",
        r"prefer\w*|always|never|don\'?t|please|actually|wrong|want|like|make sure|should",
    )
)


class Shown(NamedTuple):
    """One turn: what stands in the set, and what a labeller saw of it."""

    id: str
    user: str
    answer: str
    """The beginning of the answer, as it was shown."""
    whole: str
    """All of it."""
    text: str
    cell: str


def turns() -> dict[str, list[Shown]]:
    """Half -> every turn of its conversations, each wording of a question once."""
    talks: dict[str, list[tuple[str, str, str]]] = {}
    for name in ("beam100k", "beam500k"):
        for one in load(name).documents:
            talks.setdefault(one.scope, []).append((one.id, str(one.meta["speaker"]), one.text))
    return {
        half: _unique([turn for scope in scopes for turn in _of_talk(talks[scope])])
        for half, scopes in HALVES.items()
    }


def _of_talk(talk: list[tuple[str, str, str]]) -> list[Shown]:
    found: list[Shown] = []
    for place, (name, speaker, text) in enumerate(talk[:-1]):
        if speaker == "user":
            before = talk[place - 1][2] if place else ""
            found.append(_shown(name, before, text, talk[place + 1][2]))
    return found


def _unique(given: list[Shown]) -> list[Shown]:
    first: dict[str, Shown] = {}
    for one in given:
        first.setdefault(one.user, one)
    return list(first.values())


def _shown(name: str, before: str, user: str, answer: str) -> Shown:
    asked, said = _head(_prose(user), _USER), _head(_prose(answer), _ANSWER)
    lead = f"BEFORE: {_tail(_prose(before[-4000:]), _BEFORE)}\n" if before else ""
    cell = "".join("1" if cue.search(asked) else "0" for cue in _CUES)
    return Shown(name, user, said, answer, f"{lead}USER: {asked}\nASSISTANT: {said}", cell)


def _prose(text: str) -> str:
    """The text on one line, blocks of code left out but for short ones of one line."""
    return re.sub(r"\s+", " ", _BLOCK.sub(_block, text)).strip()


def _block(found: re.Match[str]) -> str:
    body = found[1].strip()
    return f"`{body}`" if body and "\n" not in body and len(body) <= 120 else " [code] "


def _head(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _tail(text: str, most: int) -> str:
    return text if len(text) <= most else "… " + text[-most:].split(" ", 1)[-1]


def sample(half: str, population: list[Shown]) -> list[Shown]:
    """The turns of a half that were labelled."""
    rng, size = random.Random(_SEEDS[half]), _SIZES[half]
    taken = set(rng.sample(range(len(population)), size // 2))
    for cue in range(len(_CUES)):
        left = [n for n, one in enumerate(population) if n not in taken and one.cell[cue] == "1"]
        taken |= set(rng.sample(left, (size - size // 2) // len(_CUES)))
    return [population[n] for n in sorted(taken)]


def cells(population: list[Shown]) -> dict[str, int]:
    """Cell -> how many turns of the population are in it."""
    return dict(Counter(one.cell for one in population))


def main() -> None:
    """Write the turns for labellers."""
    folder = Path(sys.argv[1])
    chosen = [one for half, population in turns().items() for one in sample(half, population)]
    random.Random(20261120).shuffle(chosen)
    for start in range(0, len(chosen), _PAGE):
        rows = [
            json.dumps({"id": one.id, "text": one.text}, ensure_ascii=False)
            for one in chosen[start : start + _PAGE]
        ]
        (folder / f"turns-{start // _PAGE + 1}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(chosen)} turns")


if __name__ == "__main__":
    main()
