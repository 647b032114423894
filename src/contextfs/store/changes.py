"""The change log: append-only, except that an erasure removes the text of one subject for ever."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apsw

from contextfs.domain.change import Change
from contextfs.store import judged
from contextfs.store.sql import fetch, run, value

_SELECT = (
    "SELECT change.id, subject, kind, verb, batch, parents, clock, device, author, patch"
    " FROM change JOIN origin ON origin.id = change.origin"
)
_ID_BYTES = 16
_TOGETHER = 100
"""Subjects that one statement asks for."""


def of_subject(connection: apsw.Connection, subject: str) -> list[Change]:
    """The changes of one subject in the order they arrived."""
    rows = fetch(connection, f"{_SELECT} WHERE subject = ? ORDER BY seq", (bytes.fromhex(subject),))
    return [_change(row) for row in rows]


def of_subjects(connection: apsw.Connection, subjects: Sequence[str]) -> dict[str, list[Change]]:
    """The changes of several subjects, those of each in the order they arrived; a subject without any is left out."""
    found: dict[str, list[Change]] = {}
    for start in range(0, len(subjects), _TOGETHER):
        group = [bytes.fromhex(one) for one in subjects[start : start + _TOGETHER]]
        marks = ", ".join("?" * len(group))
        for row in fetch(connection, f"{_SELECT} WHERE subject IN ({marks}) ORDER BY seq", group):
            found.setdefault(row[1].hex(), []).append(_change(row))
    return found


def of_batch(connection: apsw.Connection, batch: str) -> list[Change]:
    """The changes of one action; batches have no index since only the latest few are ever asked for."""
    rows = fetch(connection, f"{_SELECT} WHERE batch = ? ORDER BY seq", (bytes.fromhex(batch),))
    return [_change(row) for row in rows]


def latest(connection: apsw.Connection, limit: int, device: str = "") -> Iterable[Change]:
    """The newest changes, newest first; of one device when it is named."""
    where = " WHERE device = ?" if device else ""
    params = (device, limit) if device else (limit,)
    return (_change(row) for row in fetch(connection, f"{_SELECT}{where} ORDER BY seq DESC LIMIT ?", params))


def everything(connection: apsw.Connection) -> Iterable[Change]:
    """The whole log in the order of arrival."""
    return (_change(row) for row in fetch(connection, f"{_SELECT} ORDER BY seq"))


def in_order(connection: apsw.Connection, page: int) -> Iterator[Change]:
    """The whole log by clock and id, some at a time: the same order wherever the same changes are."""
    last: tuple[int, bytes] = (-1, b"")
    while rows := fetch(
        connection,
        f"{_SELECT} WHERE (clock, change.id) > (?, ?) ORDER BY clock, change.id LIMIT ?",
        (*last, page),
    ):
        last = rows[-1][6], rows[-1][0]
        yield from map(_change, rows)


def subjects_since(connection: apsw.Connection, clock: int) -> list[str]:
    """The subjects that were changed after this clock value."""
    rows = fetch(connection, "SELECT DISTINCT subject FROM change WHERE clock > ?", (clock,))
    return [row[0].hex() for row in rows]


def subjects_by_prefix(
    connection: apsw.Connection, prefix: str, limit: int, kind: str = "memory"
) -> list[str]:
    """The subjects of a kind, deleted ones included, whose id begins with these hexadecimal characters."""
    low, high = prefix_range(prefix)
    rows = fetch(
        connection,
        "SELECT DISTINCT subject FROM change WHERE subject BETWEEN ? AND ? AND kind = ? ORDER BY subject LIMIT ?",
        (low, high, kind, limit),
    )
    return [row[0].hex() for row in rows]


def sessions_once_labelled(connection: apsw.Connection, label: str) -> list[str]:
    """The sessions, deleted ones included, that were ever given this label, the last changed first."""
    rows = fetch(
        connection,
        "SELECT subject FROM change WHERE kind = 'session' AND patch IS NOT NULL"
        " AND json_extract(patch, '$.label') = ? GROUP BY subject ORDER BY max(clock) DESC",
        (label,),
    )
    return [row[0].hex() for row in rows]


def prefix_range(prefix: str) -> tuple[bytes, bytes]:
    """The smallest and the largest id that begin with these hexadecimal characters."""
    return bytes.fromhex(prefix.ljust(_ID_BYTES * 2, "0")), bytes.fromhex(prefix.ljust(_ID_BYTES * 2, "f"))


def last_clock(connection: apsw.Connection) -> int:
    """The latest clock value the store has seen."""
    return int(value(connection, "SELECT max(clock) FROM change") or 0)


def append(connection: apsw.Connection, changes: Iterable[Change], *, new: bool = False) -> int:
    """Add the changes that are not there yet; those of an erased subject arrive without their text.

    A `new` subject has none yet, so that it cannot have been erased.
    """
    added = 0
    for change in changes:
        subject = bytes.fromhex(change.subject)
        erased = not new and is_purged(connection, change.subject)
        run(
            connection,
            "INSERT OR IGNORE INTO change(id, subject, kind, verb, batch, parents, clock, origin, patch)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                bytes.fromhex(change.id),
                subject,
                change.kind,
                change.verb,
                bytes.fromhex(change.batch),
                b"".join(map(bytes.fromhex, change.parents)),
                change.clock,
                _origin(connection, change.device, change.author),
                None if erased or change.patch is None else _json(change.patch),
            ),
        )
        added += connection.changes()
    return added


def purge(connection: apsw.Connection, subject: str, change_id: str) -> int:
    """Forbid the subject for ever and remove the text of its changes; returns how many lost it."""
    from contextfs.store.forgetting import forget_candidates  # only an erasure needs it

    key = bytes.fromhex(subject)
    run(
        connection,
        "INSERT OR IGNORE INTO purged(subject, change) VALUES (?, ?)",
        (key, bytes.fromhex(change_id)),
    )
    from contextfs.store import usage  # only an erase needs it

    usage.erase(connection, subject)
    judged.forget(connection)  # the answers may name what it cited
    forget_candidates(connection, subject)
    run(connection, "UPDATE change SET patch = NULL WHERE subject = ? AND patch IS NOT NULL", (key,))
    return connection.changes()


def holding(connection: apsw.Connection, text: str) -> bool:
    """Whether log, messages, schema or the names that the store keeps for itself hold this text.

    It must have no characters that JSON escapes.
    """
    found = value(
        connection,
        "SELECT 1 FROM change WHERE instr(patch, ?1) UNION ALL SELECT 1 FROM message WHERE instr(content, ?1)"
        " UNION ALL SELECT 1 FROM candidate WHERE instr(text, ?1)"
        " UNION ALL SELECT 1 FROM sqlite_schema WHERE instr(sql, ?1)"
        " UNION ALL SELECT 1 FROM meta WHERE instr(value, ?1)"  # what was imported, and of which format
        " UNION ALL SELECT 1 FROM namespace WHERE instr(name, ?1)"
        " UNION ALL SELECT 1 FROM origin WHERE instr(device || ' ' || author, ?1) LIMIT 1",
        (text,),
    )
    return found is not None


def is_purged(connection: apsw.Connection, subject: str) -> bool:
    """Whether the subject was erased here or elsewhere."""
    return value(connection, "SELECT 1 FROM purged WHERE subject = ?", (bytes.fromhex(subject),)) is not None


def _origin(connection: apsw.Connection, device: str, author: str) -> int:
    found = value(connection, "SELECT id FROM origin WHERE device = ? AND author = ?", (device, author))
    if found is None:
        run(connection, "INSERT INTO origin(device, author) VALUES (?, ?)", (device, author))
        found = connection.last_insert_rowid()
    return int(found)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _change(row: Sequence[Any]) -> Change:
    parents: bytes = row[5]
    return Change(
        id=row[0].hex(),
        subject=row[1].hex(),
        kind=row[2],
        verb=row[3],
        batch=row[4].hex(),
        parents=tuple(parents[at : at + _ID_BYTES].hex() for at in range(0, len(parents), _ID_BYTES)),
        clock=row[6],
        device=row[7],
        author=row[8],
        patch=None if row[9] is None else json.loads(row[9]),
    )
