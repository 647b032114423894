"""What tests of every room share: the check that all tables of a store tell the same story."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import apsw
import pytest

from contextfs.capture.linking import mentions_in
from contextfs.capture.parts import parts
from contextfs.domain.candidate_state import KIND as ANSWER
from contextfs.domain.candidate_state import answer_of
from contextfs.domain.change import fold
from contextfs.domain.memory import Memory
from contextfs.domain.memory_state import memory_of
from contextfs.domain.session import Message
from contextfs.domain.session_state import session_of
from contextfs.domain.sketch import sketch_of
from contextfs.domain.vector import to_half, to_int8
from contextfs.domain.verdict import KIND as VERDICT
from contextfs.domain.verdict import verdict_of
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.embedding.providers.static import StaticProvider
from contextfs.store import changes, lexical, memories, messages, sessions, verdicts
from contextfs.store.store import FILE_NAME

# A shell that starts the tests in the background has interrupts ignored, and every process that a test starts would
# inherit that and could not be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

Rows = list[tuple[Any, ...]]
Disagreements = Callable[..., list[str]]


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingProvider:
    """The real embedding provider that is always there."""
    return StaticProvider(str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def disagreements(static: EmbeddingProvider) -> Disagreements:
    """Every way in which the tables of a store do not agree with its change log; an empty list is what we want."""
    halves = cache(lambda text: to_half(static.embed_documents([text])[0]))

    def every(data_dir: object, *, embedded: bool = True) -> list[str]:
        connection = apsw.Connection(os.path.join(str(data_dir), FILE_NAME))
        connection.set_busy_timeout(10_000)
        try:
            found = dict(memories.each(connection))
            return [
                *_unsound(connection),
                *_not_the_log(connection, found),
                *_tables_of_rows(connection, found),
                *_words(connection, found),
                *_slots(connection),
                *_counters(connection, found),
                *_sessions(connection),
                *_answers(connection),
                *_verdicts(connection),
                *_erased(connection),
                *(_vectors(connection, found, static, halves) if embedded else ()),
            ]
        finally:
            connection.close()

    return every


def _fetch(connection: apsw.Connection, sql: str, *params: int | str | bytes) -> Rows:
    return list(connection.execute(sql, params))


def _unsound(connection: apsw.Connection) -> Iterator[str]:
    yield from (str(row[0]) for row in _fetch(connection, "PRAGMA integrity_check") if row[0] != "ok")
    connection.execute("INSERT INTO lexical(lexical) VALUES ('integrity-check')")
    connection.execute("INSERT INTO message_lexical(message_lexical) VALUES ('integrity-check')")


def _not_the_log(connection: apsw.Connection, found: dict[int, Memory]) -> Iterator[str]:
    """The current rows are exactly what the changes amount to."""
    subjects = [row[0].hex() for row in _fetch(connection, "SELECT DISTINCT subject FROM change")]
    folded = {name: memory_of(name, fold(changes.of_subject(connection, name))) for name in subjects}
    expected = {name: memory for name, memory in folded.items() if memory}
    actual = {memory.id: memory for memory in found.values()}
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            yield f"row of {name}: {actual.get(name)} instead of {expected.get(name)}"


def _answers(connection: apsw.Connection) -> Iterator[str]:
    """What was answered to candidates is what the changes amount to."""
    subjects = [
        row[0].hex()
        for row in _fetch(connection, "SELECT DISTINCT subject FROM change WHERE kind = ?", ANSWER)
    ]
    folded = (answer_of(name, fold(changes.of_subject(connection, name))) for name in subjects)
    expected = {(one.id, one.answer, one.hash, one.memory) for one in folded if one}
    rows = _fetch(connection, "SELECT id, answer, hash, memory FROM candidate_answer")
    actual = {(row[0].hex(), row[1], row[2].hex(), row[3].hex() if row[3] else "") for row in rows}
    yield from _differences("candidate_answer", actual, expected)


def _verdicts(connection: apsw.Connection) -> Iterator[str]:
    """What people said while tending is what the changes amount to."""
    subjects = [
        row[0].hex()
        for row in _fetch(connection, "SELECT DISTINCT subject FROM change WHERE kind = ?", VERDICT)
    ]
    folded = (verdict_of(name, fold(changes.of_subject(connection, name))) for name in subjects)
    yield from _differences("verdict", set(verdicts.verdicts(connection)), {one for one in folded if one})


def _tables_of_rows(connection: apsw.Connection, found: dict[int, Memory]) -> Iterator[str]:
    """Tags, mentions and namespaces are those of the rows."""
    tags = {(tag, row) for row, memory in found.items() for tag in memory.tags}
    yield from _differences("tag", set(_fetch(connection, "SELECT name, row FROM tag")), tags)
    mentions = {(one.name, one.kind, row) for row, memory in found.items() for one in mentions_in(memory)}
    yield from _differences(
        "mention", set(_fetch(connection, "SELECT name, kind, row FROM mention")), mentions
    )
    sketches = {(word, row) for row, memory in found.items() for word in sketch_of(memory.content)}
    yield from _differences("sketch", set(_fetch(connection, "SELECT word, row FROM sketch")), sketches)
    numbers: dict[str, int] = dict(_fetch(connection, "SELECT name, id FROM namespace"))
    places = {(row >> 32, memory.namespace) for row, memory in found.items()}
    yield from _differences("namespace", places & {(n, name) for name, n in numbers.items()}, places)


def _differences(what: str, actual: set[Any], expected: set[Any]) -> Iterator[str]:
    yield from (f"{what} too much: {one}" for one in sorted(actual - expected, key=repr))
    yield from (f"{what} missing: {one}" for one in sorted(expected - actual, key=repr))


def _words(connection: apsw.Connection, found: dict[int, Memory]) -> Iterator[str]:
    """The full-text index holds, word by word and place by place, what an index built from the rows would hold."""
    fresh = apsw.Connection(":memory:")
    fresh.execute(connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'lexical'").get)
    for row, memory in found.items():
        lexical.put(fresh, row, memory)
    actual, expected = (_instances(one) for one in (connection, fresh))
    fresh.close()
    yield from _differences("word", set(actual - expected), set(expected - actual))
    rows = {row[0] for row in _fetch(connection, "SELECT rowid FROM lexical")}
    yield from _differences("indexed row", rows, set(found))


def _instances(connection: apsw.Connection, index: str = "lexical") -> Counter[tuple[Any, ...]]:
    connection.execute(f"CREATE VIRTUAL TABLE temp.instance USING fts5vocab(main, {index}, instance)")
    try:
        return Counter(_fetch(connection, "SELECT term, doc, col, offset FROM temp.instance"))
    finally:
        connection.execute("DROP TABLE temp.instance")


def _slots(connection: apsw.Connection) -> Iterator[str]:
    """Each vector has its slot, each block counts its vectors, and every other slot is zero."""
    dimensions: dict[int, int] = dict(_fetch(connection, "SELECT id, dimensions FROM provider"))
    taken: dict[int, dict[int, tuple[int, int]]] = {}
    for provider, row, block, slot in _fetch(connection, "SELECT provider, row, block, slot FROM vector"):
        if slot in taken.setdefault(block, {}):
            yield f"slot {slot} of block {block} is taken twice"
        taken[block][slot] = provider, row
    blocks = _fetch(connection, "SELECT id, provider, namespace, capacity, used, live FROM block")
    yield from _differences("block", {one[0] for one in blocks}, set(taken))
    held = {row[0] for row in _fetch(connection, "SELECT id FROM block_data")}
    yield from _differences("block data", held, {one[0] for one in blocks})
    for number, provider, namespace, capacity, used, live in blocks:
        here = taken.get(number, {})
        codes, rows = _fetch(connection, "SELECT codes, rows FROM block_data WHERE id = ?", number)[0]
        width = dimensions[provider]
        if (len(codes), len(rows)) != (capacity * width, capacity * 8):
            yield f"block {number} has the wrong size"
        if live != len(here) or used <= max(here, default=-1) or used > capacity:
            yield f"block {number} counts {live} live and {used} used for {sorted(here)}"
        for slot in range(capacity):
            code = codes[slot * width : (slot + 1) * width]
            row = int.from_bytes(rows[slot * 8 : slot * 8 + 8], "little")
            if slot not in here:
                if row or any(code):
                    yield f"free slot {slot} of block {number} is not zero"
            elif (provider, row) != here[slot] or row >> 32 != namespace:
                yield f"slot {slot} of block {number} holds row {row}, not {here[slot]}"


def _counters(connection: apsw.Connection, found: dict[int, Memory]) -> Iterator[str]:
    """The tallies are counts of what is there."""
    windows = [row[0] for row in _fetch(connection, "SELECT row FROM turn_window")]
    expected = Counter((0, row >> 32) for row in found)
    expected.update((-1, row >> 32) for row in windows)
    vectors = _fetch(
        connection, "SELECT DISTINCT provider, row, collection FROM vector JOIN provider ON id = provider"
    )
    expected.update((provider, row >> 32) for provider, row, _ in vectors)
    told = {(one[0], one[1]): one[2] for one in _fetch(connection, "SELECT * FROM tally") if one[2]}
    if told != dict(expected):
        yield f"tally {told} instead of {dict(expected)}"
    for collection, rows in (("memory", set(found)), ("message", set(windows))):
        with_vectors = {row for _, row, of in vectors if of == collection}
        yield from _differences(f"{collection} with vectors", with_vectors - rows, set())


def _sessions(connection: apsw.Connection) -> Iterator[str]:
    """The sessions are what the changes amount to, and their indexes what their messages hold."""
    subjects = [
        row[0].hex()
        for row in _fetch(connection, "SELECT DISTINCT subject FROM change WHERE kind = 'session'")
    ]
    folded = {name: session_of(name, fold(changes.of_subject(connection, name))) for name in subjects}
    expected = {name: session for name, session in folded.items() if session}
    rows = _fetch(connection, "SELECT row, id, length, indexed FROM session")
    yield from _differences("session", {row[1].hex() for row in rows}, set(expected))
    windows: dict[int, tuple[str, int]] = {}
    words: dict[int, tuple[str, ...]] = {}
    for row, key, length, indexed in rows:
        name = key.hex()
        actual = sessions.by_id(connection, name)
        if actual and actual[1]._replace(active_at=None, length=0) != expected.get(name):
            yield f"session {actual[1]} instead of {expected.get(name)}"
        said = messages.of_session(connection, name)
        places = _fetch(connection, "SELECT place, row FROM message WHERE session = ? ORDER BY place", key)
        if [place for place, _ in places] != list(range(1, length + 1)):
            yield f"session {name} counts {length} for places {places[:1]} to {places[-1:]}"
        wrong = [at for _, at in places[:indexed] if at >> 32 != row >> 32]
        yield from (f"message {at} of {name} is not in its namespace" for at in wrong)
        words |= {at: messages.ready(one).words for (_, at), one in zip(places[:indexed], said, strict=False)}
        windows |= {at: (name, place) for place, at in _windows(said[:indexed], places)}
        heading = expected[name].label or expected[name].summary if name in expected else ""
        for (at,) in _fetch(connection, "SELECT row FROM turn_window WHERE first = 0 AND session = ?", key):
            windows[at] = name, 0
            words[at] = messages._heading_words(expected[name].label, expected[name].summary)
        if bool(heading) != any(where == (name, 0) for where in windows.values()):
            yield f"the heading of {name} is not indexed as it should be"
    told = {
        row: (key.hex(), first)
        for row, key, first in _fetch(connection, "SELECT row, session, first FROM turn_window")
    }
    yield from _differences("window", set(told.items()), set(windows.items()))
    yield from _message_words(connection, words)


def _windows(said: list[Message], places: Rows) -> Iterator[tuple[int, int]]:
    """Where windows begin, worked out anew: at a user's message after somebody spoke, or where one is long enough."""
    size = None
    for (place, row), message in zip(places, said, strict=False):
        more = messages.ready(message).size
        full = size and more and size + more > messages.WINDOW_WORDS
        if size is None or full or (message.role == "user" and size):
            size = more
            yield place, row
        else:
            size += more


def _message_words(connection: apsw.Connection, words: dict[int, tuple[str, ...]]) -> Iterator[str]:
    fresh = apsw.Connection(":memory:")
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'message_lexical'").get
    fresh.execute(sql)
    for row, columns in words.items():
        fresh.execute(messages._PUT_WORDS, (row, *columns))
    actual, expected = (_instances(one, "message_lexical") for one in (connection, fresh))
    fresh.close()
    yield from _differences("word of a message", set(actual - expected), set(expected - actual))


def _erased(connection: apsw.Connection) -> Iterator[str]:
    """Erased subjects have no text left in the log."""
    for subject, patch in _fetch(
        connection, "SELECT subject, patch FROM change WHERE subject IN (SELECT subject FROM purged)"
    ):
        if patch is not None:
            yield f"erased {subject.hex()} still has {json.loads(patch)}"


def _vectors(
    connection: apsw.Connection,
    found: dict[int, Memory],
    provider: EmbeddingProvider,
    half_of: Callable[[str], bytes],
) -> Iterator[str]:
    """Each memory has the vectors of its present words by the provider, passage by passage, in both forms."""
    stored: dict[int, list[tuple[bytes, int, int]]] = {}
    for row, half, block, slot in _fetch(
        connection,
        "SELECT row, half, block, slot FROM vector WHERE provider ="
        " (SELECT id FROM provider WHERE identity = ? AND collection = 'memory') ORDER BY row, part",
        provider.identity,
    ):
        stored.setdefault(row, []).append((half, block, slot))
    width = provider.dimensions
    for row, memory in found.items():
        texts, mine = parts(memory), stored.get(row, [])
        if [half for half, _, _ in mine] != [half_of(text) for text in texts]:
            yield f"vectors of {memory.id} are not those of {texts}"
            continue
        for text, (_, block, slot) in zip(texts, mine, strict=True):
            codes = _fetch(connection, "SELECT codes FROM block_data WHERE id = ?", block)[0][0]
            if codes[slot * width : (slot + 1) * width] != to_int8(provider.embed_documents([text])[0]):
                yield f"code of {memory.id} is not that of {text!r}"
