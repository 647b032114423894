"""A store of its own for each test, and memories written through its one door."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contextfs.capture.linking import mentions_in
from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp, new_id, tick
from contextfs.domain.memory import Captured, Embedded, Encoded, Memory
from contextfs.domain.memory_state import memory_of, state_of
from contextfs.domain.vector import to_half, to_int8, unit
from contextfs.store.store import Store

Put = Callable[..., Memory]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    found = Store(str(tmp_path / "data"))
    yield found
    found.close()


@pytest.fixture
def put(store: Store) -> Put:
    """Write a memory into the store, or a new state of one that is there."""

    def write(content: str = "", /, embedded: Embedded | None = None, **fields: Any) -> Memory:
        moment = fields.pop("created_at", Timestamp.from_micros(1_700_000_000_000_000))
        given = {"id": new_id(), "namespace": "team", "author": "ada", **fields}
        memory = Memory(content, created_at=moment, updated_at=moment, **given)
        with store.reading() as view:
            before, clock = view.folded(memory.id), tick(view.last_clock())
        patch = {**dict.fromkeys(before.fields), **state_of(memory)}
        change = Change(
            new_id(), memory.id, "memory", "save", new_id(), before.heads, clock, store.device, "ada", patch
        )
        with store.reading() as view:
            after = memory_of(memory.id, fold((*view.changes_of(memory.id), change)))
        assert after is not None
        store.apply([Captured((change,), after, mentions_in(after), embedded)])
        return after

    return write


def made_up(seed: int, dimensions: int = 8, parts: int = 1, provider: str = "made-up-8") -> Embedded:
    """Vectors that no model made, always the same for a seed."""
    chance = random.Random(seed)
    vectors = [unit([chance.gauss(0, 1) for _ in range(dimensions)]) for _ in range(parts)]
    return Embedded(provider, dimensions, tuple(Encoded(to_half(one), to_int8(one)) for one in vectors))


@pytest.fixture(name="made_up")
def made_up_fixture() -> Callable[..., Embedded]:
    """Vectors that no model made, always the same for a seed."""
    return made_up
