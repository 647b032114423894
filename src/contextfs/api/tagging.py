"""ctx.tags: the words that memories are found by, and how they become one word each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contextfs.api import saving
from contextfs.api.engine import Engine
from contextfs.capture.stamp import Edit
from contextfs.domain.clock import new_id
from contextfs.domain.memory import STATUSES, Memory
from contextfs.domain.record_mark import is_own_tag, is_record
from contextfs.domain.search import Filters, Scope
from contextfs.domain.tags import near as near_tag
from contextfs.domain.tags import normalise, normalise_all
from contextfs.domain.tending import Retagged, TagInfo
from contextfs.errors import InvalidInput
from contextfs.hygiene.tag_words import near_tags

Progress = Callable[[int, int], None]
_ALL = 1_000_000_000
_BATCH = 25
"""Memories changed in one transaction, so that a save beside it waits for milliseconds only."""


class Tags:
    """The tags of the whole store, which is where a new memory looks for its words; a namespace narrows it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, limit: int = 1000) -> list[tuple[str, int]]:
        """The tags in use with how many memories have them, the most used first."""
        with self._engine.store.reading() as view:
            return view.known_tags(limit)

    def list(self, limit: int = 1000, *, namespace: str | None = None, near: bool = False) -> list[TagInfo]:
        """The tags in use, the most used first, each with those that are probably the same word.

        `near` leaves only those that have such others.
        """
        with self._engine.store.reading() as view:
            counts = view.known_tags(_ALL, _scope(namespace))
        alike = near_tags(counts)
        found = [TagInfo(name, count, tuple(alike.get(name, ()))) for name, count in counts]
        return [one for one in found if one.near or not near][:limit]

    def rename(
        self,
        old: str,
        new: str,
        *,
        namespace: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Retagged:
        """Give a tag another name on every memory that has it, as one action; refuses a name that is in use."""
        wanted = _one(new)
        if normalise(old) == wanted:
            raise InvalidInput(f"{old!r} and {new!r} are the same tag: {wanted}.")
        with self._engine.store.reading() as view:
            taken = not view.unused_tags([wanted])
        if taken:
            raise InvalidInput(
                f"The tag {wanted!r} is in use already.",
                hint=f"To make one of both: contextfs tags merge {normalise(old)} --into {wanted}",
            )
        return self._retag([old], wanted, namespace, dry_run=dry_run, progress=progress)

    def merge(
        self,
        *old: str,
        into: str,
        namespace: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Retagged:
        """Replace tags by one, on every memory that has any of them, as one action."""
        return self._retag(old, _one(into), namespace, dry_run=dry_run, progress=progress)

    def _retag(
        self,
        old: Sequence[str],
        new: str,
        namespace: str | None,
        *,
        dry_run: bool,
        progress: Progress | None,
    ) -> Retagged:
        gone = tuple(tag for tag in normalise_all(old) if tag != new)
        if not gone:
            raise InvalidInput("There is no tag to replace.", hint="Name one that is not the new one.")
        found = self._having(gone, namespace)
        left = [one.id for one in found if is_record(one.structured) and any(map(is_own_tag, gone))]
        names = [one.id for one in found if one.id not in set(left)]
        if not dry_run:
            self._write(names, gone, new, progress)
        return Retagged(gone, new, len(names), tuple(left))

    def _having(self, tags: Sequence[str], namespace: str | None) -> list[Memory]:
        scope = _scope(namespace)
        with self._engine.store.reading() as view:
            for tag in view.unused_tags(tags):
                near = near_tag(tag, view.tag_names())
                hint = f"Did you mean {near!r}?" if near else "See those in use: contextfs tags list"
                raise InvalidInput(f"No memory has the tag {tag!r}.", hint=hint)
            found = [
                one
                for tag in tags
                for one in view.select(Filters(tags=(tag,), statuses=STATUSES), scope, _ALL)
            ]
        return list({one.id: one for one in found}.values())

    def _write(self, names: Sequence[str], gone: Sequence[str], new: str, progress: Progress | None) -> None:
        def edit(memory: Memory) -> Edit:
            return Edit(tags=_replaced(memory.tags, gone, new))

        batch = new_id()
        for start in range(0, len(names), _BATCH):
            group = dict.fromkeys(names[start : start + _BATCH], edit)
            saving.edit(self._engine, "retag", group, allow_secret=True, batch=batch)
            if progress:
                progress(min(start + _BATCH, len(names)), len(names))


def _one(tag: str) -> str:
    if "," in tag:
        raise InvalidInput(f"{tag!r} is several tags.", hint="Give one; a comma stands between tags.")
    return normalise(tag)


def _scope(namespace: str | None) -> Scope:
    return Scope((namespace,)) if namespace else Scope()


def _replaced(tags: Sequence[str], gone: Sequence[str], new: str) -> tuple[str, ...]:
    """The tags with the new one in the place of the first that goes."""
    return tuple(dict.fromkeys(new if tag in gone else tag for tag in tags))
