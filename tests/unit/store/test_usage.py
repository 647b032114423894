"""The usage ledger: what is noted is counted once, whoever notes it and whenever somebody is killed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from contextfs.domain.clock import new_id, now_micros
from contextfs.domain.memory import Memory
from contextfs.errors import StoreError
from contextfs.store.spool import Spool
from contextfs.store.store import Store

Put = Callable[..., Memory]
HASH = "ab" * 16
SESSION = "5e" * 16


@pytest.fixture
def store(store: Store) -> Store:
    """A store that is there already."""
    assert store.device
    return store


def note(store: Store, memory: str, kind: str = "found", session: str = "", digest: str = HASH) -> None:
    """Note one use."""
    store.usage.note(kind, session, [(memory, digest, 7)])


def test_a_note_waits_in_the_spool_and_counts_in_the_store(store: Store) -> None:
    """Noting writes one line to a file and nothing to the store; counting takes the lines over."""
    name = new_id()
    with store.reading() as view:
        before = view.stamp()
    for _ in range(3):
        note(store, name)
    with store.reading() as view:
        assert view.stamp() == before
    assert store.usage.given(SESSION) == {}
    (total,) = store.usage.totals()
    assert (total.memory, total.kind, total.times, total.tokens) == (name, "found", 3, 21)
    assert total.first < total.last
    assert [one for one in os.listdir(os.path.dirname(store.path)) if "spool" in one] == []
    note(store, name, "recalled")
    assert {(one.kind, one.times) for one in store.usage.totals([name])} == {("found", 3), ("recalled", 1)}
    assert store.usage.totals([new_id()]) == []


def test_what_a_session_was_given_is_known_before_and_after_it_is_written(store: Store) -> None:
    """A session holds what was packed or injected for it, by the latest text, until its conversation is compacted."""
    first, second = new_id(), new_id()
    note(store, first, "injected", SESSION)
    note(store, second, "found", SESSION)
    note(store, second, "packed", "another")
    assert store.usage.given(SESSION) == {first: HASH}
    store.usage.settle()
    assert store.usage.given(SESSION) == {first: HASH}
    note(store, first, "injected", SESSION, "cd" * 16)
    assert store.usage.given(SESSION) == {first: "cd" * 16}
    store.usage.forget_given(SESSION)
    assert store.usage.given(SESSION) == {}
    store.usage.settle()
    assert store.usage.given(SESSION) == {}
    note(store, second, "packed", SESSION)
    assert store.usage.given(SESSION) == {second: HASH}
    assert [one.memory for one in store.usage.totals() if one.kind == "forgot"] == []


def test_a_settling_that_was_killed_counts_nothing_twice(store: Store) -> None:
    """Lines that were written into the store and not yet forgotten are taken again, and are known there."""
    name = new_id()
    note(store, name)
    spool = Path(store.path).with_name("usage.spool")
    lines = spool.read_bytes()
    store.usage.settle()
    spool.with_name("usage.spool.taken-00000000").write_bytes(lines)
    assert [one.times for one in store.usage.totals()] == [1]


def test_a_failing_store_keeps_the_notes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written into the store waits, and looking at the ledger does not fail by it."""
    name = new_id()
    note(store, name, "injected", SESSION)

    def full(*_: object) -> None:
        raise StoreError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(store.usage, "_keep", full)
        with pytest.raises(StoreError):
            store.usage.settle()
        assert store.usage.totals() == []
        assert store.usage.given(SESSION) == {name: HASH}
    assert [one.times for one in store.usage.totals()] == [1]


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    """Lines of many threads, through objects of their own, all arrive whole while others take them all the time."""
    path = str(tmp_path / "spool")
    kept: list[str] = []

    def write(number: int) -> None:
        spool = Spool(path)
        for at in range(200):
            spool.append([f"{number} {at}", f"{number} {at} again"])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        Spool(path).drain(kept.extend)
    Spool(path).drain(kept.extend)
    assert len(set(kept)) == 4 * 200 * 2
    assert all(len(line.split(" ")) in {2, 3} for line in kept)
    assert Spool(path).lines() == []


def test_foreign_lines_are_passed_over(store: Store) -> None:
    """What is no note, a torn line among it, neither counts nor stops the others."""
    name = new_id()
    note(store, name)
    with Path(store.path).with_name("usage.spool").open("ab") as file:
        file.write(b"something else\n\xff\xfe x y z\n1 found - zz zz 1\n1 found - ab")
    assert [one.memory for one in store.usage.totals()] == [name]


def test_an_erased_memory_leaves_no_note(store: Store, put: Put) -> None:
    """Neither its rows nor lines that came later keep the id or the hash of what was erased."""
    memory = put("The pool of workers is flaky under load")
    note(store, memory.id)
    store.usage.settle()
    with store._database.writing() as connection:
        from contextfs.store import changes

        changes.purge(connection, memory.id, new_id())
    note(store, memory.id)
    assert store.usage.totals() == []


def test_weeks_are_counted_from_the_day_that_is_named(store: Store) -> None:
    """Notes are summed up week by week and kind by kind; those of a session's loss are none."""
    name, now = new_id(), now_micros()
    note(store, name, "packed")
    note(store, name, "injected", SESSION)
    store.usage.forget_given(SESSION)
    since = now - 8 * 86_400 * 1_000_000
    week = since + 7 * 86_400 * 1_000_000
    assert store.usage.weeks(since, now_micros()) == [(week, "injected", 1, 7), (week, "packed", 1, 7)]


def test_a_store_in_memory_has_a_ledger_too() -> None:
    """Where there is no directory, the lines wait in memory."""
    store = Store(":memory:")
    name = new_id()
    note(store, name, "injected", SESSION)
    assert store.usage.given(SESSION) == {name: HASH}
    assert [one.times for one in store.usage.totals()] == [1]
    store.close()
