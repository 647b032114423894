"""The tasks of records: how far each is, as the record says that was changed last of those that name it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from contextfs.domain.record import Record, spelled
from contextfs.domain.record_memory import title_of


class Standing(NamedTuple):
    """A task as the record says that was changed last of those that name it."""

    task: str
    status: str
    priority: str
    about: str
    id: str
    updated_at: datetime | None


def tasks_of(records: Iterable[Record]) -> list[Standing]:
    """The tasks of records, each as the record that was changed last has it: what is open first, the urgent of it."""
    newest = sorted(records, key=lambda record: record.updated_at.timestamp() if record.updated_at else 0.0)
    found: dict[str, Standing] = {}
    for record in newest:
        for task in record.active_tasks:
            found[spelled(task.task)] = Standing(*task, title_of(record), record.id, record.updated_at)
    return sorted(found.values(), key=_urgency)


_ORDER = {"in_progress": 0, "pending": 1, "completed": 2}
_PRESSING = {"high": 0, "medium": 1, "": 1, "low": 2}


def _urgency(one: Standing) -> tuple[int, int, float]:
    changed = one.updated_at.timestamp() if one.updated_at else 0.0
    return _ORDER.get(one.status, 1), _PRESSING.get(one.priority, 1), -changed
