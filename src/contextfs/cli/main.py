"""The root of the command line, and the one place where an error becomes a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from contextfs._version import __version__
from contextfs.cli.group import LazyGroup
from contextfs.cli.table import COMMANDS, GROUPED, front_page
from contextfs.errors import ContextFSError

EXIT_CODES = {"user": 1, "config": 1, "transient": 75, "internal": 70}
"""Kind of error -> exit code; a usage error is 2 and Ctrl-C is 130."""


class Root(LazyGroup):
    """The command line as a whole; its help is the front page."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the front page."""
        formatter.write(front_page())


@click.group(
    "contextfs",
    cls=Root,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="contextfs", message="%(prog)s %(version)s")
def root() -> None:
    """Persistent memory for developers who work with AI assistants."""


memory = LazyGroup(
    "memory",
    table={**{name: COMMANDS[name] for name in GROUPED}, "prune": COMMANDS["cleanup"]},
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
    except OSError as error:
        return _failed(
            "config", f"Cannot use {error.filename or 'the output'}: {error.strerror or error}.", ""
        )
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
