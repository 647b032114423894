"""The table of commands, the root of the command line, and the one place where an error becomes a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from contextfs._version import __version__
from contextfs.cli.group import Entry, LazyGroup
from contextfs.errors import ContextFSError

_MEMORIES, _HISTORY, _UPKEEP = "Memories", "History", "Settings and upkeep"
_AT = "contextfs.cli.commands."

COMMANDS = {
    "save": Entry(_AT + "save:save", "Save a memory.", _MEMORIES),
    "search": Entry(_AT + "search:search", "Find memories by words and by meaning.", _MEMORIES),
    "recall": Entry(_AT + "recall:recall", "Show memories whole, by id.", _MEMORIES),
    "list": Entry(_AT + "listing:listing", "List memories, newest first.", _MEMORIES),
    "update": Entry(_AT + "update:update", "Change a memory.", _MEMORIES),
    "delete": Entry(_AT + "delete:delete", "Delete a memory; undo brings it back.", _MEMORIES),
    "types": Entry(_AT + "types:types", "Explain the memory types and show their templates.", _MEMORIES),
    "log": Entry(_AT + "history:log", "Show what was done, or the revisions of one memory.", _HISTORY),
    "diff": Entry(_AT + "history:diff", "Show what a revision changed.", _HISTORY),
    "restore": Entry(
        _AT + "history:restore", "Bring back a deleted memory or an earlier revision.", _HISTORY
    ),
    "undo": Entry(_AT + "history:undo", "Take back the last thing done here.", _HISTORY),
    "supersede": Entry(_AT + "lifecycle:supersede", "Mark a memory as replaced by another.", _HISTORY),
    "deprecate": Entry(_AT + "lifecycle:deprecate", "Mark a memory as no longer valid.", _HISTORY),
    "archive": Entry(_AT + "lifecycle:archive", "Take a memory out of search but keep it.", _HISTORY),
    "erase": Entry(_AT + "delete:erase", "Remove a memory for good, from history too.", _HISTORY),
    "status": Entry(_AT + "status:status", "Show where memories go and what is there.", _UPKEEP),
    "cleanup": Entry(_AT + "cleanup:cleanup", "Delete memories older than some days.", _UPKEEP),
    "config": Entry(_AT + "config:config", "Read and change the settings.", _UPKEEP),
    "namespace": Entry(_AT + "namespace:namespace", "List, rename and merge namespaces.", _UPKEEP),
    "model": Entry(_AT + "model:model", "Install and choose embedding models.", _UPKEEP),
    "reindex": Entry(_AT + "reindex:reindex", "Rebuild words and vectors from the memories.", _UPKEEP),
    "backup": Entry(_AT + "backup:backup", "Copy the store, or put a copy back.", _UPKEEP),
    "completion": Entry(_AT + "completion:completion", "Print the completion script of a shell.", _UPKEEP),
    "mcp": Entry(_AT + "mcp:mcp", "Run the MCP server, as contextfs-mcp does.", _UPKEEP),
    "memory": Entry("contextfs.cli.main:memory", "The commands as another tool groups them."),
}
_GROUPED = ("save", "search", "recall", "list", "update", "delete", "status", "cleanup")

EXIT_CODES = {"user": 1, "config": 1, "transient": 75, "internal": 70}
"""Kind of error -> exit code; a usage error is 2 and Ctrl-C is 130."""

_EPILOG = """\b
Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 70 internal error,
75 try again later, 130 interrupted. A search that finds nothing is done (0).
"""


@click.group(
    "contextfs",
    cls=LazyGroup,
    table=COMMANDS,
    examples=(
        'contextfs save "This project uses Python 3.11 with FastAPI" --type fact --tags python,fastapi,stack',
        'contextfs search "what framework are we using"',
        "contextfs save --help",
    ),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="contextfs", message="%(prog)s %(version)s")
def root() -> None:
    """Persistent memory for developers who work with AI assistants."""


memory = LazyGroup(
    "memory",
    table={**{name: COMMANDS[name] for name in _GROUPED}, "prune": COMMANDS["cleanup"]},
    help="The same commands, as another tool groups them.",
)


def run(args: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code."""
    _prepare(sys.stdout)
    _prepare(sys.stderr)
    try:
        outcome = root.main(args, prog_name="contextfs", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort as error:
        click.echo("Aborted.", err=True)
        return 130 if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt) else 1
    except ContextFSError as error:
        return _failed(error.kind, error.message, error.hint)
    except Exception as error:  # noqa: BLE001 - the boundary: a defect becomes a message, and a traceback for who asks
        return _failed("internal", f"{type(error).__name__}: {error}", ContextFSError.hint)


def _failed(kind: str, message: str, hint: str) -> int:
    """Say what went wrong and what to do next; show the traceback of an internal error to who asks for it."""
    debug = os.environ.get("CONTEXTFS_DEBUG", "").lower() in ("1", "true", "yes", "on")
    if kind == "internal" and debug:
        from traceback import print_exc  # a slow import that only debugging needs

        print_exc()
    elif kind == "internal":
        hint += "\n      Show where it happened by setting CONTEXTFS_DEBUG=true"
    click.echo(f"Error: {message}\n{f'Hint: {hint}' if hint else ''}".rstrip(), err=True)
    return EXIT_CODES[kind]


def _prepare(stream: object) -> None:
    """Let a terminal that cannot show a character show a mark instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
