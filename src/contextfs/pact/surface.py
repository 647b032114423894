"""PactMemory: records saved, searched and changed through the same front door as every other memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from contextfs.api import ContextFS
from contextfs.domain.given import text_of
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.record import Record, record_of, unrepeated
from contextfs.domain.record_memory import record_from
from contextfs.errors import InvalidInput
from contextfs.lazy import Later

if TYPE_CHECKING:
    from types import TracebackType

    from contextfs.domain import record_tasks
    from contextfs.domain.memory import Memory, Saved
    from contextfs.domain.record_tasks import Standing
    from contextfs.pact import advice as advice_
    from contextfs.pact import files as files_
    from contextfs.pact import finding, overview
    from contextfs.pact.overview import Decided, Known
else:
    advice_, finding = Later("contextfs.pact.advice"), Later("contextfs.pact.finding")
    files_, overview = Later("contextfs.pact.files"), Later("contextfs.pact.overview")
    record_tasks = Later("contextfs.domain.record_tasks")

Given = Record | Mapping[str, object]
list_ = list
"""The method `list` below takes the name from the annotations of its class."""
_READ = 10_000
"""Records that are read to tell what all of them say."""
_ANSWERS = 100
"""Records that are looked through for decisions which answer a question."""


class Recorded(NamedTuple):
    """What saving a record did."""

    record: Record
    created: bool
    """False when the same record was there already."""
    advice: tuple[str, ...]
    """What would make it better, one line each."""


class PactMemory:
    """The records of the current repository; ordinary memories can be searched and read here as records, too.

    One object may be used from many threads; only `advice` is that of the last save, whoever made it.
    """

    def __init__(
        self,
        data_dir: str | os.PathLike[str] | None = None,
        namespace: str | None = None,
        *,
        front: ContextFS | None = None,
    ) -> None:
        self._front = front or ContextFS(data_dir, namespace)
        self._advice: tuple[str, ...] = ()

    @property
    def front(self) -> ContextFS:
        """The front door that everything here goes through."""
        return self._front

    @property
    def advice(self) -> list_[str]:
        """What would make the record that was saved last better, one line each; nothing when it is good."""
        return list(self._advice)

    def save(
        self,
        record: Given,
        files: Iterable[str] | None = None,
        include_tracked: bool = True,
        strict: bool = False,
        *,
        type: str = MemoryType.EPISODIC,
        allow_secret: bool = False,
    ) -> str:
        """Save a record and return its id; the same record again is the one that is there.

        `include_tracked` attaches the files that the current work changed as well; `strict` refuses a record that
        there would be advice about. Raises InvalidInput, SecretRefused, StoreError.
        """
        saved = self.put(record, files, include_tracked, strict=strict, type=type, allow_secret=allow_secret)
        return saved.record.id

    def put(
        self,
        record: Given,
        files: Iterable[str] | None = None,
        include_tracked: bool = True,
        *,
        strict: bool = False,
        type: str = MemoryType.EPISODIC,
        source_tool: str = "",
        allow_secret: bool = False,
    ) -> Recorded:
        """Save a record like `save`, and say whether it was new and what would make it better."""
        told = record_of(record)
        told = told._replace(files=self._files([*told.files, *files_.listed(files)]))
        poor = advice_.advice_for(told)
        if strict:
            self._refuse_poor(told, poor)
        tracked = self.get_tracked_files() if include_tracked else []
        whole = told._replace(files=unrepeated([*told.files, *tracked]))
        saved = self._front.records.put(whole, type=type, source_tool=source_tool, allow_secret=allow_secret)
        self._advice = (*saved.advice, *self._wanted(poor, saved))
        return Recorded(record_from(saved.memory), saved.created, self._advice)

    def _refuse_poor(self, record: Record, poor: tuple[str, ...]) -> None:
        near = self._front.records.like(record)
        said = [*poor, *([advice_.near_duplicate(*near)] if near else [])]
        if said:
            raise InvalidInput(
                f"The record was not saved: {said[0]}",
                hint=" ".join([*said[1:], "Or save it without strict."]),
            )

    def _wanted(self, poor: tuple[str, ...], saved: Saved) -> tuple[str, ...]:
        if not self._front.settings.flag("advice.enabled"):
            return ()
        return (*poor, *((advice_.near_duplicate(*saved.similar),) if saved.similar else ()))

    def update(
        self, memory_id: Record | str, changes: Given, replace: bool = False, *, allow_secret: bool = False
    ) -> Record:
        """Change a record and return it; lists grow by what is new, with `replace` they become what is given.

        A task is known by its name, a decision by its text, an entity by its name. Raises MemoryNotFound when there
        is no such record, InvalidInput for a change that no record takes and for a memory that is not a record.
        """
        changed = self._front.records.update(
            _id(memory_id), self._with_kept_files(changes), replace=replace, allow_secret=allow_secret
        )
        return record_from(changed)

    def _with_kept_files(self, changes: Given) -> Given:
        """The changes with their paths as memories keep them; what is no list of paths is refused further on."""
        if isinstance(changes, Record):
            return changes._replace(files=self._files(changes.files))
        given = changes.get("files") if isinstance(changes, Mapping) else None  # pyright: ignore[reportUnnecessaryIsInstance] - not all callers are typed
        return {**changes, "files": self._files(files_.listed(given))} if given else changes

    def get(self, memory_id: Record | str) -> Record | None:
        """The record of this id, or of six or more of its first characters; None when there is none."""
        memory = self._front.get(_id(memory_id))
        return record_from(memory) if memory else None

    def delete(self, memory_id: Record | str) -> str:
        """Delete a record and return its id; `contextfs undo` brings it back. Raises MemoryNotFound."""
        return self._front.delete(_id(memory_id)).id

    def list(self, limit: int = 20, offset: int = 0) -> list_[Record]:
        """The records, newest first."""
        return [record_from(memory) for memory in self._front.records.listing(limit, offset).memories]

    def search(self, query: str = "", current_file: str | None = None, limit: int = 5) -> list_[Record]:
        """The records and memories that answer a query, best first; an empty query lists the newest.

        Those about `current_file` rank higher. Each says how well it answers (`relevance`) and by which of its
        decisions, lessons and other parts (`matched`).
        """
        return finding.search(self._front, query, current_file or "", limit)

    def search_by_file(self, path: str, limit: int = 10) -> list_[Record]:
        """The records and memories about a file, a folder or a glob such as ``src/**/*.py``, surest first.

        They are attached to it, name it, or name what it defines.
        """
        return [record_from(memory) for memory in files_.about(self._front, path, limit)]

    def decisions(self, query: str = "", limit: int = 20) -> list_[Decided]:
        """The decisions of the newest records, or of those that answer a query, best first."""
        if not text_of("query", query).strip():
            return overview.decisions_of(self.list(_READ))[:limit]
        return finding.decisions(self.search(query, limit=_ANSWERS), query)[:limit]

    def entities(self, name: str = "") -> list_[Known]:
        """What all records say about each entity, or about those that have this in their name."""
        return overview.named(overview.entities_of(self.list(_READ)), text_of("name", name))

    def tasks(self, status: str = "") -> list_[Standing]:
        """Every task as the record that was changed last has it, what is open first; of one status if it is named."""
        found = record_tasks.tasks_of(self.list(_READ))
        return [task for task in found if not status or task.status == status]

    def get_tracked_files(self) -> list_[str]:
        """The files that the current work changed, from the top of the repository."""
        return self._front.records.tracked_files()

    def _files(self, paths: Iterable[str]) -> list_[str]:
        return self._front.records.files(paths)

    def close(self) -> None:
        """Close the store; the object may be used again and then opens it anew."""
        self._front.close()

    def __enter__(self) -> PactMemory:
        """Use as a context manager that closes the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()


def _id(given: Record | Memory | str) -> str:
    """The id that somebody means by a record, or by its id."""
    return given if isinstance(given, str) else str(getattr(given, "id", given))
