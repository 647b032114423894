"""claude-mem: its database (claude-mem.db) or the JSON that its export script writes.

An observation becomes a memory of the type that its own type means, a session summary an episodic one. What people
typed is a conversation, and comes better from the transcripts of the assistant itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.memory_types import MemoryType
from contextfs.exchange import cleaning
from contextfs.exchange.json_stream import pieces
from contextfs.exchange.sqlite_source import MAGIC, holds, opened

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_TABLES = {"observations": frozenset(("id", "project", "type", "created_at"))}
_PARTS = (
    ("request", "Request"),
    ("investigated", "Investigated"),
    ("learned", "Learned"),
    ("completed", "Completed"),
    ("next_steps", "Next steps"),
    ("notes", "Notes"),
)


def sniff(head: Head) -> bool:
    """Whether this is its database or its export."""
    if head.data.startswith(MAGIC):
        return bool(head.path) and holds(head.path, _TABLES)
    start = head.data[:4096]
    return b'"observations"' in head.data and (
        b'"totalObservations"' in start or b'"exportedAtEpoch"' in start
    )


def places(_environ: Mapping[str, str]) -> list[str]:
    """Where it lies unless somebody moved it."""
    return ["~/.claude-mem/claude-mem.db"]


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """Its observations and summaries."""
    if source.head.data.startswith(MAGIC):
        with opened(source.path, source.name) as database:
            for row in database.rows("observations", "created_at_epoch"):
                yield _observation(row)
            for row in database.rows("session_summaries", "created_at_epoch"):
                yield _summary(row)
        return
    prompts = 0
    with source.opened() as file:
        for name, value in pieces(file, ("observations", "summaries", "prompts")):
            if name == "observations":
                yield _observation(_row(value))
            elif name == "summaries":
                yield _summary(_row(value))
            prompts += name == "prompts"
    if prompts:
        yield LeftOut(
            "what people typed, which their assistant's transcripts hold whole", f"{prompts} prompts"
        )


def _row(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _session(row: Mapping[str, Any]) -> str:
    return cleaning.line(row.get("memory_session_id") or row.get("sdk_session_id"))


def _when(row: Mapping[str, Any]) -> Any:
    return cleaning.past(row.get("created_at_epoch")) or cleaning.past(row.get("created_at"))


def _observation(row: Mapping[str, Any]) -> Incoming | LeftOut:
    title = cleaning.line(row.get("title"))
    # The export numbers anew what it takes in, so a row's own number does not name it on two machines.
    key = f"observation {_session(row)} {row.get('created_at_epoch')} {title}"
    facts = "\n".join(f"- {fact}" for fact in cleaning.lines(row.get("facts")))
    told = [cleaning.text(row.get(name)).strip() for name in ("subtitle", "narrative", "text")]
    body = "\n\n".join(dict.fromkeys(part for part in (*told, facts) if part))
    content = f"# {title}\n\n{body}" if title and body else title or body
    if not content:
        return LeftOut("without text", f"observation {row.get('id')}")
    files = dict.fromkeys(
        (*cleaning.lines(row.get("files_modified")), *cleaning.lines(row.get("files_read")))
    )
    return Incoming(
        key,
        Draft(
            content,
            type=cleaning.kind(row.get("type")),
            tags=cleaning.tags(cleaning.sequence(row.get("concepts"))),
            summary=title,
            project=cleaning.line(row.get("project")) or None,
            metadata=cleaning.foreign_kind(row.get("type")),
            files=tuple(cleaning.line(file) for file in files),
            source_tool="claude-mem",
            created_at=_when(row),
            session_id=_session(row),
        ),
        where=f"observation {row.get('id')}",
    )


def _summary(row: Mapping[str, Any]) -> Incoming | LeftOut:
    parts = [(label, cleaning.text(row.get(name)).strip()) for name, label in _PARTS]
    content = "\n\n".join(f"## {label}\n\n{told}" for label, told in parts if told)
    if not content:
        return LeftOut("without text", f"summary {row.get('id')}")
    files = dict.fromkeys((*cleaning.lines(row.get("files_edited")), *cleaning.lines(row.get("files_read"))))
    return Incoming(
        f"summary {_session(row)} {row.get('created_at_epoch')}",
        Draft(
            content,
            type=MemoryType.EPISODIC,
            tags=("session-summary",),
            summary=cleaning.line(row.get("request")),
            project=cleaning.line(row.get("project")) or None,
            files=tuple(cleaning.line(file) for file in files),
            source_tool="claude-mem",
            created_at=_when(row),
            session_id=_session(row),
        ),
        where=f"summary {row.get('id')}",
    )
