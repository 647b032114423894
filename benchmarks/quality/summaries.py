"""What a summary keeps of a conversation, over the evaluation sets that have sessions.

    python benchmarks/quality/summaries.py            # locomo and beam100k
    python benchmarks/quality/summaries.py --write    # keep the figures under runs/<date>-<machine>/

For each question that one session answers: how many of the key words of the answering messages stand in that session's
summary. A key word is one of the five words of a message that are rarest in its conversation. Beside the summary stand
as many words from the beginning of the conversation (lead), and as many words of sentences drawn by lot (random).
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import NamedTuple

import metrics
from evalsets import Document, EvalSet, load

from contextfs.domain.session import Message
from contextfs.domain.speech import sentences_of, size
from contextfs.domain.text import query_terms
from contextfs.embedding import chain
from contextfs.embedding.provider import ProviderSettings
from contextfs.sessions.summary import summarize

SETS = ("locomo", "beam100k")
KEYS = 5


class Conversation(NamedTuple):
    """One session of a set: its documents as messages."""

    documents: list[Document]

    def messages(self) -> list[Message]:
        """The messages; who is no assistant is a user."""
        return [
            Message("assistant" if one.meta.get("speaker") == "assistant" else "user", one.text)
            for one in self.documents
        ]


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--write", action="store_true", help="write a dated run file beside this script")
    asked = parser.parse_args()
    report = {name: measure(load(name)) for name in asked.sets}
    for name, found in report.items():
        print(f"{name}: {json.dumps(found)}")
    if asked.write:
        write(report)


def measure(chosen: EvalSet) -> dict[str, object]:
    """How much of the key words of the answering messages each kind of summary keeps."""
    sessions = _sessions(chosen)
    shares: dict[str, list[float]] = {kind: [] for kind in ("extract", "extract, words", "lead", "random")}
    lengths: list[int] = []
    seconds = 0.0
    static = chain.named(ProviderSettings(), "static")
    static.embed_documents(["loaded before the clock starts"])
    for scope, conversations in sessions.items():
        rarity = _rarity([one.text for talk in conversations for one in talk.documents])
        for talk in conversations:
            golds = _golds(chosen, scope, talk)
            if not golds:
                continue
            messages = talk.messages()
            started = time.process_time()
            text = summarize(messages, static.embed_documents).text
            seconds += time.process_time() - started
            lengths.append(size(text))
            texts = {"extract": text, "extract, words": summarize(messages).text}
            texts |= _baselines(messages, size(text))
            for kind, said in texts.items():
                words = set(_terms(said))
                shares[kind] += [_share(gold, words, rarity) for gold in golds]
    over = [ours - theirs for ours, theirs in zip(shares["extract"], shares["lead"], strict=True)]
    return {
        "answers": len(over),
        "sessions": len(lengths),
        "words of a summary": round(sum(lengths) / len(lengths)),
        "seconds of processor time for one": round(seconds / len(lengths), 3),
        "key words kept": {kind: _rounded(values) for kind, values in shares.items()},
        "over lead": _rounded(over),
    }


def _sessions(chosen: EvalSet) -> dict[str, list[Conversation]]:
    found: dict[str, dict[object, Conversation]] = {}
    for one in chosen.documents:
        found.setdefault(one.scope, {}).setdefault(
            one.meta.get("session"), Conversation([])
        ).documents.append(one)
    return {scope: list(talks.values()) for scope, talks in found.items()}


def _golds(chosen: EvalSet, scope: str, talk: Conversation) -> list[Document]:
    """The messages of a session that answer a question, each as often as it does."""
    by_id = {one.id: one for one in talk.documents}
    return [
        by_id[name]
        for question in chosen.questions
        if question.counted and question.scope == scope
        for name in sorted(question.relevant)
        if name in by_id
    ]


def _terms(text: str) -> list[str]:
    return [term.text for term in query_terms(text) if term.kind != "stop" and len(term.text) > 2]


def _rarity(texts: Sequence[str]) -> dict[str, float]:
    spread = Counter(word for text in texts for word in set(_terms(text)))
    # A word that stands in one message only is a detail or a typing error; a theme comes back.
    return {word: log(len(texts) / count) for word, count in spread.items() if count > 1}


def _share(gold: Document, words: set[str], rarity: dict[str, float]) -> float:
    terms = dict.fromkeys(_terms(gold.text))
    keys = sorted((word for word in terms if word in rarity), key=lambda word: -rarity[word])[:KEYS]
    return sum(word in words for word in keys) / len(keys) if keys else 0.0


def _baselines(messages: Sequence[Message], words: int) -> dict[str, str]:
    sentences = [one.text for one in sentences_of(messages)]
    drawn = random.Random(len(sentences)).sample(sentences, len(sentences))
    return {"lead": _first(sentences, words), "random": _first(drawn, words)}


def _first(sentences: Sequence[str], words: int) -> str:
    kept: list[str] = []
    for sentence in sentences:
        words -= size(sentence)
        if words < 0:
            break
        kept.append(sentence)
    return " ".join(kept)


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 4) for value in metrics.interval(values)]


def write(report: dict[str, dict[str, object]]) -> None:
    """Keep the figures beside this script."""
    now = datetime.now(UTC)
    folder = (
        Path(__file__).parent / "runs" / f"{now:%Y-%m-%d}-{platform.machine()}-{platform.system().lower()}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "summaries.json"
    facts = {"python": platform.python_version(), "key words of a message": KEYS, "sets": report}
    path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
