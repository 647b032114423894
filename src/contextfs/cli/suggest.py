"""What the shell may complete: ids, types, tags, projects and namespaces, read from the store as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from contextfs.errors import ContextFSError

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from contextfs.domain.memory import Memory
    from contextfs.domain.session import Session

_LOOKED_AT = 500
Suggested = Iterable[tuple[str, str]]
Completer = Callable[["click.Context", "click.Parameter", str], "list[CompletionItem]"]


def _completer(find: Callable[[str], Suggested]) -> Completer:
    """A shell_complete callback from a function that yields (value, help)."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # only a shell that completes needs it

        *before, last = incomplete.split(",")
        start = "".join(part + "," for part in before)
        try:
            found = dict(find(last))
        except ContextFSError:
            return []  # a message here would land in the middle of the line being typed
        return [
            CompletionItem(start + value, help=about)
            for value, about in found.items()
            if value.startswith(last)
        ]

    return complete


def _recent() -> Sequence[Memory]:
    from contextfs.cli.front import front  # the same

    with front() as ctx:
        return ctx.list_recent(limit=_LOOKED_AT)


def _ids(_start: str) -> Suggested:
    return ((memory.short_id, memory.title) for memory in _recent())


def _types(_start: str) -> Suggested:
    from contextfs.domain.memory_types import MemoryType  # kept off the path of commands without a type

    return ((row.value, row.purpose) for row in MemoryType)


def _tags(_start: str) -> Suggested:
    from contextfs.cli.front import front  # opening the store waits until the shell asks

    with front() as ctx:
        return [(tag, f"{count} memories") for tag, count in ctx.tags()]


def _projects(_start: str) -> Suggested:
    return ((memory.project, "") for memory in _recent() if memory.project)


def _namespaces(_start: str) -> Suggested:
    from contextfs.cli.front import front  # opening the store waits until the shell asks

    with front() as ctx:
        return [(row.name, f"{row.memories} memories") for row in ctx.namespaces.list()]


def _recent_sessions() -> Sequence[Session]:
    from contextfs.cli.front import front  # the same

    with front() as ctx:
        return ctx.list_sessions(limit=_LOOKED_AT)


def _sessions(_start: str) -> Suggested:
    return ((session.short_id, session.label or session.tool) for session in _recent_sessions())


def _labels(_start: str) -> Suggested:
    return ((session.label, session.tool) for session in _recent_sessions() if session.label)


def _settings(_start: str) -> Suggested:
    from contextfs.settings import TABLE  # kept off the path of commands that change no setting

    return ((row.name, row.sentence) for row in TABLE)


def _formats(_start: str) -> Suggested:
    from contextfs.exchange.importers.table import FORMATS  # only this question needs it

    return (("auto", "told by content"), *((row.name, row.sentence) for row in FORMATS))


ids = _completer(_ids)
types = _completer(_types)
tags = _completer(_tags)
projects = _completer(_projects)
sessions = _completer(_sessions)
labels = _completer(_labels)
namespaces = _completer(_namespaces)
settings = _completer(_settings)
formats = _completer(_formats)
