"""The threads that verbs run on: few, and long-lived, since each keeps the vectors that it has read.

Searching has a thread of its own. One person types one query, so nothing is lost by doing one after the other, and the
one thread's vectors stay warm; with a pool of many, every now and then a letter would wait for a cold one.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
_THREADS = {"search": 1, "reading": 2, "writing": 1, "long": 1, "import": 2}


class Lanes:
    """The pools of one web process, by name."""

    def __init__(self) -> None:
        self._pools = {
            name: ThreadPoolExecutor(count, thread_name_prefix=f"contextfs-{name}")
            for name, count in _THREADS.items()
        }

    async def run(self, lane: str, function: Callable[[], Result]) -> Result:
        """Call the function on a thread of this lane, in the caller's context."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pools[lane], functools.partial(context.run, function))

    def start(self, lane: str, function: Callable[[], None]) -> None:
        """Have the function called when the lane is free; nobody waits for it."""
        self._pools[lane].submit(function)

    def stop(self) -> None:
        """Wait for what is under way and let the threads go."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)
