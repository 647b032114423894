"""What other programs wrote, brought to what we keep: texts, tags, times, JSON in columns. Nothing here raises."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from contextfs.domain import tags as tagging
from contextfs.domain.memory_types import MemoryType
from contextfs.errors import InvalidInput

_LINE = 400
_DEEP = 24
_FIRST, _DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)


def text(value: object) -> str:
    """A text that can be kept, whatever stood there; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        value = (
            json.dumps(value, ensure_ascii=False, default=str)
            if isinstance(value, dict | list)
            else str(value)
        )
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def line(value: object) -> str:
    """A text on one line, cut at what a one-line field holds."""
    return " ".join(text(value).split())[:_LINE]


def tags(*values: object) -> tuple[str, ...]:
    """The tags in lists or in texts with commas; what cannot be a tag is no tag."""
    found: dict[str, None] = {}
    for value in values:
        parts: Sequence[object] = value.split(",") if isinstance(value, str) else sequence(value)
        for part in parts:
            try:
                found[tagging.normalise(text(part))] = None
            except InvalidInput:
                continue
    return tuple(found)


def sequence(value: object) -> list[object]:
    """The items of a list, of a list written as JSON, or of nothing at all."""
    if isinstance(value, str):
        value = parsed(value)
    return list(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else []


def mapping(value: object) -> dict[str, object]:
    """A JSON object as metadata keeps it, also one written as text; keys that are empty go."""
    if isinstance(value, str):
        value = parsed(value)
    if not isinstance(value, Mapping):
        return {}
    pairs = cast("Mapping[object, object]", value).items()
    return {text(key): plain(inner) for key, inner in pairs if text(key).strip()}


def plain(value: object, depth: int = 0) -> Any:
    """The value as JSON keeps it."""
    if depth > _DEEP:
        return text(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {text(key): plain(inner, depth + 1) for key, inner in pairs if text(key).strip()}
    if isinstance(value, list | tuple):
        return [plain(inner, depth + 1) for inner in cast("Sequence[object]", value)]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= 64 else text(value)
    if isinstance(value, float):
        return value if abs(value) < float("inf") else text(value)
    return value.isoformat() if isinstance(value, date) else text(value)


def parsed(value: object) -> Any:
    """What a text says as JSON; None where it is none."""
    try:
        return json.loads(text(value)) if value else None
    except (ValueError, RecursionError):
        return None


def moment(value: object, *, local: bool = False) -> datetime | None:
    """A time given as ISO 8601 or as seconds or milliseconds since 1970; one without a zone is UTC, or local time."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, int | float):
            return _within(datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC))
        if isinstance(value, datetime):
            found = value
        elif isinstance(value, date):
            found = datetime(value.year, value.month, value.day, tzinfo=UTC)
        else:
            found = datetime.fromisoformat(text(value).strip())
        if not found.tzinfo:
            found = found.astimezone() if local else found.replace(tzinfo=UTC)
        return _within(found)
    except (ValueError, OverflowError, OSError):
        return None


def _within(found: datetime) -> datetime | None:
    return found.astimezone(UTC) if 1900 <= found.year <= 9000 else None


def past(value: object, *, local: bool = False) -> datetime | None:
    """A time at which something happened: from 1970 to tomorrow, since clocks differ; any other is none."""
    found = moment(value, local=local)
    return found if found and _FIRST <= found <= datetime.now(UTC) + _DAY else None


def lines(value: object) -> list[str]:
    """The texts of a list, also of one written as JSON, without empty ones."""
    found = sequence(value)
    if not found and isinstance(value, str) and value.strip() and parsed(value) is None:
        found = [value]
    return [kept for item in found if (kept := text(item).strip())]


_KINDS = {
    "decision": MemoryType.DECISION, "adr": MemoryType.DECISION, "architecture": MemoryType.DECISION,
    "commit": MemoryType.EPISODIC, "release": MemoryType.EPISODIC, "review": MemoryType.EPISODIC,
    "agent_run": MemoryType.EPISODIC, "session": MemoryType.EPISODIC, "meeting": MemoryType.EPISODIC,
    "change": MemoryType.EPISODIC, "feature": MemoryType.EPISODIC, "refactor": MemoryType.EPISODIC,
    "event": MemoryType.EPISODIC, "log": MemoryType.EPISODIC,
    "bug": MemoryType.ERROR, "bugfix": MemoryType.ERROR, "fix": MemoryType.ERROR, "issue": MemoryType.ERROR,
    "problem": MemoryType.ERROR, "incident": MemoryType.ERROR,
    "workflow": MemoryType.PROCEDURAL, "step": MemoryType.PROCEDURAL, "procedure": MemoryType.PROCEDURAL,
    "howto": MemoryType.PROCEDURAL, "how-to": MemoryType.PROCEDURAL, "guide": MemoryType.PROCEDURAL,
    "runbook": MemoryType.PROCEDURAL, "playbook": MemoryType.PROCEDURAL,
    "preference": MemoryType.USER, "preferences": MemoryType.USER, "feedback": MemoryType.USER,
    "test": MemoryType.CODE, "snippet": MemoryType.CODE, "pattern": MemoryType.CODE,
}  # fmt: skip


def kind(value: object) -> MemoryType:
    """Our memory type for another program's word; a fact where it is none of ours."""
    word = line(value).lower()
    try:
        return MemoryType(word)
    except ValueError:
        return _KINDS.get(word, MemoryType.FACT)


def foreign_kind(value: object) -> dict[str, object]:
    """The metadata that keeps another program's word for a type that we do not have."""
    word = line(value)
    return {"original_type": word} if word and word.lower() not in set(MemoryType) else {}


def linked(relations: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The metadata that keeps what something is related to: relation -> names, under `links`."""
    found: dict[str, list[str]] = {}
    for relation, other in relations:
        if relation and other and other not in found.setdefault(relation, []):
            found[relation].append(other)
    return {"links": found} if found else {}
