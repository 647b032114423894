"""The store's one door: an action is written whole or not at all, and says when it came too late."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp, new_id, tick
from contextfs.domain.memory import Captured, Memory
from contextfs.domain.memory_state import memory_of, state_of
from contextfs.errors import StoreError, StoreMoved
from contextfs.store.store import Store

Put = Callable[..., Memory]
NOW = Timestamp.from_micros(1_700_000_000_000_000)


def captured(store: Store, content: str, of: Memory | None = None) -> Captured:
    """A write that is ready to store, made in knowledge of what is there now."""
    memory = Memory(
        content, id=of.id if of else new_id(), namespace="team", author="ada", created_at=NOW, updated_at=NOW
    )
    with store.reading() as view:
        known, clock = view.changes_of(memory.id), tick(view.last_clock())
    heads, patch = fold(known).heads, state_of(memory)
    change = Change(new_id(), memory.id, "memory", "save", new_id(), heads, clock, store.device, "ada", patch)
    return Captured((change,), memory_of(memory.id, fold((*known, change))))


def contents(store: Store) -> list[str]:
    """The texts of a store, with what the counters say of how many there are."""
    with store.reading() as view:
        found = sorted(memory.content for _, memory in view.each())
        assert view.total() == len(found)
        return found


def test_an_action_that_came_too_late_writes_nothing(store: Store, put: Put) -> None:
    """When one memory of an action has changed meanwhile, none of the action is written."""
    memory = put("first")
    late = captured(store, "late", of=memory)
    put("second", id=memory.id)
    with pytest.raises(StoreMoved):
        store.apply([captured(store, "beside it"), late])
    assert contents(store) == ["second"]
    with store.reading() as view:
        assert len(list(view.all_changes())) == 2
    assert store.check() == []


def test_a_text_that_was_saved_meanwhile_is_not_saved_twice(store: Store, put: Put) -> None:
    """Two that save the same new text at once: the second is told, and looks again."""
    mine = captured(store, "the same text")
    put("the same text \n")
    with pytest.raises(StoreMoved, match="same text"):
        store.apply([mine])
    assert contents(store) == ["the same text \n"]


@pytest.mark.parametrize("same_thread", [True, False])
def test_what_was_seen_holds_only_until_somebody_writes(store: Store, put: Put, same_thread: bool) -> None:
    """A writer that comes with what it had seen is told of any write since, by its own connection or another one."""
    with store.reading() as view:
        seen = view.stamp()
    mine = captured(store, "the same text")
    if same_thread:
        put("the same text \n")
    else:
        other = threading.Thread(target=put, args=("the same text \n",))
        other.start()
        other.join()
    with pytest.raises(StoreMoved, match="same text"):
        store.apply([mine], seen=seen)
    with store.reading() as view:
        seen = view.stamp()
    store.apply([captured(store, "another text")], seen=seen)
    assert contents(store) == ["another text", "the same text \n"]
    assert store.check() == []


def test_what_is_said_to_come_of_a_change_must_come_of_it(store: Store) -> None:
    """A row that the changes do not amount to is never written."""
    write = captured(store, "true")
    assert write.memory
    with pytest.raises(StoreMoved):
        store.apply([write._replace(memory=write.memory._replace(content="false"))])
    assert contents(store) == []


def test_alone_is_one_transaction(store: Store, put: Put) -> None:
    """What is written alone is written together, and an error takes all of it back."""
    put("before")
    stale = captured(store, "inside")
    with pytest.raises(StoreMoved), store.alone():
        store.apply([stale, stale._replace(memory=None)])
    assert contents(store) == ["before"]
    with store.alone():
        store.apply([captured(store, "one")])
        store.apply([captured(store, "two")])
    assert contents(store) == ["before", "one", "two"]


def test_an_error_in_sql_takes_the_transaction_back(store: Store, put: Put) -> None:
    """A statement that fails in the middle leaves nothing of those before it, and the connection goes on."""
    put("before")
    with pytest.raises(StoreError, match="nonsense"), store._database.writing() as connection:
        connection.execute("DELETE FROM memory; SELECT nonsense")
    assert contents(store) == ["before"]
    put("after")
    assert contents(store) == ["after", "before"]


def test_the_device_keeps_its_name(store: Store) -> None:
    """A store names its device once, and tells every process and thread the same."""
    other = Store(os.path.dirname(store.path))
    assert store.device == other.device
    assert len(store.device) == 12
    other.close()


def test_small_values_are_remembered(store: Store) -> None:
    """What is kept beside the memories comes back, and may be replaced."""
    assert store.remembered("key") == ""
    store.remember("key", "one")
    store.remember("key", "two")
    assert store.remembered("key") == "two"


def test_a_closed_store_opens_again(store: Store, put: Put) -> None:
    """Closing is no end: the next use opens the file anew."""
    put("before")
    store.close()
    store.close()
    assert contents(store) == ["before"]
    assert store.size() > 0


def test_the_log_is_folded_in_when_it_is_long(store: Store, put: Put) -> None:
    """A write-ahead log of more than a megabyte is emptied by closing, a short one is left for the next."""
    put("short")
    store.close()
    assert os.path.getsize(store.path + "-wal") > 0
    for n in range(30):
        put(f"{n} " + "long text " * 6000)
    before = os.path.getsize(store.path + "-wal")
    store.close()
    assert before > 1 << 20
    assert os.path.getsize(store.path + "-wal") == 0
    assert len(contents(store)) == 31


def test_closing_folds_the_log_of_threads_that_have_ended(tmp_path: Path) -> None:
    """Closing truncates a long write-ahead log also when no thread that wrote is left."""
    store = Store(str(tmp_path))

    def write() -> None:
        for number in range(40):
            store.remember(f"key {number}", "x" * 40_000)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    del thread
    log = tmp_path / "contextfs.db-wal"
    before = log.stat().st_size
    store.close()
    assert before > 1 << 20
    assert log.stat().st_size <= 1 << 20
