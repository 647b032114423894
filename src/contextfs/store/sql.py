"""Statements: the one place where SQLite's loosely typed values come in and go out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import apsw

Params = Sequence[Any]


def run(connection: apsw.Connection, sql: str, params: Params = ()) -> None:
    """Carry out a statement that answers nothing."""
    connection.execute(sql, params)


def run_many(connection: apsw.Connection, sql: str, params: Iterable[Params]) -> None:
    """Carry out one statement for each set of parameters."""
    connection.executemany(sql, params)


def fetch(connection: apsw.Connection, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """All rows that a statement answers."""
    return cast("list[tuple[Any, ...]]", connection.execute(sql, params).fetchall())


def value(connection: apsw.Connection, sql: str, params: Params = ()) -> Any:
    """The first value of the first row; None when there is no row."""
    return connection.execute(sql, params).get


def read_blob(connection: apsw.Connection, table: str, column: str, row: int) -> bytes:
    """The whole of one blob, without going through a statement."""
    blob = connection.blob_open("main", table, column, row, False)
    try:
        return blob.read()
    finally:
        blob.close()


def write_blob(
    connection: apsw.Connection, table: str, column: str, row: int, offset: int, data: bytes
) -> None:
    """Write into a blob in place, in the transaction that is open."""
    blob = connection.blob_open("main", table, column, row, True)
    try:
        blob.seek(offset)
        blob.write(data)
    finally:
        blob.close()
