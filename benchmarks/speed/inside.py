"""Inside one process: search and save of the public API against the bare work they cannot do without."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, cast

import apsw
import simsimd
from texts import pieces

from contextfs import ContextFS
from contextfs.capture.embedder import Embedder
from contextfs.capture.screen import secrets_in
from contextfs.domain.text import query_terms
from contextfs.domain.vector import to_int8
from contextfs.embedding.provider import EmbeddingProvider, ProviderSettings
from contextfs.store.lexical import stems

_FREQUENT, _FREQUENT_SHARE = 1000, 0.04
"""A word is pruned from the plain query that more rows and a larger share of all rows hold."""
_TURN = 10


def search(data_dir: str, runs: int) -> tuple[Spent, Spent, str]:
    """A search through the API, and one pruned FTS5 query plus one int8 scan of the same rows beside it."""
    queries = [" ".join(text.split(" ")[5:12]) for text in pieces(4 * runs, seed=11)]
    connection = apsw.Connection(os.path.join(data_dir, "contextfs.db"), flags=apsw.SQLITE_OPEN_READONLY)
    codes = _codes(connection)
    most = max(_FREQUENT, int(_FREQUENT_SHARE * codes.shape[0]))
    provider = _static(data_dir)
    ours: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    with ContextFS(data_dir=data_dir, namespace="bench") as ctx:
        # In turns of ten: taken one by one, each side would find the other's vectors in the processor's cache.
        for start in range(0, len(queries), _TURN):
            turn = queries[start : start + _TURN]
            ours += [_timed(partial(ctx.search, query, limit=10, min_relevance=0)) for query in turn]
            prepared = [
                (_pruned(connection, query, most), to_int8(provider.embed_query(query))) for query in turn
            ]
            plain += [_timed(partial(_bare_search, connection, codes, *one)) for one in prepared]
        found = sum(len(ctx.search(query, limit=10, min_relevance=0)) for query in queries[:_TURN])
    return _median(ours), _median(plain), f"{found / _TURN:.0f} results each"


def _codes(connection: apsw.Connection) -> Any:
    """All int8 codes as one matrix in memory."""
    blobs = [cast("bytes", row[0]) for row in connection.execute("SELECT codes FROM block_data")]
    together = b"".join(blobs)
    return memoryview(together).cast("b", (len(together) // 256, 256))


def _pruned(connection: apsw.Connection, query: str, most: int) -> str:
    """The words of the query without those whose stem stands in more rows than that, if a rarer one remains."""
    words = list(dict.fromkeys(term.text for term in query_terms(query) if term.text.isalnum()))
    found = zip(stems(connection, words), words, strict=True)
    counted = [(cast("int", connection.execute(_DF, (stem,)).get or 0), word) for stem, word in found]
    rare = [word for count, word in counted if count <= most] or [min(counted)[1]]
    return " OR ".join(f'"{word}"' for word in rare)


_DF = "SELECT doc FROM vocabulary WHERE term = ?"


def _bare_search(connection: apsw.Connection, codes: Any, expression: str, code: bytes) -> None:
    _fts(connection, expression)
    _scan(codes, code)


def _fts(connection: apsw.Connection, expression: str) -> None:
    connection.execute(
        "SELECT rowid, rank FROM lexical WHERE lexical MATCH ? ORDER BY rank LIMIT 20", (expression,)
    ).fetchall()


def _scan(codes: Any, code: bytes) -> None:
    cast("Any", simsimd).cdist(memoryview(code).cast("b", (1, 256)), codes, metric="cosine")


class Spent(NamedTuple):
    """Median seconds of something: as a clock sees it, and of the processor."""

    wall: float
    cpu: float


def save(data_dir: str, runs: int) -> tuple[Spent, Spent]:
    """A save through the API, and one durable SQLite insert plus one embedding beside it on the same disk.

    The saves go into a copy of the store and are of texts that it does not hold, so that every run does the same work.
    """
    ours: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(dir=os.path.dirname(data_dir)) as beside:
        copy = shutil.copytree(data_dir, os.path.join(beside, "store"))
        provider = _static(copy)
        bare = apsw.Connection(os.path.join(beside, "plain.db"))
        bare.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL").fetchall()
        bare.execute("CREATE TABLE t(content TEXT, vector BLOB)")
        with ContextFS(data_dir=copy, namespace="bench") as ctx:
            texts = list(_unknown(copy, runs + _TURN))
            for start in range(0, len(texts), _TURN):
                turn = texts[start : start + _TURN]
                ours += [_timed(partial(ctx.save, text, type="decision", tags=["bench"])) for text in turn]
                plain += [_timed(partial(_insert, bare, provider, text)) for text in turn]
        bare.close()
    return _median(ours[_TURN:]), _median(plain[_TURN:])


def _static(data_dir: str) -> EmbeddingProvider:
    settings = ProviderSettings(choice="static", cache_directory=os.path.join(data_dir, "cache"))
    provider = Embedder(settings).provider
    if provider is None:
        raise SystemExit("the static provider is not there")
    return provider


def _unknown(data_dir: str, count: int) -> Iterator[str]:
    """Texts that the store does not hold, but for the few that the secret gate refuses.

    Some that it was filled with came twice and are one memory, so that counting on from it would save known texts.
    """
    connection = apsw.Connection(os.path.join(data_dir, "contextfs.db"), flags=apsw.SQLITE_OPEN_READONLY)
    known = {cast("str", row[0]) for row in connection.execute("SELECT content FROM memory")}
    connection.close()
    fresh = (text for text in pieces(4 * len(known)) if text.strip() not in known and not secrets_in(text))
    return islice(fresh, count)


def _insert(bare: apsw.Connection, provider: EmbeddingProvider, text: str) -> None:
    vector = provider.embed_documents([text])[0]
    bare.execute("INSERT INTO t VALUES (?, ?)", (text, vector.tobytes()))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - wall, time.thread_time() - cpu


def _median(spent: list[tuple[float, float]]) -> Spent:
    return Spent(statistics.median(one[0] for one in spent), statistics.median(one[1] for one in spent))
