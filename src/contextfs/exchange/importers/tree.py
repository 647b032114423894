"""contextfs-markdown: the tree that an export wrote, with what a person has made of it since."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from contextfs.domain.incoming import LeftOut
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput
from contextfs.exchange import manifest as manifests
from contextfs.exchange.folder import leads_out
from contextfs.exchange.page import Paged, belongs, read_page
from contextfs.exchange.slug import namespace_of

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_SUFFIX = ".md"
_LOOKED_AT = 5


class Missing(NamedTuple):
    """A file that an export wrote and that is not there any more, under any name."""

    path: str
    id: str
    revision: str


def sniff(head: Head) -> bool:
    """Whether the folder has a tree of ours in it, or the file is a page of one."""
    if head.folder:
        root = manifests.tree_of(head.path)
        return os.path.exists(os.path.join(root, manifests.NAME)) or _has_pages(root)
    return head.name.endswith(_SUFFIX) and belongs(head.text)


def _has_pages(root: str) -> bool:
    """Whether a tree that lost its manifest is one of ours: a clone, or an export that was killed."""
    return any(
        belongs(manifests.read_file(os.path.join(root, path)) or "")
        for path in islice(pages(root), _LOOKED_AT)
    )


def read(source: Source) -> Iterator[Paged | Missing | LeftOut]:
    """Every page, then what is missing; a page that cannot be read is left out, and is not missing."""
    if not source.folder:
        yield read_page(source.base, manifests.read_file(source.path) or "")
        return
    root = manifests.tree_of(source.path)
    known = manifests.load(root)
    here: set[str] = set()
    broken: set[str] = set()
    for path in pages(root):
        try:
            page = read_page(path, manifests.read_file(os.path.join(root, path)) or "")
        except InvalidInput as error:
            broken.add(path)
            yield LeftOut(error.message, path)
            continue
        if page.id in here:  # a copy of a page: a new memory in which nothing says whose copy it is
            page = page._replace(id="", revision="")
        here.add(page.id)
        yield _placed(page) if not page.id else page
    for path, written in sorted(known.files.items()):
        if written.id not in here and path not in broken:
            yield Missing(path, written.id, written.revision)


def pages(root: str) -> Iterator[str]:
    """The Markdown files of a tree, by their paths in it; those that the manifest knows come first."""
    known = manifests.load(root).files
    found: list[str] = []
    for directory, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        inside = os.path.relpath(directory, root).replace(os.sep, "/")
        notes = (
            name
            for name in names
            if name.lower().endswith(_SUFFIX)
            and name[0] != "."
            and not leads_out(root, os.path.join(directory, name))
        )
        found.extend(name if inside == "." else f"{inside}/{name}" for name in notes)
    yield from sorted(found, key=lambda path: (path not in known, path))


def _placed(page: Paged) -> Paged:
    """A new page with what its folders say and its block does not."""
    folders = page.path.split("/")[:-1]
    told: dict[str, object] = {}
    if folders:
        told["namespace"] = namespace_of(folders[0])
    if len(folders) > 1 and folders[1] in set(MemoryType):
        told["type"] = folders[1]
    return page._replace(given={**told, **page.given})
