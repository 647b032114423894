"""contextfs sessions, load-session, and what else reads sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from contextfs.cli import documents, options, render, suggest, transcripts
from contextfs.cli.front import front
from contextfs.cli.group import Verb, verb
from contextfs.cli.values import since, until

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory
    from contextfs.domain.session import Session

_FILTERS = (
    click.option("--tool", metavar="NAME", help="Only sessions with this tool."),
    click.option("-l", "--label", metavar="NAME", shell_complete=suggest.labels, help="Only sessions of this label."),
    click.option("--since", type=since, metavar="DATE", help="Still going on then: 2026-01-15, 7d, yesterday."),
    click.option("--until", type=until, metavar="DATE", help="Begun before that."),
)  # fmt: skip
_SCOPE = (
    click.option("--project", metavar="NAME", shell_complete=suggest.projects, help="Only this project, everywhere."),
    click.option("--namespace", metavar="NAME", shell_complete=suggest.namespaces,
                 help="Only this namespace instead of the current one and global."),
    click.option("--all", "all", is_flag=True, help="In every namespace."),
)  # fmt: skip


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_FILTERS + _SCOPE):
        function = option(function)
    return function


def _limit(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        "-n", "--limit", type=click.IntRange(1, options.MOST), metavar="N", default=default, show_default=True,
        help="How many at most.",
    )  # fmt: skip


@verb(
    "sessions",
    "contextfs sessions --limit 5",
    "contextfs sessions --tool claude-code --since yesterday",
    "contextfs sessions --all --json",
    cls=Verb,
)
@_limit(10)
@_filters
@options.as_rows
def sessions(form: str, **given: Any) -> None:
    """List the latest sessions, newest first.

    Lists the current repository's namespace and global; --project and --all list every namespace.
    """
    options.check_scope(given["namespace"], everywhere=given["all"])
    with front() as ctx:
        found = ctx.list_sessions(**given)
    rows = [transcripts.heading(each) for each in found]
    render.show(
        form, text=lambda: transcripts.table(found), document=lambda: {"sessions": rows}, rows=lambda: rows
    )


def _one(function: Callable[..., Any]) -> Callable[..., Any]:
    """The ways to name one session."""
    query = click.option("-q", "--query", metavar="TEXT", help="The one that was about this.")
    named = click.argument(
        "session_id", metavar="[SESSION_ID]", required=False, shell_complete=suggest.sessions
    )
    for option in reversed((named, query, *_FILTERS)):
        function = option(function)
    return function


@verb(
    "load",
    "contextfs load-session 3f9c12ab",
    "contextfs session load --label auth-refactor --budget 2000",
    'contextfs session load --query "database design" --since yesterday',
    cls=Verb,
)
@_one
@click.option(
    "--budget",
    type=click.IntRange(50, 1_000_000),
    metavar="TOKENS",
    help="Shorten it to so many tokens: its summary, its decisions, its last turns.",
)
@options.as_json
def load(budget: int | None, form: str, **which: Any) -> None:
    """Print a session whole, or shortened for a prompt.

    SESSION_ID is the id, six or more of its first characters, or a label; without any, the latest session is printed.
    """
    with front() as ctx:
        session = ctx.load_session(**which)
        memories = ctx.sessions.memories(session)
        short = ctx.sessions.digest(session, budget) if budget else ""
    if budget:
        document = {**transcripts.heading(session), "digest": short}
        render.show(form, text=lambda: render.visible(short), document=lambda: document)
        return
    render.show(
        form,
        text=lambda: transcripts.transcript(session, memories),
        document=lambda: _whole(transcripts.document(session), memories),
    )


def _whole(document: documents.Document, memories: list[Memory]) -> documents.Document:
    return {**document, "memories": [documents.memory(each) for each in memories]}


@verb("show", "contextfs session show 3f9c12ab", "contextfs session show --label auth-refactor", cls=Verb)
@_one
@options.as_json
def show(form: str, **which: Any) -> None:
    """Show what a session was and which memories were saved in it, without its messages."""
    with front() as ctx:
        session: Session = ctx.load_session(**which)
        memories = ctx.sessions.memories(session)
    render.show(
        form,
        text=lambda: transcripts.card(session, memories),
        document=lambda: _whole(transcripts.heading(session), memories),
    )


@verb(
    "search",
    'contextfs session search "database design" --since yesterday',
    'contextfs session search "rate limiting" --all --json',
    cls=Verb,
)
@click.argument("words", metavar="QUERY...", nargs=-1, required=True)
@_limit(5)
@_filters
@options.as_rows
def search(words: tuple[str, ...], form: str, **given: Any) -> None:
    """Find sessions by words and by meaning, each with the place where it was said."""
    options.check_scope(given["namespace"], everywhere=given["all"])
    query = " ".join(words)
    with front() as ctx:
        found = ctx.sessions.search(query, **given)
    rows = [transcripts.result(each) for each in found]
    render.show(
        form,
        text=lambda: transcripts.results(found),
        document=lambda: {"query": query, "results": rows},
        rows=lambda: rows,
    )


@verb("files", "contextfs session files", "contextfs session files auth-refactor --json", cls=Verb)
@click.argument("which", metavar="[SESSION]", required=False, shell_complete=suggest.sessions)
@options.as_json
def files(which: str | None, form: str) -> None:
    """List the files that a session touched, the current one unless another is named.

    They are what was noted by `contextfs session touch`, by hosts and by the messages of tools, then what git says
    changed while the session was going on. With no session at all it is what differs from the last commit.
    """
    with front() as ctx:
        found = ctx.sessions.files(which)
    render.show(
        form,
        text=lambda: "\n".join(map(render.visible, found)) or "No file was touched.",
        document=lambda: {"files": found},
    )
