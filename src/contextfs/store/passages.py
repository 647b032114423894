"""Passages of files: kept once for each repository, whatever files, branches and worktrees they stand in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import apsw

from contextfs.domain.indexed import FileRead, Passage, Source
from contextfs.domain.memory import Embedded
from contextfs.domain.text import ident_pieces, index_text
from contextfs.store import vectors
from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, run, run_many, value

UNFINISHED = "unfinished"
"""The verdict of a source of which some passages are still to come."""
_PATHS = 8
"""Paths whose words are indexed with a passage; what stands in more files is told apart by none of them."""
_PUT = "INSERT INTO code_lexical(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)"


class Made(NamedTuple):
    """What a passage that is new takes, worked out before the store is locked."""

    words: tuple[str, ...]
    embedded: Embedded | None


def digest(passage: Passage) -> bytes:
    """What makes two passages the same."""
    parts = f"{passage.kind}\0{passage.name}\0{passage.context}\0{passage.text}"
    return hashlib.blake2b(parts.encode("utf-8", "replace"), digest_size=16).digest()


def words(name: str, context: str, text: str, paths: str) -> tuple[str, ...]:
    """What the lexical index holds of a passage, column by column."""
    pieces = ident_pieces(f"{name} {paths} {text} {context}")
    return index_text(name), index_text(context), index_text(paths), index_text(text), pieces


def known(connection: apsw.Connection, repository: int, digests: Sequence[bytes]) -> set[bytes]:
    """Those of these passages that the repository has already."""
    found: set[bytes] = set()
    for start in range(0, len(digests), 200):
        part = digests[start : start + 200]
        marks = ", ".join("?" * len(part))
        rows = fetch(
            connection,
            f"SELECT digest FROM passage WHERE repository = ? AND digest IN ({marks})",
            (repository, *part),
        )
        found.update(row[0] for row in rows)
    return found


def sources(connection: apsw.Connection, repository: int) -> dict[Source, int]:
    """The contents that were read whole, with their numbers."""
    rows = fetch(
        connection,
        "SELECT blob, reader, id FROM source WHERE repository = ? AND verdict <> ?",
        (repository, UNFINISHED),
    )
    return {Source(blob, reader): number for blob, reader, number in rows}


def begin(connection: apsw.Connection, repository: int, file: FileRead) -> int:
    """The number of a content that is about to be written; what an interrupted run left of it is forgotten."""
    key = (repository, file.source.blob, file.source.reader)
    run(
        connection,
        "INSERT INTO source(repository, blob, reader, verdict) VALUES (?, ?, ?, ?)"
        " ON CONFLICT(repository, blob, reader) DO UPDATE SET verdict = excluded.verdict, left_at = NULL",
        (*key, UNFINISHED),
    )
    number = int(
        value(connection, "SELECT id FROM source WHERE repository = ? AND blob = ? AND reader = ?", key)
    )
    run(connection, "DELETE FROM piece WHERE source = ?", (number,))
    return number


def add(
    connection: apsw.Connection,
    repository: int,
    source: int,
    place: int,
    given: Sequence[tuple[bytes, Passage]],
    made: Mapping[bytes, Made],
    path: str,
) -> int:
    """Write passages of a content from a place on; returns how many were new."""
    new = 0
    for offset, (key, passage) in enumerate(given):
        row = value(
            connection, "SELECT row FROM passage WHERE digest = ? AND repository = ?", (key, repository)
        )
        if row is None:
            row = _put(connection, repository, key, passage, made.get(key), path)
            new += 1
        run(
            connection,
            "INSERT OR REPLACE INTO piece(source, place, passage, first, last) VALUES (?, ?, ?, ?, ?)",
            (source, place + offset, row, passage.start, passage.end),
        )
    return new


def _put(
    connection: apsw.Connection, repository: int, key: bytes, passage: Passage, made: Made | None, path: str
) -> int:
    # A passage that was there when the work was planned may have been swept since; its vector is then made later.
    made = made or Made(words(passage.name, passage.context, passage.text, path), None)
    row = next_row(connection, "passage", repository)
    run(
        connection,
        "INSERT INTO passage(row, digest, kind, name, context, text, paths) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row, key, passage.kind, passage.name, passage.context, passage.text, path),
    )
    run(connection, _PUT, (row, *made.words))
    vectors.tally(connection, vectors.TOTALS[vectors.CODE], row, 1)
    if made.embedded:
        vectors.put(connection, row, made.embedded, vectors.CODE)
    return row


def next_row(connection: apsw.Connection, table: str, repository: int) -> int:
    """A row for something new of a repository."""
    low = repository * ROWS_PER_NAMESPACE
    last = value(
        connection,
        f"SELECT max(row) FROM {table} WHERE row BETWEEN ? AND ?",
        (low, low + ROWS_PER_NAMESPACE - 1),
    )
    return int(last or low) + 1


def finish(connection: apsw.Connection, source: int, verdict: str) -> None:
    """Say that a content is written whole."""
    run(connection, "UPDATE source SET verdict = ? WHERE id = ?", (verdict, source))


# ── paths ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def misnamed(connection: apsw.Connection, numbers: Collection[int]) -> list[int]:
    """Passages of these sources that are not yet found by the words of one of their paths."""
    listed = f"[{','.join(map(str, numbers))}]"
    rows = fetch(
        connection,
        "SELECT DISTINCT passage.row FROM json_each(?) JOIN tree ON tree.source = json_each.value"
        " JOIN piece ON piece.source = tree.source JOIN passage ON passage.row = piece.passage"
        " WHERE instr(char(10) || paths || char(10), char(10) || tree.path || char(10)) = 0"
        " AND length(paths) - length(replace(paths, char(10), '')) < ?",
        (listed, _PATHS - 1),
    )
    return [row[0] for row in rows]


def rename(connection: apsw.Connection, rows: Sequence[int]) -> None:
    """Index the words of passages again, with the paths that they have now."""
    for row in rows:
        found = fetch(connection, "SELECT name, context, text FROM passage WHERE row = ?", (row,))
        if not found:
            continue
        paths = fetch(
            connection,
            "SELECT DISTINCT tree.path FROM piece JOIN tree ON tree.source = piece.source WHERE passage = ?"
            " ORDER BY path LIMIT ?",
            (row, _PATHS),
        )
        listed = "\n".join(one[0] for one in paths)
        run(connection, "DELETE FROM code_lexical WHERE rowid = ?", (row,))
        name, context, text = found[0]
        run(connection, _PUT, (row, *words(name, context, text, listed)))
        run(connection, "UPDATE passage SET paths = ? WHERE row = ?", (listed, row))


# ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def waiting(connection: apsw.Connection, identity: str, after: int, limit: int) -> list[tuple[int, str]]:
    """The next passages without a vector of this provider, with what it is to be made of."""
    provider = vectors.provider_number(connection, identity, vectors.CODE)
    return fetch(
        connection,
        "SELECT row, CASE context WHEN '' THEN text ELSE context || char(10) || text END FROM passage"
        " WHERE row > ? AND NOT EXISTS (SELECT 1 FROM vector WHERE vector.provider = ? AND vector.row = passage.row)"
        " ORDER BY row LIMIT ?",
        (after, provider or -1, limit),
    )


def add_vectors(connection: apsw.Connection, made: Sequence[tuple[int, Embedded]], collection: str) -> int:
    """Keep vectors of rows that are still there and have none of this provider."""
    table = {vectors.CODE: "passage", vectors.COMMIT: "past_commit"}[collection]
    added = 0
    for row, embedded in made:
        provider = vectors.provider_number(connection, embedded.provider, collection)
        there = value(connection, f"SELECT 1 FROM {table} WHERE row = ?", (row,))
        if there and (provider is None or not vectors.has(connection, provider, row)):
            vectors.put(connection, row, embedded, collection)
            added += 1
    return added


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def drop_sources(connection: apsw.Connection, numbers: Sequence[int]) -> None:
    """Forget contents; their passages are swept when nothing else has them."""
    marks = [(number,) for number in numbers]
    run_many(connection, "DELETE FROM piece WHERE source = ?", marks)
    run_many(connection, "DELETE FROM source WHERE id = ?", marks)


def strays(connection: apsw.Connection, limit: int) -> list[int]:
    """Passages that no content has any more."""
    rows = fetch(
        connection,
        "SELECT row FROM passage WHERE NOT EXISTS (SELECT 1 FROM piece WHERE piece.passage = passage.row) LIMIT ?",
        (limit,),
    )
    return [row[0] for row in rows]


def drop(connection: apsw.Connection, rows: Sequence[int]) -> None:
    """Forget passages with their words and vectors."""
    for row in rows:
        vectors.remove(connection, row, vectors.CODE)
        vectors.tally(connection, vectors.TOTALS[vectors.CODE], row, -1)
    marks = [(row,) for row in rows]
    for sql in (
        "DELETE FROM code_lexical WHERE rowid = ?",
        "DELETE FROM passage WHERE row = ?",
        "DELETE FROM hidden WHERE row = ?",
    ):
        run_many(connection, sql, marks)
