"""Between rows of the `memory` table and Memory values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from contextfs.domain.clock import Timestamp, to_micros
from contextfs.domain.digest import content_hash
from contextfs.domain.memory import NO_METADATA, Memory
from contextfs.domain.memory_state import known_type

COLUMNS = (
    "id, content, type, summary, tags, source_tool, source_repo, project, metadata, status, branch, git_commit,"
    " author, device, created_at, updated_at, session_id, files, supersedes, superseded_by, owner, review_at,"
    " expires_at, structured"
)
SELECT = f"SELECT memory.row, (SELECT name FROM namespace WHERE id = memory.namespace), {COLUMNS} FROM memory"
PUT = f"INSERT OR REPLACE INTO memory(row, content_hash, {COLUMNS}) VALUES ({', '.join('?' * 26)})"

Row = Sequence[Any]


def memory_of_row(row: Row) -> Memory:
    """The memory that a row of `SELECT` holds."""
    return Memory(
        content=row[3],
        type=known_type(row[4]),
        tags=_texts(row[6]),
        summary=row[5],
        source_tool=row[7],
        source_repo=row[8],
        project=row[9],
        metadata=_mapping(row[10]),
        id=row[2].hex(),
        namespace=row[1],
        status=row[11],
        branch=row[12],
        commit=row[13],
        author=row[14],
        device=row[15],
        created_at=Timestamp.from_micros(row[16]),
        updated_at=Timestamp.from_micros(row[17]),
        session_id=row[18],
        files=_texts(row[19]),
        supersedes=_texts(row[20]),
        superseded_by=row[21],
        owner=row[22],
        review_at=_moment(row[23]),
        expires_at=_moment(row[24]),
        structured=_mapping(row[25]),
    )


def created_at(row: Row) -> int:
    """When the memory of a row of `SELECT` was made, in microseconds since 1970."""
    return row[16]


def row_of_memory(row: int, memory: Memory) -> tuple[object, ...]:
    """The values of `PUT`."""
    return (
        row,
        content_hash(memory.content),
        bytes.fromhex(memory.id),
        memory.content,
        str(memory.type),
        memory.summary,
        _list(memory.tags),
        memory.source_tool,
        memory.source_repo,
        memory.project,
        _object(memory.metadata),
        memory.status,
        memory.branch,
        memory.commit,
        memory.author,
        memory.device,
        _micros(memory.created_at),
        _micros(memory.updated_at),
        memory.session_id,
        _list(memory.files),
        _list(memory.supersedes),
        memory.superseded_by,
        memory.owner,
        _micros(memory.review_at),
        _micros(memory.expires_at),
        _object(memory.structured),
    )


def _texts(text: str) -> tuple[str, ...]:
    return tuple(cast("list[str]", json.loads(text))) if text else ()


def _list(texts: Sequence[str]) -> str:
    return _json(list(texts)) if texts else ""


def _mapping(text: str) -> Mapping[str, object]:
    return cast("dict[str, object]", json.loads(text)) if text else NO_METADATA


def _object(mapping: Mapping[str, object]) -> str:
    return _json(dict(mapping)) if mapping else ""


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _moment(micros: int | None) -> Timestamp | None:
    return None if micros is None else Timestamp.from_micros(micros)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)
