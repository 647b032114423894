"""Workers: processes of our own that read files, look for secrets, cut passages and embed them, one for each core.

They are started as commands and not forked: the process that indexes may have threads and an open store, and whoever
calls from a script need not guard its first lines. What goes through the pipes comes from us alone.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Generator, Iterable, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from contextfs.capture.screen import secrets_in
from contextfs.domain.indexed import FileRead
from contextfs.indexing import readers, tree
from contextfs.indexing.choosing import text_of

if TYPE_CHECKING:
    import subprocess

    from contextfs.domain.memory import Embedded
    from contextfs.embedding.provider import ProviderSettings

WORTH = 150
"""Files from which on starting processes pays."""
_TASK = 24
"""Files that a worker gets at once."""


_START = "from contextfs.api.index_worker import main; main()"


class Worked(NamedTuple):
    """A file that was read, with the vectors of its passages where they were made at once."""

    file: FileRead
    embedded: Sequence[Embedded | None]


class _Order(NamedTuple):
    root: str
    settings: ProviderSettings | None


def read(root: str, entry: tree.Entry) -> FileRead | None:
    """A file as passages, or why it has none; None when it is not there any more."""
    data = tree.content(root, entry.path)
    if data is None:
        return None
    file = readers.read(entry.path, entry.source, data)
    found = [] if file.verdict else secrets_in(text_of(data))
    return FileRead(entry.path, entry.source, f"secret: {found[0].kind}") if found else file


def alone(root: str, entries: Iterable[tree.Entry]) -> Generator[Worked]:
    """The same without other processes; the vectors are made by whoever asks."""
    for entry in entries:
        file = read(root, entry)
        if file:
            yield Worked(file, [None] * len(file.passages))


def work(root: str, entries: Sequence[tree.Entry], settings: ProviderSettings | None) -> Generator[Worked]:
    """Read the files by as many processes as there are cores, in their order."""
    workers = [_Worker(_Order(root, settings)) for _ in range(min(os.cpu_count() or 1, 16))]
    try:
        tasks = [entries[start : start + _TASK] for start in range(0, len(entries), _TASK)]
        for number, task in enumerate(tasks[: len(workers)]):
            workers[number].give(task)
        for number, task in enumerate(tasks):
            worker = workers[number % len(workers)]
            try:
                done = worker.take()
                following = number + len(workers)
                if following < len(tasks):
                    worker.give(tasks[following])
            except (OSError, EOFError, pickle.UnpicklingError):  # it was killed: its files are read here
                done = list(alone(root, task))
            yield from done
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """The near end of one process."""

    def __init__(self, order: _Order) -> None:
        import subprocess

        source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        environ = dict(os.environ)
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environ.get("PYTHONPATH", ""))))
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
            start_new_session=True,  # Ctrl-C is for the process that indexes, which ends this one
        )
        self._send(order)

    def _send(self, value: object) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        pickle.dump(value, pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()

    def give(self, task: Sequence[tree.Entry]) -> None:
        """Let it read these files."""
        self._send(task)

    def take(self) -> list[Worked]:
        """What it made of the oldest files that it was given."""
        return cast("list[Worked]", pickle.load(cast("IO[bytes]", self._process.stdout)))  # noqa: S301 - ours

    def end(self) -> None:
        """Let it go; what it is doing is not wanted any more."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                cast("IO[bytes]", pipe).close()
            except OSError:  # what was still to be written has nobody to read it
                pass
        self._process.wait()


def main() -> None:
    """The far end: orders in, files out, until nobody asks any more."""
    try:
        _serve()
    except (OSError, EOFError):  # who asked is gone
        os._exit(0)  # without the words about a broken pipe that an ordinary end would say


def _serve() -> None:
    given, told = sys.stdin.buffer, sys.stdout.buffer
    order = cast("_Order", pickle.load(given))  # noqa: S301 - ours
    embedder = None
    if order.settings:
        from contextfs.capture.embedder import Embedder

        embedder = Embedder(order.settings)
    while True:
        try:
            task = cast("list[tree.Entry]", pickle.load(given))  # noqa: S301 - ours
        except EOFError:
            return
        files = [file for entry in task if (file := read(order.root, entry))]
        texts = [(one.embedded,) for file in files for one in file.passages]
        vectors = iter(embedder.embed_passages(texts) if embedder else [None] * len(texts))
        done = [Worked(file, [next(vectors) for _ in file.passages]) for file in files]
        pickle.dump(done, told, pickle.HIGHEST_PROTOCOL)
        told.flush()
