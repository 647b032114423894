"""Uploads: a file that somebody dropped on the page, what it holds, and how far its import has come."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import zipfile
from collections.abc import AsyncIterator, Sequence

from contextfs.api import ContextFS
from contextfs.domain.clock import new_id
from contextfs.domain.imported import Imported
from contextfs.errors import ContextFSError, InvalidInput
from contextfs.web.lanes import Lanes

_MOST = 100
"""Uploads that are kept at once; the oldest that is done with goes first."""
_MOST_PAGES, _MOST_UNPACKED = 500_000, 2 * 1024**3
"""What an archive of pages may hold."""


class Job:
    """One import: what it reads, how far it is, and what came of it."""

    def __init__(self, name: str, paths: Sequence[str], directory: str = "") -> None:
        self.id = new_id()[:12]
        self.name = name
        self.paths = list(paths)
        self._directory = directory
        """What is removed when it is done; empty where the files are somebody's own."""
        self.done = 0
        self.total = 0
        self.running = False
        self.result: Imported | None = None
        self.error: ContextFSError | None = None

    def look(self, ctx: ContextFS) -> Imported:
        """What importing would do, without doing it."""
        return ctx.import_files(self.paths, dry_run=True)

    def run(self, ctx: ContextFS) -> None:
        """Import, telling how far it is."""
        try:
            self.result = ctx.import_files(self.paths, progress=self._came)
        except ContextFSError as error:
            self.error = error
        finally:
            self.running = False
            self.clear()

    def _came(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def clear(self) -> None:
        """Remove what was uploaded."""
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)


class Uploads:
    """The imports of one web process."""

    def __init__(self, ctx: ContextFS, lanes: Lanes) -> None:
        self._ctx = ctx
        self._lanes = lanes
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    async def take(self, name: str, chunks: AsyncIterator[bytes]) -> Job:
        """Write what comes into a file of its own, which only we can read, as it comes."""
        directory = tempfile.mkdtemp(prefix="contextfs-upload-")
        path = os.path.join(directory, _plain(name))
        try:
            with await self._lanes.run("import", lambda: open(path, "xb")) as file:
                async for chunk in chunks:
                    await self._lanes.run("import", lambda chunk=chunk: file.write(chunk))
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        opened = await self._lanes.run("import", lambda: _opened(path))
        return self.keep(Job(name or "file", [opened], directory))

    def keep(self, job: Job) -> Job:
        """Remember an import that may be begun."""
        with self._lock:
            self._jobs[job.id] = job
            spare = [one for one in self._jobs.values() if not one.running and one is not job]
            for old in spare[: max(0, len(self._jobs) - _MOST)]:
                self._jobs.pop(old.id).clear()
        return job

    def job(self, name: str) -> Job:
        """The import of this id; raises InvalidInput for one that is not kept any more."""
        found = self._jobs.get(name)
        if found is None:
            raise InvalidInput("This upload is not kept any more.", hint="Drop the file again.")
        return found

    def start(self, job: Job) -> None:
        """Begin an import; it goes on in the background."""
        with self._lock:
            if job.running or job.result:
                return
            job.running = True
        self._lanes.start("import", lambda: job.run(self._ctx))

    def stop(self) -> None:
        """Remove everything that was uploaded."""
        for job in self._jobs.values():
            job.clear()


def _plain(name: str) -> str:
    """A file name that leads nowhere else; its ending stays, since it may say what the file is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w.-]", "_", last)[-120:].lstrip(".") or "file"


def _opened(path: str) -> str:
    """What to import: of an archive of pages that our own export made, the folder it was; else the file as it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.endswith((".md", ".json"))]
            if not any(one.filename.rpartition("/")[2] == ".contextfs.json" for one in members):
                return path
            if len(members) > _MOST_PAGES or sum(one.file_size for one in members) > _MOST_UNPACKED:
                return path
            folder = f"{path}.pages"
            archive.extractall(folder, members)  # which leads no name out of the folder
            return folder
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return path  # the importers say what is wrong with it
