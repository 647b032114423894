"""Exact dense retrieval: int8 codes in slotted blocks inside SQLite, float16 truth per vector.

A block is one blob of `capacity` codes and one of `capacity` row numbers. A slot is written in place by incremental
blob I/O in the memory's own transaction and zeroed when it is freed, so nothing has to be rebuilt and nothing of a
deleted memory stays. Scanning a hundred thousand codes reads a hundred blobs. (docs/decisions, vectors)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from struct import pack
from typing import Any, NamedTuple, cast

import apsw

from contextfs.domain.memory import Embedded
from contextfs.store.filters import ROWS_PER_NAMESPACE
from contextfs.store.sql import fetch, read_blob, run, value, write_blob

CAPACITIES = (64, 256, 1024)
"""Slots of the first, second and every later block of a namespace: small stores stay small, large ones scan fast."""
_ROW_BYTES = 8
MEMORY, MESSAGE, CODE, COMMIT = "memory", "message", "code", "commit"
"""Collections: what rows are rows of. Each counts its rows from the beginning and has vectors of its own."""
TOTALS = {MEMORY: 0, MESSAGE: -1, CODE: -2, COMMIT: -3}
"""Collection -> the number under which `tally` counts all its rows, where the providers' numbers count vectors."""

_NONE = -(1 << 31)
"""The number of no provider."""

Distances = Callable[[Any, Any], bytes]
"""The cosine distances of one code to each code of a block, as packed doubles."""


class Block(NamedTuple):
    """The codes and row numbers of one block, as they are scanned."""

    codes: Any
    rows: Sequence[int]


class Scanned(NamedTuple):
    """One passage near the query."""

    row: int
    cosine: float


class BlockCache:
    """Blocks kept between two scans of one connection for as long as nothing was written to the store."""

    LIMIT = 96 << 20

    def __init__(self) -> None:
        self._stamp: tuple[int, int] = (0, 0)
        self._blocks: dict[int, Block] = {}
        self._bytes = 0

    def block(
        self, connection: apsw.Connection, number: int, dimensions: int, stamp: tuple[int, int]
    ) -> Block:
        """The block, read from the store if it is not known to be unchanged."""
        if stamp != self._stamp:
            self._stamp, self._blocks, self._bytes = stamp, {}, 0
        found = self._blocks.get(number)
        if found is None:
            found = _read_block(connection, number, dimensions)
            self._bytes += len(found.rows) * (dimensions + _ROW_BYTES)
            if self._bytes <= self.LIMIT:
                self._blocks[number] = found
        return found


def store_stamp(connection: apsw.Connection) -> tuple[int, int]:
    """Changes whenever this or any other connection has written to the store."""
    return int(value(connection, "PRAGMA data_version")), connection.total_changes()


def provider_number(connection: apsw.Connection, identity: str, collection: str = MEMORY) -> int | None:
    """The number under which the vectors of this provider identity for a collection are kept."""
    found = value(
        connection, "SELECT id FROM provider WHERE identity = ? AND collection = ?", (identity, collection)
    )
    return cast("int | None", found)


def put(connection: apsw.Connection, row: int, embedded: Embedded, collection: str = MEMORY) -> None:
    """Keep the vectors of one row, which must have none of this provider."""
    provider = provider_number(connection, embedded.provider, collection)
    if provider is None:
        run(
            connection,
            "INSERT INTO provider(identity, dimensions, collection) VALUES (?, ?, ?)",
            (embedded.provider, embedded.dimensions, collection),
        )
        provider = connection.last_insert_rowid()
    for part, vector in enumerate(embedded.vectors):
        block, slot = _take_slot(connection, provider, row // ROWS_PER_NAMESPACE, embedded.dimensions)
        _write(connection, "codes", block, slot * embedded.dimensions, vector.code)
        _write(connection, "rows", block, slot * _ROW_BYTES, row.to_bytes(_ROW_BYTES, "little"))
        run(
            connection,
            "INSERT INTO vector(provider, row, part, half, block, slot) VALUES (?, ?, ?, ?, ?, ?)",
            (provider, row, part, vector.half, block, slot),
        )
    tally(connection, provider, row, 1)


def remove(connection: apsw.Connection, row: int, collection: str = MEMORY) -> None:
    """Forget every vector of one row and zero its slots."""
    _remove(
        connection,
        row,
        fetch(
            connection,
            "SELECT provider, block, slot, dimensions FROM provider CROSS JOIN vector ON provider.id = vector.provider"
            " WHERE collection = ? AND row = ?",
            (collection, row),
        ),
    )


def remove_of(connection: apsw.Connection, rows: Sequence[int], identity: str, collection: str) -> None:
    """Forget the vectors of one provider of some rows."""
    number = provider_number(connection, identity, collection)
    for row in rows:
        places = fetch(
            connection,
            "SELECT provider, block, slot, dimensions FROM vector JOIN provider ON provider.id = vector.provider"
            " WHERE provider = ? AND row = ?",
            (number, row),
        )
        _remove(connection, row, places)


def _remove(connection: apsw.Connection, row: int, places: Sequence[tuple[int, int, int, int]]) -> None:
    for _, block, slot, dimensions in places:
        _write(connection, "codes", block, slot * dimensions, bytes(dimensions))
        _write(connection, "rows", block, slot * _ROW_BYTES, bytes(_ROW_BYTES))
        run(connection, "UPDATE block SET live = live - 1 WHERE id = ?", (block,))
        run(
            connection,
            "DELETE FROM block_data WHERE id IN (SELECT id FROM block WHERE id = ? AND live = 0)",
            (block,),
        )
        run(connection, "DELETE FROM block WHERE id = ? AND live = 0", (block,))
    for provider in {place[0] for place in places}:
        run(connection, "DELETE FROM vector WHERE provider = ? AND row = ?", (provider, row))
        tally(connection, provider, row, -1)


def tally(connection: apsw.Connection, provider: int, row: int, change: int) -> None:
    """Count rows of a namespace that have vectors of a provider, or all rows of a collection."""
    run(
        connection,
        "INSERT INTO tally(provider, namespace, memories) VALUES (?, ?, ?)"
        " ON CONFLICT(provider, namespace) DO UPDATE SET memories = memories + excluded.memories",
        (provider, row // ROWS_PER_NAMESPACE, change),
    )


def _take_slot(
    connection: apsw.Connection, provider: int, namespace: int, dimensions: int
) -> tuple[int, int]:
    """A free slot: at the end of a block, else a freed one, else the first of a new block."""
    blocks = fetch(
        connection,
        "SELECT id, capacity, used, live FROM block WHERE provider = ? AND namespace = ? AND live < capacity LIMIT 1",
        (provider, namespace),
    )
    if not blocks:
        return _new_block(connection, provider, namespace, dimensions), 0
    number, capacity, used, _ = blocks[0]
    slot = used if used < capacity else _freed_slot(connection, number)
    run(connection, "UPDATE block SET used = max(used, ?), live = live + 1 WHERE id = ?", (slot + 1, number))
    return number, slot


def _freed_slot(connection: apsw.Connection, number: int) -> int:
    return memoryview(read_blob(connection, "block_data", "rows", number)).cast("q").tolist().index(0)


def _new_block(connection: apsw.Connection, provider: int, namespace: int, dimensions: int) -> int:
    count = value(
        connection, "SELECT count(*) FROM block WHERE provider = ? AND namespace = ?", (provider, namespace)
    )
    capacity = CAPACITIES[min(int(count), len(CAPACITIES) - 1)]
    run(
        connection,
        "INSERT INTO block(provider, namespace, capacity, used, live) VALUES (?, ?, ?, 1, 1)",
        (provider, namespace, capacity),
    )
    number = connection.last_insert_rowid()
    run(
        connection,
        "INSERT INTO block_data(id, codes, rows) VALUES (?, zeroblob(?), zeroblob(?))",
        (number, capacity * dimensions, capacity * _ROW_BYTES),
    )
    return number


def _write(connection: apsw.Connection, column: str, block: int, offset: int, data: bytes) -> None:
    write_blob(connection, "block_data", column, block, offset, data)


def scan(
    connection: apsw.Connection,
    provider: int,
    code: bytes,
    numbers: Sequence[int] | None,
    limit: int,
    *,
    allowed: AbstractSet[int] | None = None,
    excluded: AbstractSet[int] = frozenset(),
    cache: BlockCache | None = None,
) -> list[Scanned]:
    """The passages nearest to the query code, best first, among the rows that are allowed; exact up to int8."""
    cache = cache or BlockCache()
    stamp = store_stamp(connection)
    query, distances = memoryview(code).cast("b", (1, len(code))), _metric()
    best: list[tuple[float, int]] = []
    worst = float("inf")
    for number in _blocks(connection, provider, numbers):
        block = cache.block(connection, number, len(code), stamp)
        best += [
            (distance, row)
            for distance, row in _nearer(distances(query, block.codes), block.rows, worst)
            if row and distance < worst and (allowed is None or row in allowed) and row not in excluded
        ]
        if len(best) > 2 * limit:
            best.sort()
            del best[limit:]
            worst = best[-1][0]
    return [Scanned(row, 1.0 - distance) for distance, row in sorted(best)[:limit]]


_ORDINARY = 0x3F
"""The highest byte of every double from 2**-15 up to 2, which the next byte puts into a coarse order."""
_STEPS = b"\1" * 256 + b"\0" * 255


def _nearer(packed: bytes, rows: Sequence[int], worst: float) -> Iterable[tuple[float, int]]:
    """The distances that may be below `worst` with their rows, and a few that are not.

    A store has very many vectors and few that are near, so the picking is left to what runs over bytes in C: one byte
    of each distance tells the few that may be near enough, and only those become numbers.
    """
    distances = memoryview(packed).cast("d")
    coarse, highest = pack("<d", worst)[6:]
    if highest > _ORDINARY or packed[7::8].count(_ORDINARY) < len(rows):
        return zip(distances, rows, strict=True)
    near = packed[6::8].translate(_STEPS[255 - coarse : 511 - coarse])
    found: list[tuple[float, int]] = []
    place = near.find(1)
    while place >= 0:
        found.append((distances[place], rows[place]))
        place = near.find(1, place + 1)
    return found


def _blocks(connection: apsw.Connection, provider: int, numbers: Sequence[int] | None) -> list[int]:
    where = "" if numbers is None else f" AND namespace IN ({', '.join(map(str, numbers))})"
    rows = fetch(connection, f"SELECT id FROM block WHERE provider = ?{where} ORDER BY id", (provider,))
    return [row[0] for row in rows]


def _read_block(connection: apsw.Connection, number: int, dimensions: int) -> Block:
    codes = read_blob(connection, "block_data", "codes", number)
    places = memoryview(read_blob(connection, "block_data", "rows", number)).cast("q")
    return Block(memoryview(codes).cast("b", (len(places), dimensions)), places)


def _metric() -> Distances:
    """Cosine distances of one code to a block of codes; SimSIMD, or NumPy where it has no wheel."""
    try:
        import simsimd
    except ImportError:
        return _numpy_distances
    cdist = cast("Any", simsimd).cdist

    def distances(query: Any, codes: Any) -> bytes:
        return bytes(cdist(query, codes, metric="cosine"))

    return distances


def _numpy_distances(query: Any, codes: Any) -> bytes:
    import numpy  # only where SimSIMD is missing

    block, wanted = numpy.asarray(codes, dtype=numpy.float32), numpy.asarray(query, dtype=numpy.float32)[0]
    norm: Any = numpy.linalg.norm  # its stubs differ from version to version
    lengths = norm(block, axis=1) * norm(wanted)
    lengths[lengths == 0] = numpy.inf
    return cast("bytes", (1.0 - (block @ wanted) / lengths).astype(numpy.float64).tobytes())


def halves(connection: apsw.Connection, provider: int, rows: Sequence[int]) -> dict[int, list[bytes]]:
    """The float16 vectors of these rows, one per passage."""
    marks = ", ".join(map(str, rows))
    cursor = fetch(
        connection,
        f"SELECT row, half FROM vector WHERE provider = ? AND row IN ({marks}) ORDER BY row, part",
        (provider,),
    )
    found: dict[int, list[bytes]] = {row: [] for row in rows}
    for row, half in cursor:
        found[row].append(half)
    return found


def has(connection: apsw.Connection, provider: int, row: int) -> bool:
    """Whether the memory has vectors of this provider."""
    return (
        value(connection, "SELECT 1 FROM vector WHERE provider = ? AND row = ?", (provider, row)) is not None
    )


def waiting(
    connection: apsw.Connection, identity: str, numbers: Sequence[int] | None, collection: str = MEMORY
) -> int:
    """How many rows in scope have no vector of this provider; two sums, whatever the size of the store."""
    provider = provider_number(connection, identity, collection) or _NONE
    where = "" if numbers is None else f" AND namespace IN ({', '.join(map(str, numbers))})"
    total = "SELECT coalesce(sum(memories), 0) FROM tally WHERE provider = ?" + where
    everything = int(value(connection, total, (TOTALS[collection],)))
    return everything - int(value(connection, total, (provider,)))


def rows_waiting(connection: apsw.Connection, identity: str, limit: int) -> list[int]:
    """Memories without a vector of this provider, newest first."""
    provider = provider_number(connection, identity) or _NONE
    rows = fetch(
        connection,
        "SELECT row FROM memory WHERE NOT EXISTS"
        " (SELECT 1 FROM vector WHERE vector.provider = ? AND vector.row = memory.row)"
        " ORDER BY created_at DESC LIMIT ?",
        (provider, limit),
    )
    return [row[0] for row in rows]


def drop_provider(connection: apsw.Connection, identity: str, collection: str = MEMORY) -> None:
    """Forget every vector of one provider in one collection."""
    provider = provider_number(connection, identity, collection)
    if provider is not None:
        _drop(connection, provider)


def identities(connection: apsw.Connection, collection: str) -> list[str]:
    """The providers that have vectors of a collection."""
    rows = fetch(connection, "SELECT identity FROM provider WHERE collection = ? ORDER BY id", (collection,))
    return [row[0] for row in rows]


def _drop(connection: apsw.Connection, provider: int) -> None:
    run(connection, "DELETE FROM vector WHERE provider = ?", (provider,))
    run(
        connection,
        "DELETE FROM block_data WHERE id IN (SELECT id FROM block WHERE provider = ?)",
        (provider,),
    )
    run(connection, "DELETE FROM block WHERE provider = ?", (provider,))
    run(connection, "DELETE FROM tally WHERE provider = ?", (provider,))
    run(connection, "DELETE FROM provider WHERE id = ?", (provider,))
