"""context.db: the SQLite store of contextfs 0.2 and older, whatever its schema version, with its sessions.

Columns are read by name, since each version added some; its full-text index is never touched, since an update damages
it. What it indexed by itself (its rows say so in their metadata) is marked as automatic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.namespaces import namespace_name
from contextfs.domain.transcript import Heading, Turn
from contextfs.errors import InvalidInput
from contextfs.exchange import cleaning
from contextfs.exchange.sqlite_source import MAGIC, Database, holds, opened

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_TABLES = {
    "memories": frozenset(("id", "content", "type", "namespace_id", "created_at")),
    "sessions": frozenset(("id", "tool", "started_at")),
}
_REPLACES = ("supersedes", "evolved_from", "merged_from", "split_from")
_REPLACED = ("superseded_by", "evolved_into", "merged_into", "split_into")
_ROLES = {"human": "user", "ai": "assistant", "model": "assistant", "function": "tool"}


def sniff(head: Head) -> bool:
    """Whether this is such a store."""
    return head.data.startswith(MAGIC) and bool(head.path) and holds(head.path, _TABLES)


def places(environ: Mapping[str, str]) -> list[str]:
    """Where it lies unless somebody moved it."""
    moved = environ.get("CONTEXTFS_DATA_DIR")
    return [f"{moved}/context.db"] if moved else ["~/.contextfs/context.db"]


def read(source: Source) -> Iterator[Incoming | LeftOut | Heading | Turn]:
    """Its memories, then its sessions with their messages."""
    with opened(source.path, source.name) as database:
        repositories = {
            cleaning.text(row["id"]): cleaning.text(row.get("repo_path"))
            for row in database.rows("namespaces", "id")
        }
        edges = _Edges(database)
        sessions = {
            cleaning.text(row["id"]): (_tool(row), cleaning.text(row["id"]))
            for row in database.rows("sessions", "started_at")
        }
        for row in database.rows("memories", "created_at"):
            yield _memory(row, repositories, edges, sessions)
        yield from _sessions(database)


class _Edges:
    """The links between memories: which one replaces which, and all others by name."""

    def __init__(self, database: Database) -> None:
        self.replaced: dict[str, list[str]] = {}
        self.others: dict[str, list[tuple[str, str]]] = {}
        for row in database.rows("memory_edges", "created_at"):
            start, end = cleaning.text(row.get("from_id")), cleaning.text(row.get("to_id"))
            relation = cleaning.line(row.get("relation"))
            if row.get("deleted_at") or not (start and end and relation):
                continue
            if relation in _REPLACES:
                self.replaced.setdefault(start, []).append(end)
            elif relation in _REPLACED:
                self.replaced.setdefault(end, []).append(start)
            elif relation != "related_to" or row.get("created_by") not in {None, "", "auto", "auto_link"}:
                self.others.setdefault(start, []).append((relation, end))


def _memory(
    row: Mapping[str, Any],
    repositories: Mapping[str, str],
    edges: _Edges,
    sessions: Mapping[str, tuple[str, str]],
) -> Incoming | LeftOut:
    key = cleaning.text(row["id"])
    if row.get("deleted_at"):
        return LeftOut("deleted there", key)
    content = cleaning.text(row.get("content"))
    if not content.strip():
        return LeftOut("without text", key)
    metadata = cleaning.mapping(row.get("metadata"))
    automatic = bool(metadata.pop("auto_indexed", False))
    metadata.update(cleaning.foreign_kind(row.get("type")))
    file = cleaning.line(row.get("relative_path") or row.get("source_file"))
    namespace = cleaning.line(row.get("namespace_id"))
    if row.get("authoritative"):
        metadata["authoritative"] = True
    return Incoming(
        key,
        Draft(
            content,
            type=cleaning.kind(row.get("type")),
            tags=cleaning.tags(cleaning.sequence(row.get("tags"))),
            summary=cleaning.text(row.get("summary")),
            project=cleaning.line(row.get("project")) or None,
            metadata=metadata,
            files=(file,) if file else (),
            source_tool=cleaning.line(row.get("source_tool")) or "contextfs",
            source_repo=cleaning.line(row.get("repo_name") or row.get("source_repo")),
            created_at=cleaning.past(row.get("created_at")),
            updated_at=cleaning.past(row.get("updated_at")),
            structured=cleaning.mapping(row.get("structured_data")),
        ),
        directory=repositories.get(namespace, ""),
        remote=cleaning.text(row.get("repo_url")),
        fallback=_name(namespace),
        session=sessions.get(cleaning.text(row.get("session_id"))),
        supersedes=edges.replaced.get(key, ()),
        links=edges.others.get(key, ()),
        automatic=automatic,
        where=key,
    )


def _name(namespace: str) -> str:
    try:
        return namespace_name(namespace)
    except InvalidInput:
        return ""


def _sessions(database: Database) -> Iterator[Heading | Turn | LeftOut]:
    messages: dict[str, list[Turn]] = {}
    for row in database.rows("messages", "timestamp"):
        role = cleaning.line(row.get("role")).lower()
        turn = Turn(
            cleaning.text(row.get("id")),
            _ROLES.get(role, role if role in {"user", "assistant", "tool", "system"} else "user"),
            cleaning.text(row.get("content")),
            cleaning.past(row.get("timestamp"), local=True),
            cleaning.mapping(row.get("metadata")),
        )
        messages.setdefault(cleaning.text(row.get("session_id")), []).append(turn)
    for row in database.rows("sessions", "started_at"):
        key = cleaning.text(row["id"])
        if row.get("deleted_at"):
            yield LeftOut("deleted there", key)
            continue
        yield _heading(key, row)
        yield from messages.pop(key, [])
    for key in messages:
        yield LeftOut("messages of a session that is not there", key)


def _tool(row: Mapping[str, Any]) -> str:
    return cleaning.line(row.get("tool")) or "contextfs"


def _heading(key: str, row: Mapping[str, Any]) -> Heading:
    return Heading(
        key,
        _tool(row),
        title=cleaning.line(row.get("label")),
        started_at=cleaning.past(row.get("started_at"), local=True),
        ended_at=cleaning.past(row.get("ended_at"), local=True),
        directory=cleaning.text(row.get("repo_path")),
        repo=cleaning.line(row.get("repo_name")),
        branch=cleaning.line(row.get("branch")),
        summary=cleaning.text(row.get("summary")),
        metadata=cleaning.mapping(row.get("metadata")),
    )
