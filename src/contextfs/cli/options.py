"""The options that several commands share: the filters of a query, the fields of a memory, and the output form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from contextfs.cli import suggest
from contextfs.cli.values import (
    Scalar,
    due,
    flat,
    flat_or_none,
    json_object,
    mapping,
    mapping_or_none,
    pair,
    paths_or_none,
    since,
    type_name,
    type_names,
    until,
    words,
)
from contextfs.domain.memory_types import MemoryType
from contextfs.domain.search import Filters, SearchQuery
from contextfs.domain.tags import normalise

if TYPE_CHECKING:
    from contextfs.api import ContextFS

Function = TypeVar("Function", bound=Callable[..., Any])
_TYPES = ", ".join(MemoryType)
STATUSES = ("active", "deprecated", "archived", "all")
_FOUND = Filters().statuses
MOST = 100_000
"""The largest limit that the front door takes."""
FARTHEST = 1_000_000_000
"""The largest offset: more memories than a store will ever hold."""


class Wanted(NamedTuple):
    """The filters of one command line."""

    types: Sequence[str]
    tags: Sequence[str]
    project: str
    source_repo: str
    source_tool: str
    since: datetime | None
    until: datetime | None
    metadata: Mapping[str, Scalar]
    status: str | None
    namespace: str | None
    everywhere: bool
    author: str
    branch: str

    @property
    def filters(self) -> Filters:
        """The conditions that a memory must meet."""
        statuses = {None: _FOUND, "all": STATUSES[:-1]}.get(self.status) or (str(self.status),)
        return Filters(
            self.types,
            tuple(normalise(tag) for tag in self.tags),
            self.project,
            self.source_repo,
            self.source_tool,
            self.since,
            self.until,
            self.metadata,
            statuses,
            self.author,
            self.branch,
        )

    def query(self, ctx: ContextFS, text: str = "", **more: Any) -> SearchQuery:
        """The query that these filters and the text make, in the scope that they imply."""
        scope = ctx.scope(
            namespace=self.namespace, project=self.project, source_repo=self.source_repo, all=self.everywhere
        )
        return SearchQuery(text, self.filters, scope, **more)


_FILTERS = (
    click.option("-t", "--type", "types", type=type_names, multiple=True, callback=flat, shell_complete=suggest.types,
                 metavar="TYPE",
                 help=f"Only these types, separated by commas: {_TYPES}."),
    click.option("--tags", type=words, multiple=True, callback=flat, shell_complete=suggest.tags, metavar="A,B",
                 help="Only memories that have all of these tags."),
    click.option("--project", default="", shell_complete=suggest.projects, metavar="NAME",
                 help="Only this project, in every namespace."),
    click.option("--repo", "source_repo", default="", metavar="NAME",
                 help="Only memories from this repository, in every namespace."),
    click.option("--tool", "source_tool", default="", metavar="NAME", help="Only memories from this tool."),
    click.option("--since", type=since, metavar="DATE", help='Not older than this: 2026-01-15, 7d, "last week".'),
    click.option("--until", type=until, metavar="DATE", help="Not newer than this."),
    click.option("--meta", "--metadata", "metadata", type=pair, metavar="KEY=VALUE", multiple=True, callback=mapping,
                 help="Only memories with this metadata; sprint=42 is a number, a.b=x reaches inside."),
    click.option("--status", type=click.Choice(STATUSES),
                 help="Only this status; archived memories are shown only on request."),
    click.option("--author", default="", metavar="NAME", help="Only memories by this author."),
    click.option("--branch", default="", metavar="NAME",
                 help="Only memories from this branch; any takes all branches and worktrees alike."),
    click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME",
                 help="Only this namespace instead of the current one and global."),
    click.option("--all", "everywhere", is_flag=True, help="In every namespace."),
)  # fmt: skip


def filters(function: Function) -> Function:
    """Add the filters of search and list; the command receives them as one `Wanted`."""

    def gathered(**given: Any) -> object:
        wanted = Wanted(**{name: given.pop(name) for name in Wanted._fields})
        check_scope(wanted.namespace, everywhere=wanted.everywhere)
        if wanted.since and wanted.until and wanted.since > wanted.until:
            since, until = (f"{time:%Y-%m-%d %H:%M}" for time in (wanted.since, wanted.until))
            raise click.UsageError(f"--since is {since}, later than --until, {until}; nothing lies between.")
        return function(wanted=wanted, **given)

    update_wrapper(gathered, function)
    return cast("Function", _with(gathered, _FILTERS))


def check_scope(namespace: str | None, *, everywhere: bool) -> None:
    """Refuse one namespace and all of them at once."""
    if namespace and everywhere:
        raise click.UsageError("--namespace and --all exclude each other.")


_FIELDS = (
    click.option("-t", "--type", type=type_name, metavar="TYPE", shell_complete=suggest.types,
                 help=f"What kind of memory it is: {_TYPES}."),
    click.option("--tags", type=words, multiple=True, callback=flat_or_none, shell_complete=suggest.tags,
                 metavar="A,B", help="Tags, separated by commas."),
    click.option("-s", "--summary", metavar="TEXT", help="One line that names the memory."),
    click.option("--project", shell_complete=suggest.projects, metavar="NAME",
                 help="Label shared across repositories."),
    click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME",
                 help="Where it belongs instead of the current repository's namespace."),
    click.option("--metadata", "--meta", "metadata", type=pair, metavar="KEY=VALUE", multiple=True,
                 callback=mapping_or_none,
                 help="A metadata entry; 42, true and null are typed, anything else is text. Repeatable."),
    click.option("--file", "files", multiple=True, callback=paths_or_none, metavar="PATH", type=click.Path(),
                 help="A file that it is about. Repeatable."),
    click.option("--structured", type=json_object, metavar="JSON", help="Typed fields, as a JSON object."),
    click.option("--owner", metavar="NAME", help="Who keeps it right."),
    click.option("--review-at", type=due, metavar="DATE", help="When somebody should look whether it still holds."),
    click.option("--expires-at", type=due, metavar="DATE", help="When it stops being true."),
    click.option("--allow-secret", is_flag=True, help="Save it although it looks like it holds a secret."),
)  # fmt: skip


def fields(function: Function) -> Function:
    """Add the options that set fields of a memory; a field whose option is not used is None."""
    return _with(function, _FIELDS)


def tag_changes(function: Function) -> Function:
    """Add ``--add-tags`` and ``--remove-tags``."""
    for word in ("remove", "add"):
        function = click.option(
            f"--{word}-tags", type=words, multiple=True, callback=flat_or_none, shell_complete=suggest.tags,
            metavar="A,B", help=f"{word.capitalize()} these tags.",
        )(function)  # fmt: skip
    return function


def memory_id(name: str = "memory_id") -> Callable[[Function], Function]:
    """Add an argument that takes the id of a memory, or six or more of its first characters."""
    return click.argument(name, metavar=name.upper(), shell_complete=suggest.ids)


def as_json(function: Function) -> Function:
    """Add ``--json``; the command receives the form as ``form``."""
    return _form("--json", "json", "Print one JSON document.")(function)


def as_rows(function: Function) -> Function:
    """Add ``--json`` and ``--jsonl``."""
    return as_json(_form("--jsonl", "jsonl", "Print JSON Lines, one object per line.")(function))


def yes(function: Function) -> Function:
    """Add ``--yes``."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(function)


def dry_run(function: Function) -> Function:
    """Add ``--dry-run``."""
    return click.option("--dry-run", is_flag=True, help="Only show what would be done.")(function)


def _form(spelling: str, value: str, sentence: str) -> Callable[[Function], Function]:
    return click.option(spelling, "form", flag_value=value, default="text", help=sentence)


def _with(function: Function, added: Sequence[Callable[[Any], Any]]) -> Function:
    for option in reversed(added):
        function = option(function)
    return function
