"""The mirror: every memory as a Markdown page in the data directory, while the setting `mirror` is on.

A save does not wait for it. Whoever has written starts, when it closes, a process of its own that brings along what
has changed; a process that lives long does it itself when it is idle. Each run takes what came until then, so pages
are at most one command behind.
"""

from __future__ import annotations

import os

from contextfs.api.engine import Engine
from contextfs.api.moving_out import EVERYTHING, write_tree
from contextfs.errors import InvalidInput
from contextfs.exchange import manifest as manifests
from contextfs.exchange.exporters.tree import Tree


def refresh(engine: Engine) -> int:
    """Bring the tree up to date; returns how many pages were written or removed, 0 where the mirror is off."""
    if not engine.settings.flag("mirror") or is_current(engine):
        return 0
    exported = write_tree(engine, EVERYTHING, engine.settings.data_dir)
    return len(exported.written) + len(exported.removed)


def forget(engine: Engine, subject: str) -> list[str]:
    """Remove the page of what was erased, whatever somebody wrote on it; returns its path where it could not."""
    root = manifests.root_of(engine.settings.data_dir)
    try:
        _remove(root, subject)
    except InvalidInput:  # another process writes the tree, or nobody may: the receipt has to say so
        return _page(root, subject)
    return []


def _page(root: str, subject: str) -> list[str]:
    try:
        path = manifests.load(root).paths().get(subject)
    except InvalidInput:
        return [root]
    return [os.path.join(root, *path.split("/"))] if path else []


def _remove(root: str, subject: str) -> None:
    with manifests.alone(root):
        manifest = manifests.load(root)
        tree = Tree(root, manifest, lambda _subject, _revision: None, force=True)
        tree.remove([subject])
        manifests.save(root, manifest)


def is_current(engine: Engine) -> bool:
    """Whether nothing was changed since the tree was written."""
    manifest = manifests.load(manifests.root_of(engine.settings.data_dir))
    with engine.store.reading() as view:
        return view.archive.last() == (manifest.seq, manifest.change)
