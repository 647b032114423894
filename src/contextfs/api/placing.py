"""Placing: to which namespace and repository a conversation belongs that was held in some directory, here or elsewhere.

A directory of this machine has the namespace that everything saved there gets. One that is not here is known by its
remote, else by its path: what comes from different places is never thrown together into the current namespace.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

from contextfs.domain.digest import digest
from contextfs.domain.namespaces import GLOBAL
from contextfs.domain.remotes import normalise_remote
from contextfs.domain.transcript import Heading
from contextfs.errors import ContextFSError
from contextfs.workspace import locate, namespace_of

_NAME = re.compile(r"[^a-z0-9]+")


class Place(NamedTuple):
    """Where a conversation belongs."""

    namespace: str
    repo: str = ""


class _Unset:
    """Settings that say nothing: those of this machine are about the current directory."""

    def resolve(self, name: str) -> tuple[object, str]:  # noqa: ARG002 - the signature of settings
        """No value."""
        return "", ""


def place_of(heading: Heading, default: str = GLOBAL) -> Place:
    """Where a conversation belongs; `default` where it does not say."""
    return _place(heading.directory, heading.repo, default)


@cache
def _place(directory: str, repo: str, default: str) -> Place:
    remote = normalise_remote(repo)
    name = remote.rpartition("/")[2] or repo.rpartition("/")[2] or _last(directory)
    if _may_be_here(directory) and os.path.isdir(directory):
        try:
            here = locate(_Unset(), directory, environ={})
            return Place(here.namespace, here.repo)
        except ContextFSError:  # a file in it that cannot be read is no reason to lose the conversation
            pass
    if remote:
        return Place(namespace_of(remote), name)
    if directory:
        slug = _NAME.sub("-", _last(directory).lower()).strip("-")[:40] or "root"
        return Place(f"dir-{slug}-{digest(directory)[:6]}", name)
    return Place(default, name)


def _may_be_here(directory: str) -> bool:
    """Whether to look for a directory: never for one on another machine, since looking would log in there."""
    return os.path.isabs(directory) and not directory.startswith(("//", "\\\\"))


def _last(directory: str) -> str:
    return re.split(r"[/\\]", directory.rstrip("/\\"))[-1]
