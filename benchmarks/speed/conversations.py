"""Conversations: taking one in against plain `executemany` into the same tables, and a store with a session to load."""

from __future__ import annotations

import json
import os
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
_TALK = 20
"""Messages of a conversation in an export; most of them are short."""
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


def from_a_file(runs: int) -> tuple[float, float, str]:
    """Median messages per second of importing an export, its reading included, and of the bare inserts."""
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with ContextFS(data_dir=other, namespace="bench") as ctx:
            ctx.status()
        bare = apsw.Connection(f"{other}/{FILE_NAME}")
        bare.execute("PRAGMA synchronous=FULL").fetchall()
        with ContextFS(data_dir=one, namespace="bench") as ctx:
            for number in range(runs + 1):
                said = list(talk(LENGTH, 500 + number))
                path = os.path.join(other, f"{number}.json")
                _write_export(path, said, number)
                started = time.perf_counter()
                done = ctx.import_files(path)
                ours.append(LENGTH / (time.perf_counter() - started))
                if sum(taken.messages for taken in done.taken) != LENGTH:
                    raise RuntimeError(f"not everything was imported: {done}")
                plain.append(LENGTH / _plain(bare, said, number))
        bare.close()
    return statistics.median(ours[1:]), statistics.median(plain[1:]), f"{_TALK} messages a conversation"


def _write_export(path: str, said: list[Message], number: int) -> None:
    """An export as Claude.ai writes it, with all that it says beside the text."""
    conversations = [
        {
            "uuid": f"{number}-{start}",
            "name": f"Conversation {start}",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T01:00:00Z",
            "chat_messages": [_exported(one, place) for place, one in enumerate(said[start : start + _TALK])],
        }
        for start in range(0, LENGTH, _TALK)
    ]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(conversations, file)


def _exported(message: Message, place: int) -> dict[str, object]:
    at = message.at.isoformat() if message.at else ""
    return {
        "uuid": message.id,
        "text": message.content,
        "content": [{"type": "text", "text": message.content, "citations": []}],
        "sender": ("human", "assistant")[place % 2],
        "created_at": at,
        "updated_at": at,
        "attachments": [],
        "files": [],
    }


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
