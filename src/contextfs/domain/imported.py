"""What an import is asked to do, and what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contextfs.domain.memory import NO_METADATA


class Options(NamedTuple):
    """How to import; what is empty is told from the source."""

    format: str = ""
    namespace: str = ""
    """For everything; else each conversation goes where its directory belongs."""
    project: str = ""
    tags: Sequence[str] = ()
    dry_run: bool = False
    again: bool = False
    """Read what has not changed since the last import too, and bring back what was deleted meanwhile."""
    force: bool = False
    """Where a memory was changed here and in the source, take what the source says."""
    delete_missing: bool = False
    """Delete the memories whose pages somebody has deleted."""
    allow_secret: bool = False
    """Take in what looks like it holds a secret."""
    indexed: bool = False
    """Also what another tool made by itself out of repositories."""


class Taken(NamedTuple):
    """What came of one source."""

    source: str
    format: str
    kind: str
    """`conversation` or `memories`."""
    unchanged: bool = False
    """It is as it was at the last import and was not read again."""
    sessions: int = 0
    """New ones."""
    grown: int = 0
    """Sessions that were there and have more messages now."""
    same: int = 0
    """Sessions with nothing new."""
    messages: int = 0
    """New ones."""
    memories: int = 0
    """New ones."""
    changed: int = 0
    """Memories that were there and were updated."""
    known: int = 0
    """Memories with nothing new."""
    redacted: int = 0
    """Secrets that were replaced in messages."""
    deleted: int = 0
    """Left out because they were deleted here; `again` brings them back."""
    erased: int = 0
    """Left out because they were erased here, for ever."""
    unread: Mapping[str, int] = NO_METADATA
    """What no rule reads, and how often it was met."""
    namespaces: Mapping[str, int] = NO_METADATA
    """Where new and grown sessions, or new memories, are."""
    ids: Sequence[str] = ()
    """Of the sessions or memories it holds, in their order."""
    notes: Sequence[str] = ()
    """What else somebody should know, such as where the file is damaged."""
    refused: Sequence[tuple[str, str]] = ()
    """Memories that were not taken in, since they hold a secret or a value that cannot be: where, and why."""
    conflicts: Sequence[tuple[str, str]] = ()
    """Memories that were changed here and in the source: where, and in which fields; `force` takes the source's."""
    missing: Sequence[tuple[str, str]] = ()
    """Pages that somebody deleted: path and memory; `delete_missing` deletes the memories too."""
    gone: int = 0
    """Memories deleted because their pages were."""
    diff: str = ""
    """What the edits of pages would change, as a unified diff; only of a dry run."""


class Imported(NamedTuple):
    """What came of everything that was named."""

    taken: Sequence[Taken] = ()
    refused: Sequence[tuple[str, str]] = ()
    """Files that no format fits, or that cannot be read: their name and why."""
    dry_run: bool = False
    stopped: bool = False
    """Somebody interrupted it; what was imported until then is whole."""
    passed: int = 0
    """Files in folders and archives that no format fits."""


class Found(NamedTuple):
    """What one tool keeps on this machine."""

    format: str
    kind: str
    sentence: str
    paths: Sequence[str]
    size: int
    """Bytes of all of it."""
