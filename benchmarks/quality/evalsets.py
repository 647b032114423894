"""The public evaluation sets, as memories that somebody would have saved."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

NAMES = ("locomo", "beam100k", "beam500k", "prefeval", "madial-en", "cosqa", "devmem")
_TIMES = ("%I:%M %p on %d %B, %Y", "%B-%d-%Y", "%Y-%m-%d")


class Document(NamedTuple):
    """One text of a set."""

    id: str
    scope: str
    text: str
    meta: dict[str, Any]

    def draft(self) -> dict[str, object]:
        """The document as a draft: speaker and time as metadata, a path as the file that it is about."""
        kept = {key: self.meta[key] for key in ("speaker", "time") if self.meta.get(key)}
        session = self.meta.get("session")
        return {
            "content": self.text,
            "namespace": self.scope,
            "metadata": kept,
            "created_at": _moment(str(self.meta.get("time") or "")),
            "files": [self.meta["path"]] if self.meta.get("path") else [],
            "session_id": "" if session is None else f"{self.scope}-{session}",
        }


class Question(NamedTuple):
    """One question with the documents that answer it."""

    id: str
    scope: str
    text: str
    relevant: frozenset[str]
    category: str
    counted: bool


class EvalSet(NamedTuple):
    """One set: its documents in their order, and its questions."""

    name: str
    documents: list[Document]
    questions: list[Question]

    def part(self, scopes: int) -> EvalSet:
        """The set with so many of its scopes, taken evenly; what the slowest provider can be measured with."""
        names = list(dict.fromkeys(one.scope for one in self.documents))
        if not 0 < scopes < len(names):
            return self
        kept = {names[place * len(names) // scopes] for place in range(scopes)}
        return EvalSet(
            f"{self.name}-{scopes}",
            [one for one in self.documents if one.scope in kept],
            [one for one in self.questions if one.scope in kept],
        )


def root() -> Path:
    """Where the sets are: $CONTEXTFS_EVALS, else beside the checkout; ends the run when they are not there."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "evals"
    found = Path(os.environ.get("CONTEXTFS_EVALS") or beside)
    if not found.is_dir():
        raise SystemExit(f"No evaluation sets in {found}: set CONTEXTFS_EVALS to the folder that holds them.")
    return found


def load(name: str) -> EvalSet:
    """One set by its name; `beam500k:6` is six of its scopes."""
    name, _, scopes = name.partition(":")
    if name not in NAMES:
        raise SystemExit(f"There is no set {name!r}; there are: {', '.join(NAMES)}.")
    folder = root() / name
    documents = [
        Document(row["id"], row["scope"], row["text"], row["meta"])
        for row in _rows(folder / "corpus.jsonl.gz")
    ]
    questions = [
        Question(
            row["id"],
            row["scope"],
            row["text"],
            frozenset(row["relevant_ids"]),
            row["category"],
            row.get("in_overall", True),
        )
        for row in _rows(folder / "queries.jsonl.gz")
    ]
    return EvalSet(name, documents, questions).part(int(scopes or 0))


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def _moment(text: str) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone()
        except ValueError:
            continue
    return None
