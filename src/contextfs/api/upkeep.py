"""Upkeep: replace and retire memories, clean up by rule, rebuild the indexes, and tell how things stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from contextfs._version import __version__
from contextfs.api import lookup, saving
from contextfs.api.engine import Engine, now
from contextfs.capture.stamp import Edit
from contextfs.domain.given import number
from contextfs.domain.memory import Memory
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, Scope
from contextfs.domain.status import Status
from contextfs.embedding.provider import EmbeddingProvider
from contextfs.errors import EmbeddingUnavailable, InvalidInput
from contextfs.lazy import Later
from contextfs.store.database import engine_version
from contextfs.store.view import View

if TYPE_CHECKING:
    from contextfs.api import pausing, recording
    from contextfs.store import late
else:  # not needed to tell how things stand
    recording, pausing = Later("contextfs.api.recording"), Later("contextfs.api.pausing")
    late = Later("contextfs.store.late")

Progress = Callable[[int, int], None]
_ALL = 1_000_000_000
_OLDEST = 365_000
"""Days; a date so far back still has a year."""


def supersede(engine: Engine, old: str, new: str) -> Memory:
    """Say that one memory replaces another, as one action."""
    with engine.store.reading() as view:
        former, latter = view.resolve(old), view.resolve(new)
        if former == latter:
            raise InvalidInput(f"Memory {old} cannot supersede itself.")
        refuse_circle(view, former, latter)
        successor = view.memory(latter)
    known = successor.supersedes if successor else ()
    edits = {
        former: Edit(superseded_by=latter),
        latter: Edit(supersedes=tuple(dict.fromkeys((*known, former)))),
    }
    return saving.edit(engine, "supersede", edits)[latter]


def deprecate(engine: Engine, prefix: str, see: str | None) -> Memory:
    """Mark a memory as outdated; `see` names the one to read instead."""
    if see is None:
        return saving.edit(engine, "deprecate", {prefix: Edit(status="deprecated")})[prefix]
    with engine.store.reading() as view:
        instead, subject = view.resolve(see), view.resolve(prefix)
        if instead == subject:
            raise InvalidInput(f"Memory {prefix} cannot be read instead of itself.")
        refuse_circle(view, subject, instead)
    edit = Edit(status="deprecated", superseded_by=instead)
    return saving.edit(engine, "deprecate", {prefix: edit})[prefix]


def refuse_circle(view: View, former: str, latter: str) -> None:
    """Raise InvalidInput where whoever follows the successors of `latter` would come back to `former`."""
    seen: set[str] = set()
    place = latter
    while place and place not in seen:
        seen.add(place)
        memory = view.memory(place)
        place = memory.superseded_by if memory else ""
        if place == former:
            raise InvalidInput(
                f"Memory {former[:8]} already stands in for {latter[:8]}, so that one cannot replace it.",
                hint=f"Show how they are connected with: contextfs recall {latter[:8]} --links",
            )


def cleanup(
    engine: Engine, older_than: float, kind: MemoryType | str | None, scope: Scope, *, dry_run: bool
) -> list[Memory]:
    """Delete what is older than so many days; `dry_run` only says what that would be."""
    until = now() + timedelta(days=-number("age in days", older_than, 0, _OLDEST))
    filters = Filters(
        types=[MemoryType.parse(kind)] if kind else (),
        until=until,
        statuses=("active", "deprecated", "archived"),
    )
    with engine.store.reading() as view:
        found = view.select(filters, scope, _ALL)
    if found and not dry_run:
        # What another process deleted meanwhile is gone as well.
        return saving.delete(engine, "cleanup", [memory.id for memory in found], missing_ok=True)
    return found


def reindex(engine: Engine, progress: Progress | None) -> int:
    """Build the word index again, then the vectors of the active provider; both as one progress.

    Raises EmbeddingUnavailable when a provider that should have made vectors could not.
    """
    provider = _working_provider(engine)
    with engine.store.reading() as view:
        total = view.total()
    rounds = 2 if provider else 1
    engine.store.reindex_words(_part(progress, 0, rounds))
    recording.catch_up(engine)
    engine.store.reindex_messages()
    if provider:
        engine.store.drop_vectors(provider.identity)
        engine.store.drop_vectors(provider.identity, "message")
        done = 0
        while made := lookup.embed_waiting(engine, 64):
            done += made
            if progress:
                progress(total + min(done, total), total * rounds)
    _check_vectors(engine, total)
    return total


def _check_vectors(engine: Engine, total: int) -> None:
    """Raise EmbeddingUnavailable unless the provider that should have made the vectors has made them."""
    wanted, trouble = engine.embedder.wanted, engine.embedder.trouble
    if wanted is None or not trouble:
        return
    with engine.store.reading() as view:
        waiting = view.waiting(wanted.identity, lookup.EVERYWHERE)
    raise EmbeddingUnavailable(
        f"The words of {total} memories were indexed anew, but {waiting} still wait for vectors of {trouble}",
        hint="Search goes on without them. Once it works again: contextfs reindex",
    )


def _working_provider(engine: Engine) -> EmbeddingProvider | None:
    """The active provider, tried out: what cannot make new vectors must not cost the old ones."""
    while provider := engine.embedder.provider:
        try:
            provider.embed_query("contextfs")
        except EmbeddingUnavailable as error:
            engine.embedder.fail(provider.name, error)
        else:
            return provider
    return None


def _part(progress: Progress | None, number: int, rounds: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, rounds * total)


def status(engine: Engine) -> Status:
    """Everything that helps to see why something is found or not."""
    here, provider, wanted = engine.workspace, engine.embedder.provider, engine.embedder.wanted
    with engine.store.reading() as view:
        counts = view.namespace_counts()
        waiting = view.waiting(wanted.identity, Scope((here.namespace,))) if wanted else 0
        sessions = view.session_counts()
    name = provider.name if provider else "words"
    return Status(
        version=__version__,
        namespace=here.namespace,
        namespace_source=here.namespace_source,
        repo=here.repo,
        branch=here.branch,
        commit=here.commit,
        project=here.project,
        source_tool=here.tool,
        author=here.author,
        data_dir=engine.settings.data_dir,
        store_bytes=engine.store.size(),
        memories=counts,
        sessions=sessions,
        provider=f"{name} ({trouble})" if (trouble := engine.embedder.trouble) else name,
        waiting=waiting,
        versions=_versions(),
        notes=[
            *_notes(here.ignored),
            *map(_read_too, engine.former_namespaces),
            *_pauses(engine),
            *_late(engine),
        ],
    )


def _notes(ignored: Sequence[str]) -> list[str]:
    return [f"{key} means nothing to contextfs" for key in ignored]


def _late(engine: Engine) -> list[str]:
    count = late.lately(engine.settings.data_dir)
    if not count:
        return []
    many = f"{count} prompts" if count > 1 else "a prompt"
    helps = "an assistant that runs contextfs-mcp is helped by it, and hook.deadline can be raised"
    return [f"{many} of the last week got no memories in time: {helps}"]


def _pauses(engine: Engine) -> list[str]:
    held = pausing.pauses(engine.settings.data_dir, engine.workspace.cwd)
    return [
        f"paused {f'in {one.place}' if one.place else 'everywhere'}: nothing is captured or put into prompts"
        f" {f'until {one.until.astimezone():%Y-%m-%d %H:%M}' if one.until else 'until: contextfs resume'}"
        for one in held
    ]


def _read_too(name: str) -> str:
    return (
        f"{name} is searched too: it is what this repository was called before its first commit or its remote"
    )


def _versions() -> dict[str, str]:
    return {
        "contextfs": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "sqlite": engine_version(),
    }
