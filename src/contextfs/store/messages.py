"""The messages of sessions: rows that never change, their words, and the windows that vectors stand for.

A window is a question with its answer: it begins with a user's message, or where the one before is long enough, and
its row is that of its first message. The window with ``first`` 0 holds no message but the label and the summary.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import apsw

from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.memory import NO_METADATA
from contextfs.domain.session import Message
from contextfs.domain.text import ident_pieces, index_text
from contextfs.store import followed, touched, vectors
from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, run, run_many, value

INDEXED = 4000
"""Characters of a message that are indexed; the rest of a long tool output is kept but not searched."""
WINDOW_WORDS = 200
"""About as many words as one vector stands for."""
_BYTES_PER_WORD = 7
SPEECH = frozenset(("user", "assistant"))
"""Roles whose words a window stands for."""
SLICE = 100
"""Messages that are written or indexed in one transaction, so that a save in between waits for milliseconds only."""
_SLICE_CHARACTERS = 200_000

_PUT_WORDS = (
    "INSERT INTO message_lexical(rowid, title, context, path, content, ident) VALUES (?, ?, ?, ?, ?, ?)"
)


class Ready(NamedTuple):
    """A message that is ready to store."""

    id: bytes
    role: str
    content: str
    at: int | None
    metadata: str
    words: tuple[str, ...]
    """What the lexical index holds of it, column by column."""
    size: int
    """What it adds to its window, in words."""
    files: tuple[str, ...] = ()
    """The files that it says were touched."""


class _Window(NamedTuple):
    row: int
    first: int
    words: int


def ready(message: Message) -> Ready:
    """What storing a message takes, worked out before the store is locked."""
    metadata = json.dumps(dict(message.metadata), ensure_ascii=False) if message.metadata else ""
    at = None if message.at is None else to_micros(message.at)
    head = message.content[:INDEXED]
    size = 1 + len(head.encode("utf-8", "replace")) // _BYTES_PER_WORD if message.role in SPEECH else 0
    key, files = bytes.fromhex(message.id), _files(message)
    words = _words(message, head, files)
    return Ready(key, message.role, message.content, at, metadata, words, size, files)


def _files(message: Message) -> tuple[str, ...]:
    files = message.metadata.get("files")
    listed = cast("list[object]", files) if isinstance(files, list) else []
    return tuple(path for path in listed if isinstance(path, str) and path)


def _words(message: Message, head: str, files: Sequence[str]) -> tuple[str, ...]:
    path = " ".join(files)
    return "", str(message.metadata.get("name") or ""), path, index_text(head), ident_pieces(f"{path} {head}")


def slices(given: Iterable[Ready]) -> Iterable[list[Ready]]:
    """The messages in groups that are quickly written."""
    group: list[Ready] = []
    characters = 0
    for one in given:
        group.append(one)
        characters += len(one.content)
        if len(group) >= SLICE or characters >= _SLICE_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def append(connection: apsw.Connection, session: str, given: Sequence[Ready]) -> int | None:
    """Add the messages that are not there yet behind those that are; returns how many, None without the session."""
    key = bytes.fromhex(session)
    found = fetch(connection, "SELECT row, length, indexed FROM session WHERE id = ?", (key,))
    if not found:
        return None
    place, length, indexed = found[0]
    new = _unknown(connection, given)
    if not new:
        return 0
    number = place // ROWS_PER_NAMESPACE
    row = _next_row(connection, number)
    run_many(
        connection,
        "INSERT INTO message(row, id, session, place, role, content, at, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row + n, one.id, key, length + n + 1, one.role, one.content, one.at, one.metadata)
            for n, one in enumerate(new)
        ],
    )
    touched.add(connection, key, ((path, one.at or 0) for one in new for path in one.files))
    if indexed == length:
        _index(connection, key, [(row + n, length + n + 1, one) for n, one in enumerate(new)])
        indexed += len(new)
    latest = max((one.at for one in new if one.at is not None), default=0)
    run(
        connection,
        "UPDATE session SET length = ?, indexed = ?, active_at = max(active_at, ?) WHERE row = ?",
        (length + len(new), indexed, latest, place),
    )
    return len(new)


def _unknown(connection: apsw.Connection, given: Sequence[Ready]) -> list[Ready]:
    """The messages that are not stored yet, each once."""
    unique = {one.id: one for one in given}
    marks = ", ".join("?" * len(unique))
    known = {
        row[0] for row in fetch(connection, f"SELECT id FROM message WHERE id IN ({marks})", list(unique))
    }
    return [one for name, one in unique.items() if name not in known]


def _index(connection: apsw.Connection, key: bytes, placed: Sequence[tuple[int, int, Ready]]) -> None:
    """Index messages that follow those that are indexed, and lay out the windows."""
    run_many(connection, _PUT_WORDS, [(row, *one.words) for row, _, one in placed])
    last = _last_window(connection, key)
    windows = [last] if last else []
    for row, place, one in placed:
        open_ = windows[-1] if windows else None
        full = open_ is not None and open_.words and one.size and open_.words + one.size > WINDOW_WORDS
        if open_ is None or full or (one.role == "user" and open_.words):
            windows.append(_Window(row, place, one.size))
        else:
            windows[-1] = open_._replace(words=open_.words + one.size)
    if last and windows[0] != last:
        run(connection, "UPDATE turn_window SET words = ? WHERE row = ?", (windows[0].words, last.row))
        vectors.remove(connection, last.row, vectors.MESSAGE)
    new = windows[1:] if last else windows
    run_many(
        connection,
        "INSERT INTO turn_window(row, session, first, words) VALUES (?, ?, ?, ?)",
        [(one.row, key, one.first, one.words) for one in new],
    )
    if new:
        vectors.tally(connection, vectors.TOTALS[vectors.MESSAGE], new[0].row, len(new))


def _last_window(connection: apsw.Connection, key: bytes) -> _Window | None:
    rows = fetch(
        connection,
        "SELECT row, first, words FROM turn_window WHERE session = ? AND first > 0 ORDER BY first DESC LIMIT 1",
        (key,),
    )
    return _Window(*rows[0]) if rows else None


def index_behind(connection: apsw.Connection, session: str) -> None:
    """Index the next messages of a session that came back or moved; they get rows of its namespace."""
    key = bytes.fromhex(session)
    ((place, indexed),) = fetch(connection, "SELECT row, indexed FROM session WHERE id = ?", (key,))
    number = place // ROWS_PER_NAMESPACE
    rows = fetch(
        connection,
        "SELECT row, place, id, role, content, at, metadata FROM message WHERE session = ? AND place > ?"
        " ORDER BY place LIMIT ?",
        (key, indexed, SLICE),
    )
    rows = rows[: _quickly_indexed(rows)]
    if rows and rows[0][0] // ROWS_PER_NAMESPACE != number:
        rows = _moved(connection, rows, number)
    _index(connection, key, [(row[0], row[1], ready(_message(row[2:]))) for row in rows])
    run(connection, "UPDATE session SET indexed = ? WHERE row = ?", (indexed + len(rows), place))


def _quickly_indexed(rows: Sequence[Sequence[Any]]) -> int:
    """How many of these messages are indexed before somebody who waits for the lock would notice; at least one."""
    characters = 0
    for place, row in enumerate(rows):
        characters += min(len(row[4]), INDEXED)
        if characters > _SLICE_CHARACTERS // 3:
            return place + 1
    return len(rows)


def _moved(connection: apsw.Connection, rows: Sequence[Sequence[Any]], number: int) -> list[tuple[Any, ...]]:
    start = _next_row(connection, number)
    run_many(
        connection,
        "UPDATE message SET row = ? WHERE row = ?",
        [(start + n, row[0]) for n, row in enumerate(rows)],
    )
    return [(start + n, *row[1:]) for n, row in enumerate(rows)]


def put_heading(connection: apsw.Connection, session: str, label: str, summary: str) -> None:
    """Make the label and the summary of a session findable, in place of those before."""
    key = bytes.fromhex(session)
    known = value(connection, "SELECT row FROM turn_window WHERE session = ? AND first = 0", (key,))
    if known is not None:
        _drop_rows(connection, [known], [known])
    if not label and not summary:
        return
    place = value(connection, "SELECT row FROM session WHERE id = ?", (key,))
    row = _next_row(connection, int(place) // ROWS_PER_NAMESPACE)
    run(connection, _PUT_WORDS, (row, *_heading_words(label, summary)))
    run(connection, "INSERT INTO turn_window(row, session, first, words) VALUES (?, ?, 0, 0)", (row, key))
    vectors.tally(connection, vectors.TOTALS[vectors.MESSAGE], row, 1)


def _heading_words(label: str, summary: str) -> tuple[str, ...]:
    head = summary[:INDEXED]
    return index_text(label), "", "", index_text(head), ident_pieces(f"{label} {head}")


def hide(connection: apsw.Connection, session: str) -> None:
    """Take a session out of every index; its messages stay as they are."""
    key = bytes.fromhex(session)
    windows = [row[0] for row in fetch(connection, "SELECT row FROM turn_window WHERE session = ?", (key,))]
    heading = fetch(connection, "SELECT row FROM turn_window WHERE session = ? AND first = 0", (key,))
    spoken = fetch(
        connection,
        "SELECT row FROM message WHERE session = ?1 AND place <= (SELECT indexed FROM session WHERE id = ?1)",
        (key,),
    )
    _drop_rows(connection, [row[0] for row in (*spoken, *heading)], windows)
    run(connection, "UPDATE session SET indexed = 0 WHERE id = ?", (key,))


def _drop_rows(connection: apsw.Connection, words: Sequence[int], windows: Sequence[int]) -> None:
    run_many(connection, "DELETE FROM message_lexical WHERE rowid = ?", [(row,) for row in words])
    for row in windows:
        vectors.remove(connection, row, vectors.MESSAGE)
    run_many(connection, "DELETE FROM turn_window WHERE row = ?", [(row,) for row in windows])
    if windows:
        vectors.tally(connection, vectors.TOTALS[vectors.MESSAGE], windows[0], -len(windows))


def drop_vectors(connection: apsw.Connection, session: str, limit: int) -> int:
    """Forget the vectors of some windows of a session; returns of how many."""
    rows = fetch(
        connection,
        "SELECT row FROM turn_window WHERE session = ? AND EXISTS (SELECT 1 FROM vector WHERE vector.row ="
        " turn_window.row AND provider IN (SELECT id FROM provider WHERE collection = 'message')) LIMIT ?",
        (bytes.fromhex(session), limit),
    )
    for (row,) in rows:
        vectors.remove(connection, row, vectors.MESSAGE)
    return len(rows)


def erase(connection: apsw.Connection, session: str) -> None:
    """Remove the messages of a session for good, from the indexes first."""
    hide(connection, session)
    run(connection, "DELETE FROM message WHERE session = ?", (bytes.fromhex(session),))
    touched.erase(connection, bytes.fromhex(session))
    followed.erase(connection, bytes.fromhex(session))


def count(connection: apsw.Connection, session: str) -> None:
    """Make what a session's row says of its messages true, none of them being indexed."""
    run(
        connection,
        "UPDATE session SET indexed = 0, length = (SELECT count(*) FROM message WHERE message.session = session.id),"
        " active_at = max(started_at, coalesce((SELECT max(at) FROM message WHERE message.session = session.id), 0))"
        " WHERE id = ?",
        (bytes.fromhex(session),),
    )


def rows_after(connection: apsw.Connection, row: int) -> list[int]:
    """The next rows of messages and headings that stand in the lexical index."""
    found = fetch(
        connection,
        "SELECT row FROM (SELECT message.row FROM message JOIN session ON session.id = message.session"
        " WHERE message.row > ?1 AND place <= indexed UNION ALL SELECT row FROM turn_window WHERE first = 0"
        " AND row > ?1) ORDER BY row LIMIT ?2",
        (row, SLICE),
    )
    return [one[0] for one in found]


def reindex(connection: apsw.Connection, rows: Sequence[int]) -> None:
    """Index the words of messages and headings again, in place."""
    run_many(connection, "DELETE FROM message_lexical WHERE rowid = ?", [(row,) for row in rows])
    marks = ", ".join(map(str, rows))
    found = fetch(
        connection,
        f"SELECT row, id, role, content, at, metadata FROM message WHERE row IN ({marks})",
    )
    run_many(connection, _PUT_WORDS, [(row[0], *ready(_message(row[1:])).words) for row in found])
    headings = fetch(
        connection,
        "SELECT turn_window.row, label, summary FROM turn_window JOIN session ON id = session"
        f" WHERE first = 0 AND turn_window.row IN ({marks})",
    )
    run_many(connection, _PUT_WORDS, [(row, *_heading_words(*texts)) for row, *texts in headings])


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def first_row(number: int) -> int:
    """The row before the first one of a namespace."""
    return number * ROWS_PER_NAMESPACE


def namespace_number(connection: apsw.Connection, name: str) -> int:
    """The number of a namespace, which begins to exist when it is first written to."""
    number = value(connection, "SELECT id FROM namespace WHERE name = ?", (name,))
    if number is None:
        run(connection, "INSERT INTO namespace(name) VALUES (?)", (name,))
        number = connection.last_insert_rowid()
    return int(number)


def _next_row(connection: apsw.Connection, number: int) -> int:
    low, high = first_row(number), first_row(number + 1) - 1
    last = value(
        connection,
        "SELECT max(coalesce((SELECT max(row) FROM message WHERE row BETWEEN ?1 AND ?2), ?1),"
        " coalesce((SELECT max(row) FROM turn_window WHERE row BETWEEN ?1 AND ?2), ?1))",
        (low, high),
    )
    return int(last) + 1


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def of_session(connection: apsw.Connection, session: str, after: int = 0, limit: int = -1) -> list[Message]:
    """The messages of a session in their order."""
    rows = fetch(
        connection,
        "SELECT id, role, content, at, metadata FROM message WHERE session = ? AND place > ? ORDER BY place LIMIT ?",
        (bytes.fromhex(session), after, limit),
    )
    return [_message(row) for row in rows]


def _message(row: Sequence[Any]) -> Message:
    return Message(
        role=row[1],
        content=row[2],
        at=None if row[3] is None else Timestamp.from_micros(row[3]),
        metadata=json.loads(row[4]) if row[4] else NO_METADATA,
        id=row[0].hex(),
    )
