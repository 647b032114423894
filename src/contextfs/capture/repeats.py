"""A text that is saved again: what the second save adds to the memory that is there, and what it leaves alone.

What is empty is filled and lists grow; what says something else than the known memory is never overwritten unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contextfs.capture.stamp import checked
from contextfs.domain.clock import to_micros
from contextfs.domain.digest import content_hash
from contextfs.domain.memory_types import MemoryType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contextfs.domain.clock import Timestamp
    from contextfs.domain.memory import Draft, Memory

_FILLED = ("project", "summary", "owner", "review_at", "expires_at", "structured")
_OPTIONS = ("summary", "project", "owner")


def named(draft: Draft, stamped: Memory) -> Memory:
    """The stamped memory without what only comes from where we are: a repetition does not say that."""
    return stamped if draft.project else stamped._replace(project="")


def merged(known: Memory, again: Memory, now: Timestamp) -> Memory:
    """The known memory with everything of the second save that contradicts nothing; itself when that is nothing."""
    filled = {name: getattr(again, name) for name in _FILLED if not getattr(known, name)}
    if _revives(known, again, now):
        filled["expires_at"] = again.expires_at
    moment = max(known.updated_at or now, now)
    after = checked(
        known._replace(
            **filled,
            tags=(*known.tags, *again.tags),
            files=(*known.files, *again.files),
            metadata={**again.metadata, **known.metadata},
            updated_at=moment,
        )
    )
    return known if after._replace(updated_at=known.updated_at) == checked(known) else after


def _revives(known: Memory, again: Memory, now: Timestamp) -> bool:
    """Whether the second save gives a later end to what has expired."""
    if known.expires_at is None or again.expires_at is None:
        return False
    return known.expires_at <= now and again.expires_at > known.expires_at


def left_alone(known: Memory, again: Memory) -> str:
    """One line on what the second save said otherwise and was not applied, with the command that would; or nothing."""
    options = list(_differing(known, again))
    if not options:
        return ""
    names = ", ".join(dict.fromkeys(name for name, _ in options))
    command = " ".join(["contextfs update", known.short_id, *(option for _, option in options if option)])
    return f"Not changed, since the memory that was there says otherwise: {names}. To change it: {command}"


def _differing(known: Memory, again: Memory) -> Iterator[tuple[str, str]]:
    """Each field in which the second save says something else, with the option that would apply it."""
    if content_hash(known.content) != content_hash(again.content):
        yield "content", "TEXT"
    if again.type not in (MemoryType.FACT, known.type):  # a fact is what is meant when nothing is said
        yield "type", f"--type {again.type}"
    if again.status not in ("active", known.status):
        yield "status", f"--status {again.status}"
    for name in _OPTIONS:
        value = getattr(again, name)
        if value and value != getattr(known, name):
            yield name, f"--{name} {_quoted(value)}"
    for name in ("review_at", "expires_at"):
        moment, there = getattr(again, name), getattr(known, name)
        if moment and there and to_micros(moment) != to_micros(there):
            yield name, f"--{name.replace('_', '-')} {_quoted(moment.isoformat())}"
    yield from _differing_objects(known, again)


def _differing_objects(known: Memory, again: Memory) -> Iterator[tuple[str, str]]:
    from json import dumps  # only a repetition with such fields needs it

    for key, value in again.metadata.items():
        there = known.metadata.get(key)
        if there != value:
            text = value if isinstance(value, str) else dumps(value, ensure_ascii=False)
            yield f"metadata {key}", f"--meta {_quoted(f'{key}={text}')}"
    if again.structured and again.structured != known.structured:
        yield (
            "structured",
            f"--structured {_quoted(dumps(again.structured, ensure_ascii=False, default=dict))}",
        )


def _quoted(text: str) -> str:
    """The text as a shell takes it."""
    from shlex import quote

    return quote(text)
