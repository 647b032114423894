"""Vectors: every scan is exact, slots are reused and zeroed, providers and namespaces do not mix."""

from __future__ import annotations

import random
from collections.abc import Callable
from struct import pack

import pytest

from contextfs.domain.memory import STATUSES, Embedded, Memory
from contextfs.domain.search import NO_FILTERS, Filters, Scope
from contextfs.domain.vector import cosine, from_half, to_half, to_int8, unit
from contextfs.store import vectors
from contextfs.store.store import Store
from contextfs.store.vectors import BlockCache

Put = Callable[..., Memory]
Make = Callable[..., Embedded]
EVERYWHERE = Scope(None)
NAME = "made-up-8"


def scanned(
    store: Store,
    query: Embedded,
    limit: int = 10,
    filters: Filters = NO_FILTERS,
    scope: Scope = EVERYWHERE,
    without: frozenset[str] = frozenset(),
) -> list[tuple[str, float]]:
    """Contents and cosines of the nearest passages."""
    with store.reading() as view:
        visible = view.visible(filters, scope, without=without)
        found = view.scan(query.provider, query.vectors[0].code, visible, limit)
        memories = view.memories([one.row for one in found])
        return [(memories[one.row].content, one.cosine) for one in found]


def blocks(store: Store) -> list[tuple[int, ...]]:
    """Namespace, capacity, used and live of each block."""
    with store.reading() as view:
        sql = "SELECT namespace, capacity, used, live FROM block ORDER BY id"
        return list(view._connection.execute(sql))


@pytest.mark.parametrize("numpy", [False, True], ids=["simsimd", "numpy"])
def test_a_scan_is_exact(
    store: Store, put: Put, made_up: Make, monkeypatch: pytest.MonkeyPatch, numpy: bool
) -> None:
    """The nearest passages are those that comparing with every single vector gives, whichever library counts."""
    if numpy:
        monkeypatch.setattr(vectors, "_metric", lambda: vectors._numpy_distances)
    everything: dict[str, Embedded] = {}
    for n in range(150):
        everything[f"m{n}"] = made_up(n, parts=1 + n % 3)
        put(f"m{n}", everything[f"m{n}"], namespace=("alpha", "beta")[n % 2])
    for seed in (1000, 1001, 7):
        query = made_up(seed)
        brute = sorted(
            (
                (cosine(from_half(one.half), from_half(query.vectors[0].half)), name)
                for name, embedded in everything.items()
                for one in embedded.vectors
            ),
            reverse=True,
        )[:10]
        told = scanned(store, query)
        assert len(told) == 10
        assert [value for _, value in told] == pytest.approx([value for value, _ in brute], abs=0.02)
        assert told[0][0] == brute[0][1]


def test_both_libraries_count_alike() -> None:
    """SimSIMD and NumPy give the same distances, also for the empty slots of a block."""
    chance = random.Random(3)
    codes = [to_int8(unit([chance.gauss(0, 1) for _ in range(32)])) for _ in range(20)]
    codes[4:6] = [bytes(32), bytes(32)]
    block = memoryview(b"".join(codes)).cast("b", (20, 32))
    query = memoryview(codes[0]).cast("b", (1, 32))
    ours, theirs = numbers(vectors._metric()(query, block)), numbers(vectors._numpy_distances(query, block))
    real = [n for n in range(20) if n not in (4, 5)]
    assert [ours[n] for n in real] == pytest.approx([theirs[n] for n in real], abs=1e-4)
    assert ours[0] == pytest.approx(0, abs=1e-6)
    assert all(ours[n] == ours[n] for n in (4, 5)), "an empty slot must not give a number that is none"


def numbers(packed: bytes) -> list[float]:
    """The doubles that a metric gives back."""
    return list(memoryview(packed).cast("d"))


@pytest.mark.parametrize("worst", [float("inf"), 2.0, 1.0, 0.75, 0.5, 0.3, 2**-14, 2**-16, 1e-9, 0.0])
@pytest.mark.parametrize("strange", [(), (0.0, -2e-8, 1e-7), (2.0,), (2.0, 0.0)])
def test_picking_leaves_out_nothing_that_is_nearer(worst: float, strange: tuple[float, ...]) -> None:
    """Whatever the bound, also among copies of the question and among its opposites."""
    chance = random.Random(11)
    distances = [chance.choice((2.0, 1.0, 0.5, 0.1)) * chance.uniform(0.01, 0.99) for _ in range(500)]
    distances[100:100] = strange
    distances += [worst] if worst < 2 else []
    rows = range(1, len(distances) + 1)
    found = list(vectors._nearer(pack(f"<{len(distances)}d", *distances), rows, worst))
    assert all(distances[row - 1] == distance for distance, row in found)
    nearer = [row for row in rows if distances[row - 1] < worst]
    assert [row for distance, row in found if distance < worst] == nearer
    if not strange and worst in (0.75, 0.5, 0.3):
        assert len(found) < len(nearer) + 50, "nothing was picked"


def test_a_large_scan_is_exact(store: Store, put: Put, made_up: Make) -> None:
    """With many vectors, copies of the question and its opposite among them, the nearest are all found, in order."""
    query = made_up(1)
    opposite = unit([-value for value in from_half(query.vectors[0].half)])
    against = Embedded(NAME, 8, (query.vectors[0]._replace(code=to_int8(opposite), half=to_half(opposite)),))
    given = [made_up(n, parts=1) for n in range(900)] + [query] * 3 + [against] * 2
    random.Random(2).shuffle(given)
    for n, embedded in enumerate(given):
        put(f"m{n}", embedded)
    wanted = from_half(query.vectors[0].half)
    brute = sorted((cosine(from_half(one.vectors[0].half), wanted) for one in given), reverse=True)
    told = [value for _, value in scanned(store, query, 20)]
    assert told == pytest.approx(brute[:20], abs=0.02)
    assert told[:3] == pytest.approx([1, 1, 1], abs=1e-6)


def test_empty_slots_are_never_found(store: Store, put: Put, made_up: Make) -> None:
    """A block with one vector and 63 free slots finds that one, however far it is."""
    put("only", made_up(1))
    opposite = unit([-value for value in from_half(made_up(1).vectors[0].half)])
    query = Embedded(NAME, 8, (made_up(1).vectors[0]._replace(code=to_int8(opposite)),))
    told = scanned(store, query, limit=50)
    assert [name for name, _ in told] == ["only"]
    assert told[0][1] == pytest.approx(-1, abs=0.02)


def test_blocks_grow(store: Store, put: Put, made_up: Make) -> None:
    """Each namespace has blocks of its own, small at first and larger later."""
    with store.reading() as view:
        assert view.total() == 0
    for n in range(64 + 256 + 1):
        put(f"m{n}", made_up(n))
    put("elsewhere", made_up(1), namespace="other")
    assert blocks(store) == [(1, 64, 64, 64), (1, 256, 256, 256), (1, 1024, 1, 1), (2, 64, 1, 1)]


def test_freed_slots_are_zero_and_taken_again(store: Store, put: Put, made_up: Make) -> None:
    """What an update frees is zeroed at once and given to the next, so blocks do not grow by changing."""
    ids = [put(f"m{n}", made_up(n)).id for n in range(64)]
    for n in (3, 40):
        put(f"changed {n}", made_up(100 + n, parts=1), id=ids[n])
    assert blocks(store) == [(1, 64, 64, 64)]
    put("waits for its vector", id=ids[5])
    code = made_up(5).vectors[0].code
    with store.reading() as view:
        held, rows = next(iter(view._connection.execute("SELECT codes, rows FROM block_data")))
    assert code not in held
    assert held.count(bytes(8)) >= 1
    assert rows.count(bytes(8)) >= 1
    assert blocks(store) == [(1, 64, 64, 63)]
    put("takes its place", made_up(999))
    assert blocks(store) == [(1, 64, 64, 64)]
    assert scanned(store, made_up(999))[0][0] == "takes its place"


def test_an_empty_block_goes(store: Store, put: Put, made_up: Make) -> None:
    """When the last vector of a block goes, so does the block; moving takes vectors along."""
    memory = put("moves", made_up(1, parts=3))
    assert blocks(store) == [(1, 64, 3, 3)]
    put("moves", made_up(1, parts=3), id=memory.id, namespace="other")
    assert blocks(store) == [(2, 64, 3, 3)]
    put("moved text", id=memory.id, namespace="other")
    assert blocks(store) == []
    assert scanned(store, made_up(1)) == []


def test_filters_scope_and_hidden_hold_inside_the_scan(store: Store, put: Put, made_up: Make) -> None:
    """However many nearer ones there are, the nearest that is allowed is found within the limit."""
    target = made_up(0)
    for n in range(100):
        put(f"noise {n}", target, namespace="noise")
    put("kept", made_up(1), namespace="alpha", tags=("keep",))
    put("archived", target, namespace="alpha", status="archived")
    left_out = put("left out", target, namespace="alpha")
    alpha = Scope(("alpha",))
    assert [name for name, _ in scanned(store, target, 1, Filters(tags=("keep",)))] == ["kept"]
    assert [name for name, _ in scanned(store, target, 9, scope=alpha)] == ["left out", "kept"]
    assert [
        name for name, _ in scanned(store, target, 1, scope=alpha, without=frozenset((left_out.id,)))
    ] == ["kept"]
    assert scanned(store, target, 1, Filters(statuses=("archived",)), alpha)[0][0] == "archived"
    assert len(scanned(store, target, 200, Filters(statuses=STATUSES))) == 103
    assert scanned(store, target, 5, scope=Scope(("nowhere",))) == []


def test_generations_live_side_by_side(store: Store, put: Put, made_up: Make) -> None:
    """Two providers' vectors are kept, scanned, counted and dropped each for itself."""
    put("old", made_up(1))
    late = put("both", made_up(2))
    with store.reading() as view:
        rows = view.rows_waiting("new-16", 10)
        memories = view.memories(rows)
        assert view.waiting("new-16", Scope()) == 2
    (row,) = [row for row, memory in memories.items() if memory.id == late.id]
    assert store.add_vectors([(row, memories[row], made_up(2, 16, provider="new-16"))]) == 1
    assert [name for name, _ in scanned(store, made_up(2, 16, provider="new-16"))] == ["both"]
    assert len(scanned(store, made_up(1))) == 2
    with store.reading() as view:
        assert view.vector_counts() == {NAME: 2, "new-16": 1}
        assert (view.waiting(NAME, Scope()), view.waiting("new-16", Scope())) == (0, 1)
        assert len(view.halves("new-16", [row])[row]) == 1
        assert view.halves("nobody", [row]) == {}
    store.drop_vectors(NAME)
    store.drop_vectors("nobody")
    assert scanned(store, made_up(1)) == []
    with store.reading() as view:
        assert view.vector_counts() == {"new-16": 1}
        assert view.waiting(NAME, Scope()) == 2


def test_late_vectors_of_a_changed_memory_are_not_kept(store: Store, put: Put, made_up: Make) -> None:
    """Vectors made after the save are for the text they were made of, and for no other."""
    memory = put("first text")
    with store.reading() as view:
        (row,) = view.rows_waiting(NAME, 10)
    put("second text", id=memory.id)
    assert store.add_vectors([(row, memory, made_up(1))]) == 0
    assert scanned(store, made_up(1)) == []


def test_the_cache_never_outlives_a_write(store: Store, put: Put, made_up: Make) -> None:
    """A scan right after a write, by this or by another connection, sees it."""
    for n in range(5):
        put(f"m{n}", made_up(n))
        assert scanned(store, made_up(n), 1)[0][0] == f"m{n}"
    other = Store(store.path.rpartition("/")[0])
    other.drop_vectors(NAME)
    other.close()
    assert scanned(store, made_up(1)) == []


def test_a_cache_has_a_limit(store: Store, put: Put, made_up: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks beyond the limit are read and not kept, and the answers stay the same."""
    for n in range(70):
        put(f"m{n}", made_up(n))
    expected = scanned(store, made_up(3))
    monkeypatch.setattr(BlockCache, "LIMIT", 1)
    store.close()
    assert scanned(store, made_up(3)) == scanned(store, made_up(3)) == expected
