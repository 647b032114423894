"""One ContextFS in many threads, two on one directory, and a process that forks."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.settings import Settings

Check = Callable[..., list[str]]


def opened(directory: Path) -> ContextFS:
    """The store in a directory."""
    return ContextFS(settings=Settings(data_dir=str(directory), environ={}), namespace="team", cwd="/")


def expect_all_done(work: Iterable[Callable[[], object]]) -> list[object]:
    """Run everything at once, each in a thread of its own; an error of any of them is an error here."""
    jobs = list(work)
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(job) for job in jobs]]


def saving(ctx: ContextFS, name: str, count: int) -> Callable[[], list[str]]:
    """Work for a thread: save, change and delete."""

    def work() -> list[str]:
        kept: list[str] = []
        for n in range(count):
            memory = ctx.save(f"Thread {name} notes fact zq{name}n{n}vx about queues", tags=[f"t{name}"])
            if n % 4 == 3:
                ctx.update(memory.id, content=f"Thread {name} corrects fact zq{name}n{n}vx")
            if n % 5 == 4:
                ctx.delete(memory.id)
            else:
                kept.append(memory.id)
        return kept

    return work


def searching(ctx: ContextFS, count: int) -> Callable[[], None]:
    """Work for a thread: search and list."""

    def work() -> None:
        for n in range(count):
            ctx.search(f"fact zqan{n}vx about queues", min_relevance=0)
            ctx.list_recent(limit=5)

    return work


def test_threads_save_and_search_on_one_contextfs(tmp_path: Path, disagreements: Check) -> None:
    """Four threads that write and two that search disturb each other in nothing."""
    with opened(tmp_path) as ctx:
        work = [saving(ctx, name, 25) for name in "abcd"] + [searching(ctx, 25) for _ in range(2)]
        kept = {name for result in expect_all_done(work) if isinstance(result, list) for name in result}
        assert {memory.id for memory in ctx.list_recent(limit=1000)} == kept
    assert disagreements(tmp_path) == []


def test_closing_while_others_work(tmp_path: Path, disagreements: Check) -> None:
    """A close() in the middle of everything ends no work of others and breaks no connection under them."""
    with opened(tmp_path) as ctx:
        ctx.save("The first memory makes the store")
        stop = threading.Event()

        def closing() -> int:
            times = 0
            while not stop.wait(0.002):
                ctx.close()
                times += 1
            return times

        closer = threading.Thread(target=closing)
        closer.start()
        try:
            work = [saving(ctx, name, 20) for name in "ab"] + [searching(ctx, 20)]
            kept = [name for result in expect_all_done(work) if isinstance(result, list) for name in result]
        finally:
            stop.set()
            closer.join()
        assert len(kept) == len(set(kept)) == 32
        assert {memory.id for memory in ctx.list_recent(limit=1000)} > set(kept)
    assert disagreements(tmp_path) == []


def test_two_contextfs_on_one_directory(tmp_path: Path, disagreements: Check) -> None:
    """Each sees at once what the other has saved, changed and deleted, in listings and in search."""
    with opened(tmp_path) as one, opened(tmp_path) as two:
        memory = one.save("Backups run at three in the morning by cron")
        assert two.recall(memory.id) == memory
        assert [found.memory.id for found in two.search("backups cron")] == [memory.id]
        two.update(memory.id, content="Snapshots run every hour by systemd timers")
        assert [found.memory.id for found in one.search("snapshots systemd")] == [memory.id]
        assert one.search("backups cron at three", min_relevance=0.5) == []
        one.delete(memory.id)
        assert two.get(memory.id) is None
        assert two.search("snapshots systemd") == []
        assert two.restore(memory.id).content == "Snapshots run every hour by systemd timers"
        expect_all_done([saving(one, "a", 15), saving(two, "b", 15), saving(two, "c", 15)])
    assert disagreements(tmp_path) == []


def test_threads_update_one_memory(tmp_path: Path, disagreements: Check) -> None:
    """Six threads that change one memory lose none of their changes, however often they meet."""
    with opened(tmp_path) as ctx:
        name = ctx.save("The counter that everybody writes to").id

        def counting(who: int) -> Callable[[], None]:
            def work() -> None:
                for n in range(15):
                    ctx.update(name, metadata={f"w{who}n{n}": n}, add_tags=[f"tag-{who}"])

            return work

        expect_all_done(counting(who) for who in range(6))
        memory = ctx.recall(name)
        assert (len(memory.metadata), len(memory.tags)) == (90, 6)
        assert len(ctx.history(name)) == 91
    assert disagreements(tmp_path) == []


def test_threads_that_end_take_their_connections_along(tmp_path: Path) -> None:
    """A long-lived process with many short threads does not run out of files."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("open files are counted in /proc, which this system has not")
    with opened(tmp_path) as ctx:
        ctx.save("The first memory makes the store")
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(40):
            thread = threading.Thread(target=ctx.list_recent)
            thread.start()
            thread.join()
        gc.collect()
        assert len(os.listdir("/proc/self/fd")) < before + 12


FORKING = """
import os, sys
from contextfs import ContextFS
from contextfs.settings import Settings
with ContextFS(settings=Settings(data_dir=sys.argv[1], environ={}), namespace="team", cwd="/") as ctx:
    first = ctx.save("Saved before the fork").id
    children = []
    for n in range(3):
        pid = os.fork()
        if not pid:
            assert ctx.recall(first).content == "Saved before the fork"
            for m in range(10):
                ctx.save(f"Child {n} saved number {m}")
            ctx.close()
            os._exit(0)
        children.append(pid)
    for m in range(10):
        ctx.save(f"The parent saved number {m}")
    codes = [os.waitpid(pid, 0)[1] for pid in children]
    print(codes, len(ctx.list_recent(limit=100)))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_opens_its_own_connection(tmp_path: Path, disagreements: Check) -> None:
    """Parent and children that share one ContextFS by forking write beside each other without harm."""
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "[0, 0, 0] 41\n")
    assert disagreements(tmp_path) == []


def test_a_reader_does_not_hold_up_a_writer(tmp_path: Path) -> None:
    """While one thread reads through a long listing another saves in milliseconds, and the view stays as it was."""
    with opened(tmp_path) as ctx:
        ctx.save_many([f"Fact number {n} about ports" for n in range(30)])
        with ctx._engine.store.reading() as view:
            before = view.total()
            start = time.monotonic()
            expect_all_done([lambda: ctx.save("Saved while somebody reads")])
            assert time.monotonic() - start < 5
            assert view.total() == before
        assert len(ctx.list_recent(limit=100)) == before + 1
