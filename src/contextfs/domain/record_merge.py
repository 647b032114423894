"""What an update makes of a record: texts are replaced, lists grow, and what has the same name stays one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from contextfs.domain.record import LISTS, PARTS, Part, Record, called, fields_of, record_of, unrepeated
from contextfs.errors import InvalidInput


def merged(record: Record, changes: Record | Mapping[str, object], *, replace: bool = False) -> Record:
    """The record after an update; with `replace` a list that is named becomes what is given, else it grows.

    A task is known by its name, a decision by its text, an entity by its name: what is given of it changes it.
    Raises InvalidInput for what no record has, and when nothing would be left.
    """
    _refuse_other_id(record, changes)
    fields: dict[str, Any] = record._asdict()
    for name, value in fields_of(changes).items():
        fields[name] = value if replace else _grown(name, fields[name], value)
    after = record_of(fields)
    return after._replace(id=record.id, created_at=record.created_at, updated_at=record.updated_at)


def _refuse_other_id(record: Record, changes: object) -> None:
    """The id is what a record is known by; the one that it has may be given along."""
    if not isinstance(changes, Mapping) or not changes:
        if changes == {}:
            raise InvalidInput("There is no change to make.", hint="Give at least one field of the record.")
        return
    given = cast("Mapping[str, object]", changes).get("id")
    if given and not record.id.startswith(str(given)):
        raise InvalidInput(
            f"The id of record {record.short_id} cannot be changed to {given!r}.",
            hint="Leave the id out, or save the record anew.",
        )


def _grown(name: str, before: Any, value: object) -> object:
    if name in PARTS:
        return _parts(name, cast("list[Part]", before), cast("list[dict[str, Any]]", value))
    return unrepeated([*before, *cast("list[str]", value)]) if name in LISTS else value


def _parts(name: str, before: list[Part], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts with what is given of each; a new one stands behind those that were there."""
    found = {called(part): dict(part._asdict()) for part in before}
    for fields in given:
        known = found.setdefault(called(PARTS[name](**fields)), {})
        known |= {field: _changed(known.get(field), value) for field, value in fields.items()}
    return list(found.values())


def _changed(before: Any, value: Any) -> object:
    """The field after the change: alternatives grow, and an empty text says nothing."""
    if isinstance(value, list):
        return unrepeated([*(before or ()), *cast("list[str]", value)])
    return value or before or ""
