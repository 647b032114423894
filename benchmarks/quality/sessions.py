"""Are sessions found? Conversations of the evaluation sets taken in as sessions, and asked for by their questions.

    python benchmarks/quality/sessions.py              # locomo and beam100k, by words and by the static table
    python benchmarks/quality/sessions.py --write      # and a run file under runs/

A question is answered by a session that holds one of its relevant messages. `found@k` is the share of questions with
such a session among the first k; `by chance` is what a random order of the same sessions would find first.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evalsets import Document, EvalSet, load

from contextfs import ContextFS, Session
from contextfs.domain.clock import Timestamp, new_id
from contextfs.domain.session import Message

SETS = ("locomo", "beam100k")
PROVIDERS = ("words", "static")
MOST = 5


def main() -> None:
    """Measure every set with every provider, and print and write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--write", action="store_true", help="write a run file under runs/")
    arguments = parser.parse_args()
    found: list[dict[str, object]] = []
    for name in arguments.sets.split(","):
        for provider in PROVIDERS:
            row = measured(load(name), provider)
            found.append(row)
            print(json.dumps(row), flush=True)
    if arguments.write:
        today = datetime.date.today().isoformat()
        folder = Path(__file__).parent / "runs" / f"{today}-{platform.machine()}-{platform.system().lower()}"
        folder.mkdir(parents=True, exist_ok=True)
        document = {"date": today, "python": platform.python_version(), "figures": found}
        (folder / "sessions.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def measured(given: EvalSet, provider: str) -> dict[str, object]:
    """The figures of one set with one provider."""
    with tempfile.TemporaryDirectory() as directory, ContextFS(data_dir=directory, namespace="bench") as ctx:
        ctx.models.use(provider)
        holds = filled(ctx, given)
        while ctx.embed_waiting(500):
            pass
        ranks: list[int] = []
        chances: list[float] = []
        for question in given.questions:
            wanted = {holds[one] for one in question.relevant if one in holds}
            if not wanted or not question.counted:
                continue
            found = ctx.sessions.search(question.text, MOST, namespace=question.scope, min_relevance=0)
            places = [place for place, one in enumerate(found) if one.session.id in wanted]
            ranks.append(places[0] if places else MOST)
            inside = {session for one, session in holds.items() if one.startswith(question.scope)}
            chances.append(len(wanted) / max(1, len(inside)))
    return {
        "set": given.name,
        "provider": provider,
        "questions": len(ranks),
        "sessions": len(set(holds.values())),
        "found@1": round(sum(rank == 0 for rank in ranks) / len(ranks), 3),
        "found@5": round(sum(rank < MOST for rank in ranks) / len(ranks), 3),
        "by chance@1": round(sum(chances) / len(chances), 3),
    }


def filled(ctx: ContextFS, given: EvalSet) -> dict[str, str]:
    """Take in the set's conversations; returns for each message the session that holds it."""
    holds: dict[str, str] = {}
    for scope, said in _conversations(given):
        moment = Timestamp.from_micros(1_700_000_000_000_000)
        heading = Session(id=new_id(), tool="bench", namespace=scope, started_at=moment, ended_at=moment)
        speakers = list(dict.fromkeys(one.meta.get("speaker") for one in said))
        messages = [
            Message(
                "user" if one.meta.get("speaker") == speakers[0] else "assistant",
                one.text,
                moment,
                id=new_id(),
            )
            for one in said
        ]
        ctx.sessions.record(heading, messages)
        holds |= {one.id: heading.id for one in said}
    return holds


def _conversations(given: EvalSet) -> Iterator[tuple[str, list[Document]]]:
    groups: dict[tuple[str, object], list[Document]] = {}
    for one in given.documents:
        if one.meta.get("session") is not None:
            groups.setdefault((one.scope, one.meta["session"]), []).append(one)
    yield from ((scope, said) for (scope, _), said in groups.items())


if __name__ == "__main__":
    main()
