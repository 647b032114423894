"""contextfs session: what begins, fills, ends, names and deletes a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, blocks, documents, options, render, suggest, transcripts
from contextfs.cli.front import front
from contextfs.cli.group import LazyGroup, TextVerb, verb
from contextfs.cli.table import Entry
from contextfs.cli.values import Scalar, mapping_or_none, pair
from contextfs.errors import SessionNotFound

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory

_HERE = "contextfs.cli.commands.session:"
_READING = "contextfs.cli.commands.session_reading:"
session = LazyGroup(
    "session",
    help="Record conversations, and read them again.",
    examples=(
        'contextfs session start --label "auth-refactor"',
        'contextfs session message --role assistant "We take RS256, since both ends are ours."',
        'contextfs session save --label "auth-refactor-day-1"',
    ),
    table={
        "start": Entry(_HERE + "start", "Begin a session.", "Recording"),
        "message": Entry(_HERE + "message", "Add a message to the current session.", "Recording"),
        "end": Entry(_HERE + "end", "End the current session, with a summary.", "Recording"),
        "save": Entry(_HERE + "save", "End it and save its summary as a memory.", "Recording"),
        "list": Entry(_READING + "sessions", "List the latest sessions.", "Reading"),
        "show": Entry(_READING + "show", "Show what a session was, without its messages.", "Reading"),
        "load": Entry(_READING + "load", "Print a session whole, or shortened for a prompt.", "Reading"),
        "search": Entry(_READING + "search", "Find sessions by words and by meaning.", "Reading"),
        "touch": Entry(_HERE + "touch", "Note files that the session touched.", "Recording"),
        "files": Entry(_READING + "files", "List the files that a session touched.", "Reading"),
        "update": Entry(_HERE + "update", "Change label or summary of a session.", "Upkeep"),
        "delete": Entry(_HERE + "delete", "Delete a session; undo brings it back.", "Upkeep"),
        "restore": Entry(_HERE + "restore", "Bring back a deleted session.", "Upkeep"),
    },
)

_LABEL = click.option(
    "-l", "--label", metavar="NAME", shell_complete=suggest.labels, help="A name to find it by."
)
_TOOL = click.option(
    "--tool", metavar="NAME", help="The tool that is talked with; found out if it is not named."
)
_META = click.option(
    "--metadata", "--meta", "metadata", type=pair, metavar="KEY=VALUE", multiple=True, callback=mapping_or_none,
    help="A metadata entry. Repeatable.",
)  # fmt: skip
_ID = click.argument("session_id", metavar="SESSION_ID", shell_complete=suggest.sessions)


@verb("start", 'contextfs session start --label "test"', "contextfs session start --tool claude-code")
@_LABEL
@_TOOL
@click.option("--project", metavar="NAME", help="Label shared across repositories.")
@_META
@options.as_json
def start(
    label: str | None, tool: str | None, project: str | None, metadata: Mapping[str, Scalar] | None, form: str
) -> None:
    """Begin a session.

    It is the current one of this repository and tool from now on; the one that was going on ends.
    """
    with front() as ctx:
        begun = ctx.start_session(tool=tool, label=label or "", project=project, metadata=metadata)
    render.did(
        form,
        text=lambda: f"Started session {transcripts.name(begun)} with {render.visible(begun.tool)}",
        document=lambda: transcripts.heading(begun),
    )


@verb(
    "message",
    'contextfs session message "Should we use JWTs or sessions?"',
    'contextfs session message --role assistant "Given your requirements, JWTs with short expiry."',
    "make test 2>&1 | contextfs session message --role tool -",
    cls=TextVerb,
)
@click.argument("text", metavar="TEXT", required=False)
@click.option(
    "-r", "--role", type=click.Choice(("user", "assistant", "tool", "system")), default="user", show_default=True,
    help="Who says it.",
)  # fmt: skip
@_META
@options.as_json
def message(text: str | None, role: str, metadata: Mapping[str, Scalar] | None, form: str) -> None:
    """Add a message to the current session, which begins now if there is none.

    - or nothing reads TEXT from a pipe. Secrets in it are replaced by what they were.
    """
    said = asking.content_for(text, (), lenient=True)
    with front() as ctx:
        kept = ctx.add_message(role, said, metadata=metadata)
        into = ctx.sessions.current()
    render.did(
        form,
        text=lambda: f"Added to session {transcripts.name(into)}" if into else "Added.",
        document=lambda: {"session": into.id if into else "", "message": documents.plain(kept)},
    )


@verb("end", "contextfs session end", "contextfs session end --no-summary")
@_LABEL
@click.option("--summary/--no-summary", default=True, help="Whether a summary is written.")
@options.as_json
def end(label: str | None, *, summary: bool, form: str) -> None:
    """End the current session, with a summary of what was said."""
    with front() as ctx:
        if ctx.sessions.current() is None:
            raise SessionNotFound(
                "No session is going on here.",
                hint="Keep the one that ended last with: contextfs session save",
            )
        over = ctx.end_session(generate_summary=summary, label=label)
    render.did(
        form,
        text=lambda: "\n".join([f"Ended session {transcripts.name(over)}", render.visible(over.summary)]),
        document=lambda: transcripts.heading(over),
    )


@verb("save", 'contextfs session save --label "name"', "contextfs session save 3f9c12ab --tags auth,oauth")
@click.argument("session_id", metavar="[SESSION_ID]", required=False, shell_complete=suggest.sessions)
@_LABEL
@click.option(
    "--tags", metavar="A,B", shell_complete=suggest.tags, help="Tags of the memory, separated by commas."
)
@options.as_json
def save(session_id: str | None, label: str | None, tags: str | None, form: str) -> None:
    """End a session, the current one if none is named, and save its summary as an episodic memory."""
    with front() as ctx:
        which = "current" if session_id is None else ctx.sessions.resolve(session_id)
        memory = ctx.save(save_session=which, label=label, tags=tags)
    render.did(
        form,
        text=lambda: f"Saved {blocks.name(memory)}\n{render.visible(_beyond_title(memory))}",
        document=lambda: documents.memory(memory),
    )


def _beyond_title(memory: Memory) -> str:
    """The content without the title that was just shown."""
    return memory.content.removeprefix(memory.title).lstrip()


@verb(
    "update",
    "contextfs session update --label auth-refactor",
    'contextfs session update 3f9c12ab --summary "Chose RS256 for the tokens."',
)
@click.argument("session_id", metavar="[SESSION_ID]", required=False, shell_complete=suggest.sessions)
@_LABEL
@click.option("-s", "--summary", metavar="TEXT", help="What came of it.")
@click.option("--project", metavar="NAME", help="Label shared across repositories.")
@click.option("--namespace", shell_complete=suggest.namespaces, metavar="NAME", help="Where it belongs.")
@_META
@options.as_json
def update(session_id: str | None, form: str, **fields: object) -> None:
    """Change a session, the current one if none is named; an empty text clears a field."""
    given = {name: value for name, value in fields.items() if value is not None}
    if not given:
        raise click.UsageError(
            "Say what to change: --label, --summary, --project, --namespace or --metadata."
        )
    with front() as ctx:
        changed = ctx.update_session(session_id, **given)  # type: ignore[arg-type]
    render.did(
        form,
        text=lambda: f"Updated session {transcripts.name(changed)}",
        document=lambda: transcripts.heading(changed),
    )


@verb("delete", "contextfs session delete 3f9c12ab --yes")
@_ID
@options.yes
@options.as_json
def delete(session_id: str, *, yes: bool, form: str) -> int:
    """Delete a session; undo brings it back.

    Asks first where somebody can answer. Memories saved while it was going on stay.
    """
    with front() as ctx:
        found = ctx.load_session(session_id)
        question = f"Delete session {transcripts.name(found)} with {found.length} messages?"
        if not yes and asking.someone_there() and not asking.agreed(question):
            render.remark("Nothing was changed.")
            return 1
        gone = ctx.delete_session(found.id)
    render.did(
        form,
        text=lambda: (
            f"Deleted session {transcripts.name(gone)}\n`contextfs undo` brings it back. To remove its"
            f" messages for good: contextfs erase {gone.short_id}"
        ),
        document=lambda: {"deleted": transcripts.heading(gone), "undo": "contextfs undo"},
    )
    return 0


@verb("restore", "contextfs session restore 3f9c12ab")
@click.argument("session_id", metavar="SESSION_ID")
@options.as_json
def restore(session_id: str, form: str) -> None:
    """Bring back a deleted session with all its messages."""
    with front() as ctx:
        back = ctx.sessions.restore(session_id)
    render.did(
        form,
        text=lambda: f"Restored session {transcripts.name(back)}",
        document=lambda: transcripts.heading(back),
    )


@verb(
    "touch",
    "contextfs session touch src/app.py tests/test_app.py",
    "git diff --name-only | contextfs session touch -",
    "contextfs session touch --forget src/wrong.py",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--session", "which", metavar="SESSION", shell_complete=suggest.sessions, help="Another than the current."
)
@click.option("--forget", is_flag=True, help="Take back that the session touched them.")
@options.as_json
def touch(paths: tuple[str, ...], which: str | None, form: str, *, forget: bool) -> None:
    """Note files that the session touched; `-` reads their names from standard input, one a line.

    `contextfs why` shows the session for them, and a record saved in it is about them. `contextfs undo` passes over
    such notes; --forget takes them back.
    """
    given = [each for path in paths for each in (asking.piped().splitlines() if path == "-" else [path])]
    with front() as ctx:
        kept = (ctx.sessions.forget_files if forget else ctx.sessions.touch)(given, which)
    done = "Forgot" if forget else "Noted"
    render.did(
        form,
        text=lambda: (
            f"{done} {len(kept)} {'file' if len(kept) == 1 else 'files'}: {render.visible(', '.join(kept))}"
        ),
        document=lambda: {"files": kept},
    )
