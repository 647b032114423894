"""Vectors that are made after the save: this process lives long, so nobody has to wait for a slow provider."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
_PAUSE = 0.05
"""Seconds between two batches, so that a long queue leaves the store and the processor to others."""


class Filler:
    """A daemon thread that calls `fill` after each `wake` until nothing is left to do."""

    def __init__(self, fill: Callable[[], int]) -> None:
        self._fill = fill
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; it sleeps until the first wake."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="contextfs-vectors", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Let the thread finish its batch and wait for it."""
        thread, self._thread = self._thread, None
        self._stopped.set()
        self._woken.set()
        if thread is not None:
            thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait()
            self._woken.clear()
            self._drain()

    def _drain(self) -> None:
        while not self._stopped.is_set():
            try:
                filled = self._fill()
            except Exception:  # the memories stay searchable by words
                log.exception("Vectors could not be made; the next save or search tries again")
                return
            if not filled:
                return
            log.debug("Made vectors for %d memories", filled)
            self._stopped.wait(_PAUSE)
