"""Commits as texts to search, kept once for each repository."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import apsw

from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.indexed import CommitText
from contextfs.domain.memory import Embedded
from contextfs.domain.text import ident_pieces, index_text
from contextfs.store import passages, vectors
from contextfs.store.sql import fetch, run, run_many, value


def hashes(connection: apsw.Connection, repository: int) -> set[str]:
    """The commits that are known."""
    rows = fetch(connection, "SELECT hash FROM past_commit WHERE repository = ?", (repository,))
    return {row[0].hex() for row in rows}


def words(commit: CommitText) -> tuple[str, ...]:
    """What the lexical index holds of a commit, column by column."""
    files = " ".join(commit.files)
    text = f"{commit.subject}\n{commit.body}"
    pieces = ident_pieces(f"{files} {text}")
    return index_text(commit.subject), index_text(commit.author), index_text(files), index_text(text), pieces


def embedded_text(commit: CommitText) -> str:
    """What the vector of a commit is made of."""
    return f"{commit.subject}\n{commit.body}".strip() or " ".join(commit.files)


def put(
    connection: apsw.Connection,
    repository: int,
    commit: CommitText,
    indexed: Sequence[str],
    embedded: Embedded | None,
) -> bool:
    """Keep a commit that is not known; returns whether it was new."""
    key = bytes.fromhex(commit.hash)
    if value(connection, "SELECT 1 FROM past_commit WHERE hash = ? AND repository = ?", (key, repository)):
        return False
    row = passages.next_row(connection, "past_commit", repository)
    run(
        connection,
        "INSERT INTO past_commit(row, hash, author, at, subject, body, files) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row,
            key,
            commit.author,
            to_micros(commit.at),
            commit.subject,
            commit.body,
            json.dumps(list(commit.files)),
        ),
    )
    run(
        connection,
        "INSERT INTO commit_lexical(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)",
        (row, *indexed),
    )
    vectors.tally(connection, vectors.TOTALS[vectors.COMMIT], row, 1)
    if embedded:
        vectors.put(connection, row, embedded, vectors.COMMIT)
    return True


def drop(connection: apsw.Connection, repository: int, gone: Sequence[str]) -> None:
    """Forget commits."""
    for name in gone:
        row = value(
            connection,
            "SELECT row FROM past_commit WHERE hash = ? AND repository = ?",
            (bytes.fromhex(name), repository),
        )
        if row is None:
            continue
        vectors.remove(connection, row, vectors.COMMIT)
        vectors.tally(connection, vectors.TOTALS[vectors.COMMIT], row, -1)
        run_many(connection, "DELETE FROM commit_lexical WHERE rowid = ?", [(row,)])
        run_many(connection, "DELETE FROM past_commit WHERE row = ?", [(row,)])


def of_unindexed(connection: apsw.Connection, limit: int) -> list[tuple[int, str]]:
    """Commits of repositories of which no working tree is indexed any more."""
    return [
        (row[0], row[1].hex())
        for row in fetch(
            connection,
            "SELECT repository, hash FROM past_commit WHERE repository NOT IN (SELECT repository FROM checkout)"
            " LIMIT ?",
            (limit,),
        )
    ]


def by_rows(connection: apsw.Connection, rows: Sequence[int]) -> dict[int, CommitText]:
    """The commits in these rows."""
    marks = ", ".join(map(str, rows))
    found = fetch(
        connection,
        f"SELECT row, hash, author, at, subject, body, files FROM past_commit WHERE row IN ({marks})",
    )
    return {
        row: CommitText(hash_.hex(), author, Timestamp.from_micros(at), subject, body, json.loads(files))
        for row, hash_, author, at, subject, body, files in found
    }


def selected(
    connection: apsw.Connection,
    repositories: Sequence[int],
    author: str,
    since: datetime | None,
    until: datetime | None,
) -> set[int]:
    """The rows of the commits of these repositories by an author, however capitalised, and between two times."""
    marks = ", ".join(map(str, repositories))
    where, params = [f"repository IN ({marks})"], list[object]()
    for condition, given in (
        ("lower(author) = lower(?)", author),
        ("at >= ?", since and to_micros(since)),
        ("at <= ?", until and to_micros(until)),
    ):
        if given:
            where.append(condition)
            params.append(given)
    rows = fetch(connection, f"SELECT row FROM past_commit WHERE {' AND '.join(where)}", params)
    return {row[0] for row in rows}


def waiting(connection: apsw.Connection, identity: str, after: int, limit: int) -> list[tuple[int, str]]:
    """The next commits without a vector of this provider, with what it is to be made of."""
    provider = vectors.provider_number(connection, identity, vectors.COMMIT)
    rows = fetch(
        connection,
        "SELECT row FROM past_commit WHERE row > ? AND NOT EXISTS (SELECT 1 FROM vector"
        " WHERE vector.provider = ? AND vector.row = past_commit.row) ORDER BY row LIMIT ?",
        (after, provider or -1, limit),
    )
    found = by_rows(connection, [row[0] for row in rows])
    return [(row, embedded_text(commit)) for row, commit in found.items()]
