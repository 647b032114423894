"""The thread that makes vectors after the save."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from contextfs.mcp.background import Filler


class Queue:
    """Work that is waiting, done three at a time."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.calls = 0
        self.thread = ""

    def fill(self) -> int:
        """Do some of it."""
        self.calls += 1
        self.thread = threading.current_thread().name
        done = min(3, self.waiting)
        self.waiting -= done
        return done


def until(met: Callable[[], bool]) -> bool:
    """Whether the condition is met within five seconds."""
    deadline = time.monotonic() + 5
    while not met() and time.monotonic() < deadline:
        time.sleep(0.01)
    return met()


def test_nothing_happens_before_the_first_wake() -> None:
    """Looking for work would load a model that nobody has asked for."""
    queue = Queue(5)
    filler = Filler(queue.fill)
    filler.start()
    time.sleep(0.05)
    filler.stop()
    assert queue.calls <= 1  # stopping wakes the thread, which then may look once
    assert queue.waiting >= 2


def test_one_wake_does_all_that_waits() -> None:
    """In batches, on a thread of its own."""
    queue = Queue(10)
    filler = Filler(queue.fill)
    filler.start()
    filler.wake()
    assert until(lambda: queue.waiting == 0)
    assert queue.thread == "contextfs-vectors"
    filler.stop()


def test_a_failure_waits_for_the_next_wake() -> None:
    """A provider that is down must not stop the thread, nor be asked without end."""
    calls: list[int] = []

    def fill() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no connection")
        return 0

    filler = Filler(fill)
    filler.start()
    filler.wake()
    assert until(lambda: len(calls) == 1)
    time.sleep(0.1)
    assert len(calls) == 1
    filler.wake()
    assert until(lambda: len(calls) == 2)
    filler.stop()


def test_stop_ends_the_thread_and_start_begins_anew() -> None:
    """A server that is mounted twice in one process is served twice."""
    queue = Queue(0)
    filler = Filler(queue.fill)
    filler.start()
    filler.stop()
    assert "contextfs-vectors" not in {thread.name for thread in threading.enumerate()}
    filler.start()
    queue.waiting = 4
    filler.wake()
    assert until(lambda: queue.waiting == 0)
    filler.stop()
