"""Working trees that are indexed: which path has which content in each of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import apsw

from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.passages import UNFINISHED
from contextfs.store.sql import fetch, run, run_many, value


class Checkout(NamedTuple):
    """A working tree that was indexed."""

    number: int
    repository: int
    root: str
    state: str
    signature: str
    changed: int
    """Files that had not been read yet when the tree was last looked at."""
    indexed_at: int
    notes: Mapping[str, Any]
    """What the last run said of files and commits that it left out."""


_SELECT = "SELECT id, repository, root, state, signature, changed, indexed_at, notes FROM checkout"


def _checkout(row: tuple[Any, ...]) -> Checkout:
    number, repository, root, state, signature, changed, indexed_at, notes = row
    return Checkout(number, repository, root, state, signature, changed, indexed_at, json.loads(notes))


def every(connection: apsw.Connection) -> list[Checkout]:
    """The working trees that are indexed."""
    return [_checkout(row) for row in fetch(connection, f"{_SELECT} ORDER BY root")]


def of_root(connection: apsw.Connection, root: str) -> Checkout | None:
    """The working tree with this top directory."""
    rows = fetch(connection, f"{_SELECT} WHERE root = ?", (root,))
    return _checkout(rows[0]) if rows else None


def indexed(connection: apsw.Connection, place: str) -> bool:
    """Whether any working tree of a repository is indexed."""
    sql = "SELECT 1 FROM checkout JOIN repository ON repository.id = checkout.repository WHERE place = ?"
    return value(connection, sql, (place,)) is not None


def enter(connection: apsw.Connection, place: str, root: str) -> Checkout:
    """The working tree, noted now if it was not known."""
    run(connection, "INSERT OR IGNORE INTO repository(place) VALUES (?)", (place,))
    number = int(value(connection, "SELECT id FROM repository WHERE place = ?", (place,)))
    run(
        connection,
        "INSERT INTO checkout(repository, root, state, signature, indexed_at) VALUES (?, ?, '', '', 0)"
        " ON CONFLICT(root) DO UPDATE SET repository = excluded.repository",
        (number, root),
    )
    return _checkout(fetch(connection, f"{_SELECT} WHERE root = ?", (root,))[0])


def settle(
    connection: apsw.Connection,
    number: int,
    state: str,
    signature: str,
    notes: Mapping[str, object],
    now: int,
) -> None:
    """Note that the tree was indexed whole as it stood then."""
    run(
        connection,
        "UPDATE checkout SET state = ?, signature = ?, changed = 0, notes = ?, indexed_at = ? WHERE id = ?",
        (state, signature, json.dumps(notes), now, number),
    )


def unsettle(connection: apsw.Connection, number: int) -> None:
    """Note that the tree is not indexed whole."""
    run(connection, "UPDATE checkout SET state = '' WHERE id = ?", (number,))


def note(connection: apsw.Connection, number: int, signature: str, changed: int) -> None:
    """Note what the tree of paths stands for now, and how many files still have to be read."""
    run(
        connection,
        "UPDATE checkout SET signature = ?, changed = ? WHERE id = ?",
        (signature, changed, number),
    )


def paths(connection: apsw.Connection, number: int) -> dict[str, int]:
    """Path -> number of its content."""
    rows = fetch(connection, "SELECT path, source FROM tree WHERE checkout = ?", (number,))
    return {row[0]: row[1] for row in rows}


def place(connection: apsw.Connection, number: int, given: Iterable[tuple[str, int]]) -> None:
    """Say which content these paths have."""
    run_many(
        connection,
        "INSERT INTO tree(checkout, path, source) VALUES (?, ?, ?)"
        " ON CONFLICT(checkout, path) DO UPDATE SET source = excluded.source",
        [(number, path, source) for path, source in given],
    )


def displace(connection: apsw.Connection, number: int, gone: Collection[str]) -> None:
    """Say that these paths are not there."""
    run_many(
        connection, "DELETE FROM tree WHERE checkout = ? AND path = ?", [(number, path) for path in gone]
    )


def others(connection: apsw.Connection, checkout: Checkout) -> tuple[set[int], set[int]]:
    """The passages of the repository that stand in no file of this working tree: those that do now, and those noted."""
    low = checkout.repository * ROWS_PER_NAMESPACE
    rows = fetch(
        connection,
        "SELECT row FROM passage WHERE row BETWEEN ? AND ? EXCEPT SELECT passage FROM tree CROSS JOIN piece"
        " ON piece.source = tree.source WHERE checkout = ?",
        (low, low + ROWS_PER_NAMESPACE - 1, checkout.number),
    )
    known = fetch(connection, "SELECT row FROM hidden WHERE checkout = ?", (checkout.number,))
    return {row[0] for row in rows}, {row[0] for row in known}


def hide(connection: apsw.Connection, number: int, rows: Iterable[int], *, hidden: bool) -> None:
    """Note that passages are, or are not, those of other working trees alone."""
    change = "INSERT OR IGNORE INTO hidden(checkout, row) VALUES (?, ?)"
    if not hidden:
        change = "DELETE FROM hidden WHERE checkout = ? AND row = ?"
    run_many(connection, change, [(number, row) for row in rows])


def left(connection: apsw.Connection, repository: int) -> tuple[list[int], list[int]]:
    """Contents that no working tree has any more, and those that one has again."""
    sql = (
        "SELECT id FROM source WHERE repository = ? AND left_at IS {} NULL AND {} EXISTS"
        " (SELECT 1 FROM tree WHERE tree.source = source.id)"
    )
    gone = fetch(connection, sql.format("", "NOT"), (repository,))
    back = fetch(connection, sql.format("NOT", ""), (repository,))
    return [row[0] for row in gone], [row[0] for row in back]


def leave(connection: apsw.Connection, numbers: Iterable[int], moment: int | None) -> None:
    """Note since when no working tree has these contents; None is that one has them."""
    run_many(connection, "UPDATE source SET left_at = ? WHERE id = ?", [(moment, one) for one in numbers])


def left_before(connection: apsw.Connection, moment: int, limit: int) -> list[int]:
    """Contents that no working tree has had since before a moment."""
    rows = fetch(connection, "SELECT id FROM source WHERE left_at < ? LIMIT ?", (moment, limit))
    return [row[0] for row in rows]


def remove(connection: apsw.Connection, checkout: Checkout) -> None:
    """Forget a working tree; its contents may then be in none."""
    for sql in (
        "DELETE FROM tree WHERE checkout = ?",
        "DELETE FROM hidden WHERE checkout = ?",
        "DELETE FROM checkout WHERE id = ?",
    ):
        run(connection, sql, (checkout.number,))


def counts(connection: apsw.Connection, checkout: Checkout) -> tuple[int, int, int]:
    """Files with passages, passages, and commits of a working tree."""
    files = value(
        connection,
        "SELECT count(*) FROM tree JOIN source ON source.id = tree.source WHERE checkout = ? AND verdict = ''",
        (checkout.number,),
    )
    low = checkout.repository * ROWS_PER_NAMESPACE
    bounds = (low, low + ROWS_PER_NAMESPACE - 1)
    passages = value(connection, "SELECT count(*) FROM passage WHERE row BETWEEN ? AND ?", bounds)
    hidden = value(connection, "SELECT count(*) FROM hidden WHERE checkout = ?", (checkout.number,))
    commits = value(connection, "SELECT count(*) FROM past_commit WHERE row BETWEEN ? AND ?", bounds)
    return int(files), int(passages) - int(hidden), int(commits)


def verdicts(connection: apsw.Connection, number: int) -> tuple[dict[str, int], list[str]]:
    """Why files of a working tree have no passages -> how many; and those that seem to hold a secret."""
    rows = fetch(
        connection,
        "SELECT verdict, path FROM tree JOIN source ON source.id = tree.source"
        " WHERE checkout = ? AND verdict NOT IN ('', ?) ORDER BY path",
        (number, UNFINISHED),
    )
    found: dict[str, int] = {}
    secrets: list[str] = []
    for verdict, path in rows:
        kind, _, detail = verdict.partition(": ")
        found[kind] = found.get(kind, 0) + 1
        if kind == "secret":
            secrets.append(f"{path} ({detail})")
    return found, secrets
