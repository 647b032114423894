"""pact: the memory.db of the PACT memory skill, in both shapes that it has had.

Its columns are read by name. A list may stand there as a list, as one text, or as a text taken apart into its letters
(a fault of one of its versions): the last says nothing any more and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from contextfs.domain.incoming import Incoming, LeftOut
from contextfs.domain.memory import Draft
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record import PARTS, PRIORITIES, STATUSES, record_of
from contextfs.domain.record_memory import content_of, structured_of, tags_of, title_of
from contextfs.errors import InvalidInput
from contextfs.exchange import cleaning
from contextfs.exchange.sqlite_source import MAGIC, Database, holds, opened

if TYPE_CHECKING:
    from contextfs.exchange.source import Head, Source

_TABLES = {
    "memories": frozenset(("id", "context", "goal", "lessons_learned", "decisions", "entities", "created_at"))
}
_TEXT_LISTS = ("lessons_learned", "reasoning_chains", "agreements_reached", "disagreements_resolved")
_HEX = frozenset("0123456789abcdef")


def sniff(head: Head) -> bool:
    """Whether this is such a store."""
    return head.data.startswith(MAGIC) and bool(head.path) and holds(head.path, _TABLES)


def places(_environ: Mapping[str, str]) -> list[str]:
    """Where it always lies."""
    return ["~/.claude/pact-memory/memory.db"]


def read(source: Source) -> Iterator[Incoming | LeftOut]:
    """Its records, oldest first."""
    with opened(source.path, source.name) as database:
        files = _files(database)
        for row in database.rows("memories", "created_at"):
            key = cleaning.text(row["id"])
            if any(_shredded(row.get(name)) for name in _TEXT_LISTS):
                yield LeftOut("a list taken apart into letters", key)
            try:
                yield _record(key, row, files.get(key, []))
            except InvalidInput as error:
                yield LeftOut(error.message, key)


def _files(database: Database) -> dict[str, list[str]]:
    paths = {row["id"]: cleaning.text(row.get("path")) for row in database.rows("files", "path")}
    found: dict[str, list[str]] = {}
    for row in database.rows("memory_files", "file_id"):
        if path := paths.get(row.get("file_id")):
            found.setdefault(cleaning.text(row.get("memory_id")), []).append(path)
    return found


def _record(key: str, row: Mapping[str, Any], files: list[str]) -> Incoming:
    strays: dict[str, object] = {}
    given: dict[str, object] = {name: cleaning.text(row.get(name)) for name in ("context", "goal")}
    given |= {name: _texts(row.get(name)) for name in _TEXT_LISTS}
    given |= {name: _parts(name, row.get(name), strays) for name in PARTS}
    given["files"] = files
    record = record_of(given)
    session = cleaning.line(row.get("session_id"))
    return Incoming(
        key,
        Draft(
            content_of(record),
            type=MemoryType.EPISODIC,
            tags=tags_of(record),
            summary=title_of(record),
            project=cleaning.line(row.get("project_id")) or None,
            metadata={"also": strays} if strays else {},
            files=files,
            source_tool="pact",
            created_at=cleaning.past(row.get("created_at")),
            updated_at=cleaning.past(row.get("updated_at")),
            session_id=session,
            structured=structured_of(record),
            id=key if len(key) == 32 and set(key) <= _HEX else "",
        ),
        where=key,
    )


def _texts(value: object) -> list[str]:
    return [] if _shredded(value) else cleaning.lines(value)


def _shredded(value: object) -> bool:
    """Whether a list holds the letters of what was once one text."""
    items = cleaning.sequence(value)
    return len(items) > 3 and all(isinstance(item, str) and len(item) <= 1 for item in items)


def _parts(name: str, value: object, strays: dict[str, object]) -> list[dict[str, object]]:
    """The tasks, decisions or entities of a column; what no field holds is kept among the strays."""
    names = PARTS[name]._fields
    found: list[dict[str, object]] = []
    items: list[object] = cleaning.sequence(value) or [*cleaning.lines(value)]
    for item in items:
        told = cast("Mapping[str, object]", item) if isinstance(item, Mapping) else {names[0]: item}
        part: dict[str, object] = {
            key: _value(key, one) for key, one in told.items() if key in names and one not in (None, "")
        }
        if not part.get(names[0]):
            continue
        more = {key: one for key, one in told.items() if key not in names or _refused(key, one)}
        if more:
            strays[f"{name}: {part[names[0]]}"] = cleaning.plain(more)
        found.append({key: one for key, one in part.items() if one})
    return found


def _refused(key: str, value: object) -> bool:
    allowed = {"status": STATUSES, "priority": PRIORITIES}.get(key)
    return allowed is not None and value not in (None, "", *allowed)


def _value(key: str, value: object) -> object:
    if key == "alternatives":
        return cleaning.lines(value)
    return "" if _refused(key, value) else cleaning.text(value)
