"""The Markdown tree: `namespaces/<namespace>/<type>/<slug>.md`, kept current without undoing what a person did to it.

A file is written over only when it still reads as it was written; an edited one is left and named, a deleted one stays
deleted until somebody says what is meant, and a file that is not ours is never touched.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from contextfs.domain.exported import Exported
from contextfs.domain.memory import Memory
from contextfs.errors import InvalidInput
from contextfs.exchange import manifest as manifests
from contextfs.exchange.importers.tree import pages
from contextfs.exchange.manifest import Manifest, Written, mark
from contextfs.exchange.page import page_of, read_page
from contextfs.exchange.slug import folder_of, slug


class Shown(NamedTuple):
    """A memory as it stands, with its revision."""

    memory: Memory
    revision: str


Then = Callable[[str, str], Memory | None]
"""Memory id and revision -> the memory as it stood then, None where that is not known."""


class Tree:
    """One tree on disk while it is brought up to date."""

    def __init__(self, root: str, manifest: Manifest, then: Then, *, force: bool = False) -> None:
        self._root = root
        self._then = then
        self._force = force
        self.manifest = manifest
        self._paths = manifest.paths()
        self._taken = {path.lower() for path in manifest.files}
        self._strays: dict[str, str] | None = None
        self._written: list[str] = []
        self._removed: list[str] = []
        self._edited: list[str] = []
        self._missing: list[str] = []

    @property
    def report(self) -> Exported:
        """What was done so far."""
        return Exported(self._written, self._removed, self._edited, self._missing)

    def put(self, shown: Iterable[Shown]) -> None:
        """Write the pages of these memories, where nobody has edited or deleted them."""
        for one in shown:
            self._put(one)

    def adopt(self, pages: Mapping[str, str]) -> None:
        """Take files that a person wrote for the pages of the memories that they became."""
        for path, subject in pages.items():
            if subject not in self._paths:
                self.manifest.files[path] = Written(subject, "", "")
                self._paths[subject] = path
                self._taken.add(path.lower())

    def remove(self, subjects: Iterable[str]) -> None:
        """Remove the pages of memories that are gone, where nobody has edited them."""
        for subject in subjects:
            path = self._paths.get(subject)
            if path is None:
                continue
            text = manifests.read_file(self._at(path))
            if text is None and (elsewhere := self._elsewhere(subject)):
                self._rename(path, elsewhere)
                path, text = elsewhere, manifests.read_file(self._at(elsewhere))
            if text is not None and mark(text) != self.manifest.files[path].hash and not self._force:
                self._edited.append(path)
                continue
            if text is not None:
                os.unlink(self._at(path))
                self._removed.append(path)
            self._forget(path)

    def _put(self, shown: Shown) -> None:
        subject = shown.memory.id
        path = self._paths.get(subject)
        if path is None:
            self._create(shown)
            return
        known = self.manifest.files[path]
        moved = not path.startswith(self._folder(shown.memory) + "/")
        if known.revision == shown.revision and os.path.exists(self._at(path)) and not self._force:
            return
        text = manifests.read_file(self._at(path))
        if text is None and (elsewhere := self._elsewhere(subject)):
            self._rename(path, elsewhere)
            path, text, moved = elsewhere, manifests.read_file(self._at(elsewhere)), False
        if text is None and not self._force:
            self._missing.append(path)
        elif text is not None and mark(text) != known.hash and not self._force:
            self._edited.append(path)
        elif moved:
            if text is not None:
                os.unlink(self._at(path))
            self._forget(path)
            self._create(shown)
        else:
            self._write(path, shown, text)

    def _create(self, shown: Shown) -> None:
        """Write the page of a memory that has none, unless somebody put one of it here."""
        found = self._elsewhere(shown.memory.id)
        if found is None:
            self._write(self._free(shown.memory), shown, None)
            return
        text = manifests.read_file(self._at(found))
        if self._force or self._as_written(found, text, shown):
            self._write(found, shown, text)
        else:
            self._edited.append(found)

    def _as_written(self, path: str, text: str | None, shown: Shown) -> bool:
        """Whether a page that no manifest knows reads as an export once wrote it: nobody has edited it."""
        if text is None or text == page_of(*shown):
            return True
        revision = read_page(path, text).revision
        then = self._then(shown.memory.id, revision)
        return then is not None and text == page_of(then, revision)

    def _write(self, path: str, shown: Shown, before: str | None) -> None:
        text = page_of(*shown)
        if text != before:
            manifests.write_file(self._at(path), text)
            self._written.append(path)
        self.manifest.files[path] = Written(shown.memory.id, shown.revision, mark(text))
        self._paths[shown.memory.id] = path
        self._taken.add(path.lower())

    def _free(self, memory: Memory) -> str:
        """A path that nothing has, on systems that do not tell capitals apart either."""
        base = f"{self._folder(memory)}/{slug(memory.title)}"
        for name in (base, f"{base}-{memory.short_id}", f"{base}-{memory.id}"):
            path = f"{name}.md"
            if path.lower() not in self._taken and not os.path.exists(self._at(path)):
                return path
        raise InvalidInput(f"Every name for memory {memory.short_id} is taken under {base}.")

    def _elsewhere(self, subject: str) -> str | None:
        """The file, not one that we know, that says it is the page of this memory: renamed, or copied from afar."""
        if self._strays is None:
            self._strays = {}
            for path in pages(self._root):
                if path not in self.manifest.files and (found := self._id_in(path)):
                    self._strays.setdefault(found, path)
        return self._strays.get(subject)

    def _id_in(self, path: str) -> str:
        try:
            return read_page(path, manifests.read_file(self._at(path)) or "").id
        except InvalidInput:
            return ""

    def _rename(self, before: str, after: str) -> None:
        self.manifest.files[after] = self.manifest.files[before]
        self._forget(before)
        self._paths[self.manifest.files[after].id] = after

    def _forget(self, path: str) -> None:
        self._paths.pop(self.manifest.files.pop(path).id, None)
        self._taken.discard(path.lower())

    def _folder(self, memory: Memory) -> str:
        return f"{folder_of(memory.namespace)}/{folder_of(str(memory.type))}"

    def _at(self, path: str) -> str:
        return os.path.join(self._root, *path.split("/"))
