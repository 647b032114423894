"""Lexical retrieval: one contentless FTS5 index over the words of every memory.

The columns are what search weighs differently; `ident` holds the pieces of compound identifiers, so that `webhook`
finds `PaymentWebhookHandler`. (docs/decisions, lexical index)
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any, NamedTuple, cast
from weakref import WeakSet

import apsw

from contextfs.domain.memory import Memory
from contextfs.domain.record_mark import words_of
from contextfs.domain.text import ident_pieces, index_text
from contextfs.store.filters import Condition
from contextfs.store.sql import fetch, run, value

COLUMNS = ("title", "context", "path", "content", "ident")
FREQUENT_ROWS = 1000
"""Document frequency from which a stem is cached as frequent; below it a look-up is cheap and pruning gains nothing."""


class Index(NamedTuple):
    """The tables of one lexical index; every one has the columns `COLUMNS`."""

    words: str
    vocabulary: str
    frequent: str
    rows: str
    """The key under which `meta` keeps how many rows there were when the frequent stems were counted."""


MEMORIES = Index("lexical", "vocabulary", "frequent", "frequent_rows")
MESSAGES = Index("message_lexical", "message_vocabulary", "message_frequent", "message_frequent_rows")
CODE = Index("code_lexical", "code_vocabulary", "code_frequent", "code_frequent_rows")
COMMITS = Index("commit_lexical", "commit_vocabulary", "commit_frequent", "commit_frequent_rows")


class Matched(NamedTuple):
    """One memory that holds words of the query."""

    row: int
    score: float
    """BM25 with the weights that were asked for; higher is better."""


class Dissected(NamedTuple):
    """One memory that holds words of the query, and what it holds of each phrase of the expression."""

    row: int
    size: int
    """Words in all columns but the title, which is mostly the first line once more."""
    labels: int
    """A bit for each phrase that stands in the context column: tags, project, metadata values."""
    hits: Sequence[float]
    """How often each phrase occurs, an occurrence counting what its column weighs."""


def texts(memory: Memory) -> tuple[str, ...]:
    """What the index holds of a memory, column by column."""
    context = " ".join((*memory.tags, memory.project, *_words(memory.metadata.values())))
    path, content = " ".join(memory.files), words_of(memory)
    # A title that is no summary is the first line of the content.
    compounds = ident_pieces(memory.summary, path, content, context)
    return (
        index_text(memory.title),
        index_text(context),
        index_text(path),
        index_text(content),
        compounds,
    )


def _words(values: Iterable[object]) -> list[str]:
    """The texts among metadata values, nested ones too."""
    found: list[str] = []
    for one in values:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            found += _words(cast("dict[str, object]", one).values())
        elif isinstance(one, list):
            found += _words(cast("list[object]", one))
    return found


def put(connection: apsw.Connection, row: int, memory: Memory) -> None:
    """Index the words of a memory under a row that has none."""
    run(
        connection,
        "INSERT INTO lexical(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)",
        (row, *texts(memory)),
    )


def remove(connection: apsw.Connection, row: int) -> None:
    """Forget the words of a memory."""
    run(connection, "DELETE FROM lexical WHERE rowid = ?", (row,))


def optimize(connection: apsw.Connection, index: Index = MEMORIES) -> None:
    """Merge the index into one piece, which is when deleted words really leave it."""
    run(connection, f"INSERT INTO {index.words}({index.words}) VALUES ('optimize')")


def clear(connection: apsw.Connection, index: Index = MEMORIES) -> None:
    """Empty the index, to build it again."""
    run(connection, f"INSERT INTO {index.words}({index.words}) VALUES ('delete-all')")
    run(connection, f"DELETE FROM {index.frequent}")


def match(
    connection: apsw.Connection, expression: str, weights: Sequence[float], where: Condition, limit: int
) -> list[Matched]:
    """The memories that match an FTS5 expression, best first; `where` is a condition on ``rowid``."""
    rank = f"bm25({', '.join(map(str, weights))})"
    rows = fetch(
        connection,
        f"SELECT rowid, rank FROM lexical WHERE lexical MATCH ? AND rank MATCH ? AND {where.sql} ORDER BY rank LIMIT ?",
        (expression, rank, *where.params, limit),
    )
    return [Matched(row[0], -row[1]) for row in rows]


def dissect(
    connection: apsw.Connection,
    expression: str,
    weights: Sequence[float],
    where: Condition,
    limit: int,
    index: Index = MEMORIES,
) -> list[Dissected]:
    """What `match` finds, with the counts from which BM25 was made; an expression of at most 64 phrases.

    SQLite sorts first and calls our function only for the rows it returns, so the counts cost little.
    """
    if connection not in _KNOW_DISSECT:
        connection.register_fts5_function("dissect", _dissect)
        _KNOW_DISSECT.add(connection)
    rank = f"bm25({', '.join(map(str, weights))})"
    rows = fetch(
        connection,
        f"SELECT rowid, dissect({index.words}, {', '.join(map(str, weights))}) FROM {index.words}"
        f" WHERE {index.words} MATCH ? AND rank MATCH ? AND {where.sql} ORDER BY rank LIMIT ?",
        (expression, rank, *where.params, limit),
    )
    return [_dissected(row, data) for row, data in rows]


def _dissected(row: int, data: bytes) -> Dissected:
    size, labels = _HEAD.unpack_from(data)
    return Dissected(row, size, labels, array("f", data[_HEAD.size :]))


_KNOW_DISSECT: WeakSet[apsw.Connection] = WeakSet()
_HEAD = Struct("<IQ")
_CONTEXT = COLUMNS.index("context")
_SIZED = [place for place, name in enumerate(COLUMNS) if name != "title"]


def _dissect(api: apsw.FTS5ExtensionApi, *weights: Any) -> bytes:
    """Called by SQLite for one row: its size, the phrases in its context, and the weighted hits of each phrase."""
    labels, hits = 0, array("f")
    for phrase in range(api.phrase_count):
        found = 0.0
        for column in api.phrase_columns(phrase):
            found += weights[column] * len(api.phrase_column_offsets(phrase, column))
            if column == _CONTEXT:
                labels |= 1 << phrase
        hits.append(found)
    return _HEAD.pack(sum(map(api.column_size, _SIZED)), labels) + hits.tobytes()


def stems(connection: apsw.Connection, words: Sequence[str]) -> list[str]:
    """What the index's own tokenizer makes of each word; empty where it makes nothing of it."""
    tokenizer = connection.fts5_tokenizer("porter", ["unicode61"])
    found: list[str] = []
    for word in words:
        tokens = tokenizer(
            word.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False
        )
        found.append(" ".join(str(token[0]) for token in tokens))
    return found


def document_frequencies(
    connection: apsw.Connection, wanted: Iterable[str], index: Index = MEMORIES
) -> dict[str, int]:
    """How many memories of the store hold each stem."""
    found = dict.fromkeys(wanted, 0)
    frequent = _counts(connection, f"SELECT stem, documents FROM {index.frequent} WHERE stem", list(found))
    rare = [stem for stem in found if stem not in frequent]
    return (
        found | frequent | _counts(connection, f"SELECT term, doc FROM {index.vocabulary} WHERE term", rare)
    )


def _counts(connection: apsw.Connection, select: str, stems: Sequence[str]) -> dict[str, int]:
    marks = ", ".join("?" * len(stems))
    return {row[0]: row[1] for row in fetch(connection, f"{select} IN ({marks})", stems)} if stems else {}


def refresh_frequent(connection: apsw.Connection, rows: int, index: Index = MEMORIES) -> None:
    """Count the frequent stems anew; worth doing when the store has doubled since the last time."""
    run(connection, f"DELETE FROM {index.frequent}")
    run(
        connection,
        f"INSERT INTO {index.frequent}(stem, documents) SELECT term, doc FROM {index.vocabulary} WHERE doc >= ?",
        (FREQUENT_ROWS,),
    )
    run(connection, "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (index.rows, str(rows)))


def frequent_rows(connection: apsw.Connection, index: Index = MEMORIES) -> int:
    """How many memories the store held when the frequent stems were counted."""
    return int(value(connection, "SELECT value FROM meta WHERE key = ?", (index.rows,)) or 0)
