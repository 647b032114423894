"""Records: memories with the typed fields of a phase of work, saved and changed through the one write door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from contextfs.api import lookup, saving, tracked
from contextfs.api.drafts import MAX_LIMIT
from contextfs.api.engine import Engine, now
from contextfs.capture.duplicates import similar_memory
from contextfs.capture.stamp import Edit, stamp
from contextfs.domain.given import whole_number
from contextfs.domain.memory import Draft, Memory, Saved
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record import Record
from contextfs.domain.record_mark import TAG, is_own_tag, is_record
from contextfs.domain.record_memory import content_of, record_from, structured_of, tags_of, title_of
from contextfs.domain.record_merge import merged
from contextfs.domain.search import Filters, SearchQuery, shown
from contextfs.errors import InvalidInput

if TYPE_CHECKING:
    from contextfs.domain.status import Listing

_NAMED = 100_000
"""Names of files that a glob is held against."""


class Records:
    """Save, change and list the memories that are records."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(
        self,
        record: Record,
        *,
        type: str = MemoryType.EPISODIC,
        source_tool: str = "",
        allow_secret: bool = False,
    ) -> Saved:
        """Save a record and say whether it was new and what is similar to it; the same record is the same memory."""
        draft = _draft(record, type, source_tool)
        return saving.put(self._engine, draft, allow_secret=allow_secret)

    def like(self, record: Record) -> tuple[Memory, float] | None:
        """The memory that says nearly what a record says that is not saved yet, and how much of it; None if none does.

        A memory with exactly its text is no likeness: saving the record again would return that one.
        """
        memory = stamp(_draft(record, MemoryType.EPISODIC, ""), self._engine.defaults, now())
        with self._engine.store.reading() as view:
            if view.same_content(memory.namespace, memory.content):
                return None
            return similar_memory(view, memory)

    def update(
        self,
        memory_id: str,
        changes: Record | Mapping[str, object],
        *,
        replace: bool = False,
        allow_secret: bool = False,
    ) -> Memory:
        """Change a record and return its memory; lists grow by what is new, with `replace` they become what is given.

        What is merged is the record as it is at the moment of writing, so that nothing another process added is lost.
        Raises MemoryNotFound, InvalidInput.
        """

        def edit(memory: Memory) -> Edit:
            _refuse_plain(memory)
            return _edit(memory, merged(record_from(memory), changes, replace=replace))

        found = saving.edit(self._engine, "update", {memory_id: edit}, allow_secret=allow_secret)
        return found[memory_id]

    def listing(self, limit: int = 20, offset: int = 0) -> Listing:
        """The records of the current scope, newest first."""
        scope = lookup.scope_of(self._engine, namespace=None, project="", source_repo="", everywhere=False)
        query = SearchQuery(
            "", Filters(tags=(TAG,)), scope, whole_number("limit", limit, 1, MAX_LIMIT), offset
        )
        return lookup.listing(self._engine, query)

    def about_glob(self, pattern: str, limit: int = 10) -> list[Memory]:
        """The memories in scope that are attached to, or name, a file that a glob fits, the newest first."""
        fits = re.compile(_as_expression(next(iter(self.files([pattern])), pattern))).fullmatch
        fixed = re.split(r"[*?\[]", pattern.removeprefix("./"), maxsplit=1)[0]
        scope = lookup.scope_of(self._engine, namespace=None, project="", source_repo="", everywhere=False)
        with self._engine.store.reading() as view:
            named = view.naming_below(fixed, _NAMED)
        found = {memory.id: memory for memory, name in named if fits(name) and shown(memory, scope)}
        newest = sorted(found.values(), key=lambda one: one.created_at or now(), reverse=True)
        return newest[: whole_number("limit", limit, 1, MAX_LIMIT)]

    def is_path(self, path: str) -> bool:
        """Whether this is the path of something that is there or that a memory names, whatever marks it has."""
        kept = next(iter(self.files([path])), path).rstrip("/")
        with self._engine.store.reading() as view:
            named = view.mentioning("file", [kept]) or view.naming_below(f"{kept}/", 1)
        return bool(named) or tracked.is_there(self._engine, path)

    def files(self, paths: Iterable[str]) -> list[str]:
        """The paths as memories keep them: from the top of the repository where they lie in it, each once."""
        return tracked.normalised(self._engine, paths)

    def tracked_files(self) -> list[str]:
        """The files that the current work is about, as `contextfs session files` lists them."""
        return tracked.current(self._engine)


def _draft(record: Record, type: str, source_tool: str) -> Draft:
    return Draft(
        content_of(record),
        type=MemoryType.parse(type),
        tags=tags_of(record),
        summary=title_of(record),
        project=record.project or None,
        files=record.files,
        source_tool=source_tool or None,
        structured=structured_of(record),
    )


def _edit(memory: Memory, record: Record) -> Edit:
    """What makes a memory the changed record; tags that somebody added by hand stay."""
    kept = [tag for tag in memory.tags if not is_own_tag(tag)]
    return Edit(
        content=content_of(record),
        tags=(*tags_of(record), *kept),
        summary=title_of(record),
        project=record.project,
        files=record.files,
        structured=structured_of(record),
    )


def _refuse_plain(memory: Memory) -> None:
    if not is_record(memory.structured):
        raise InvalidInput(
            f"Memory {memory.short_id} is a {memory.type}, not a record; as a record it can only be read.",
            hint=f"Change it with: contextfs update {memory.short_id}",
        )


def _as_expression(glob: str) -> str:
    """A glob as a regular expression: `*` stays within a folder, `**` does not."""
    pieces = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", glob)
    return "".join(pieces.get(part) or _one_of(part) for part in parts)


def _one_of(part: str) -> str:
    """What stands between brackets: one of these letters, or itself, since `[id]` is also the name of a folder."""
    plain = re.escape(part)
    if not (part.startswith("[") and part.endswith("]")):
        return plain
    letters = re.sub(r"([\\\[&~|])", r"\\\1", re.sub(r"^!", "^", part[1:-1]))
    try:
        re.compile(f"[{letters}]")
    except re.error:  # [z-a]
        return plain
    return f"(?:[{letters}]|{plain})"
