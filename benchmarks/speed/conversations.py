"""Conversations: taking one in against plain `executemany` into the same tables, and a store with a session to load."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

import apsw
from texts import pieces

from contextfs import ContextFS, Session
from contextfs.domain.clock import Timestamp, new_id
from contextfs.domain.session import Message
from contextfs.store import messages
from contextfs.store.store import FILE_NAME

LENGTH = 2000
_MOMENT = Timestamp.from_micros(1_700_000_000_000_000)


def talk(count: int, seed: int) -> Iterator[Message]:
    """A conversation of so many messages of about sixty words."""
    for number, text in enumerate(pieces(count, seed=seed)):
        at = Timestamp.of(_MOMENT + timedelta(seconds=number))  # type: ignore[arg-type]
        yield Message(("user", "assistant")[number % 2], text, at, {}, new_id())


def filled(directory: str, sessions: int = 5) -> str:
    """A store with some sessions of two thousand messages; returns the id of the last one."""
    with ContextFS(data_dir=directory, namespace="bench") as ctx:
        done = [ctx.sessions.record(_heading(), talk(LENGTH, seed)).session.id for seed in range(sessions)]
    return done[-1]


def _heading() -> Session:
    return Session(
        id=new_id(), tool="bench", namespace="bench", label="bench", started_at=_MOMENT, ended_at=_MOMENT
    )


def taking_in(runs: int) -> tuple[float, float]:
    """Median messages per second: through the front door, and by `executemany` of rows that are ready."""
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with ContextFS(data_dir=other, namespace="bench") as ctx:
            ctx.status()  # makes the tables
        bare = apsw.Connection(f"{other}/{FILE_NAME}")
        bare.execute("PRAGMA synchronous=FULL").fetchall()
        with ContextFS(data_dir=one, namespace="bench") as ctx:
            for number in range(runs + 1):
                said = list(talk(LENGTH, 100 + number))
                started = time.perf_counter()
                ctx.sessions.record(_heading(), said)
                ours.append(LENGTH / (time.perf_counter() - started))
                plain.append(LENGTH / _plain(bare, said, number))
        bare.close()
    return statistics.median(ours[1:]), statistics.median(plain[1:])


def _plain(bare: apsw.Connection, said: list[Message], number: int) -> float:
    """Seconds of the bare inserts into the same tables, one durable transaction each hundred messages as ours are."""
    key, first = bytes.fromhex(new_id()), (1 << 32) + number * LENGTH
    ready = [messages.ready(one) for one in said]
    rows = [
        (first + place, one.id, key, place, one.role, one.content, one.at, one.metadata)
        for place, one in enumerate(ready)
    ]
    words = [(first + place, *one.words) for place, one in enumerate(ready)]
    windows = [(first + place, key, place, one.size) for place, one in enumerate(ready) if not place % 2]
    started = time.perf_counter()
    for at in range(0, LENGTH, messages.SLICE):
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(
            "INSERT INTO message(row, id, session, place, role, content, at, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows[at : at + messages.SLICE],
        )
        bare.executemany(
            "INSERT INTO message_lexical(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)",
            words[at : at + messages.SLICE],
        )
        bare.executemany(
            "INSERT INTO turn_window(row, session, first, words) VALUES (?, ?, ?, ?)",
            windows[at // 2 : (at + messages.SLICE) // 2],
        )
        bare.execute("COMMIT")
    return time.perf_counter() - started
