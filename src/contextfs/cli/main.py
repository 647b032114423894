"""The root of the command line, and the one place where an error becomes a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import click

from contextfs._version import __version__
from contextfs.cli.group import LazyGroup
from contextfs.cli.render import OutputLost
from contextfs.cli.table import COMMANDS, GROUPED, front_page
from contextfs.errors import ContextFSError

EXIT_CODES = {"user": 1, "config": 1, "transient": 75, "internal": 70}
"""Kind of error -> exit code; a usage error is 2 and Ctrl-C is 130."""
LOST = 74
"""The exit code when the work was done and its output could not be written."""


Tell = Callable[[str, str, str], None]
"""Says the kind of an error, its message and its hint."""


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
    tell = _as_json if _wants_json(sys.argv[1:] if args is None else args) else _as_text
    try:
        outcome = root.main(args, prog_name="contextfs", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.ClickException as error:
        return _misused(error, tell)
    except click.Abort as error:
        tell("interrupted", "Aborted.", "")
        return 130 if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt) else 1
    except ContextFSError as error:
        return _failed(error.kind, error.message, error.hint, tell)
    except OutputLost as lost:
        return _lost(lost.done, lost.reason, tell)
    except OSError as error:
        if error.filename is None:
            return _lost("", error, tell)
        return _failed("config", f"Cannot use {error.filename}: {error.strerror or error}.", "", tell)
    except Exception as error:  # noqa: BLE001 - the boundary: a defect becomes a message, and a traceback for who asks
        return _failed("internal", f"{type(error).__name__}: {error}", ContextFSError.hint, tell)


def _wants_json(args: Sequence[str]) -> bool:
    """Whether the command line asks for JSON; looked for here, since what cannot be parsed asks, too."""
    options = args[: args.index("--")] if "--" in args else args
    return "--json" in options or "--jsonl" in options


def _as_text(kind: str, message: str, hint: str) -> None:
    """Say an error to a person."""
    word = "" if kind == "interrupted" else "Error: "
    click.echo(f"{word}{message}\n{f'Hint: {hint}' if hint else ''}".rstrip(), err=True)


def _as_json(kind: str, message: str, hint: str) -> None:
    """Say an error to a program: one line on standard error."""
    import json  # only this form needs it

    document = {"error": {"kind": kind, "message": message, "hint": " ".join(hint.split())}}
    click.echo(json.dumps(document, ensure_ascii=False), err=True)


def _misused(error: click.ClickException, tell: Tell) -> int:
    """Say what is wrong with a command line; a person sees the usage, too."""
    if tell is _as_text:
        error.show()
        return error.exit_code
    ctx = getattr(error, "ctx", None)
    hint = f"See what is accepted with: {ctx.command_path} --help" if ctx else ""
    tell("usage" if isinstance(error, click.UsageError) else "user", error.format_message(), hint)
    return error.exit_code


def _lost(done: str, reason: OSError, tell: Tell) -> int:
    """Say that the work was done; when nothing was changed, a reader that went away needs no word."""
    if done or not isinstance(reason, BrokenPipeError):
        what = done or "The command was carried out"
        tell("output", f"{what}, but the output could not be written: {reason.strerror or reason}.", "")
    return LOST


def _failed(kind: str, message: str, hint: str, tell: Tell) -> int:
    """Say what went wrong and what to do next; show the traceback of an internal error to who asks for it."""
    debug = os.environ.get("CONTEXTFS_DEBUG", "").lower() in ("1", "true", "yes", "on")
    if kind == "internal" and debug:
        from traceback import print_exc  # a slow import that only debugging needs

        print_exc()
    elif kind == "internal":
        hint += "\n      Show where it happened by setting CONTEXTFS_DEBUG=true"
    tell(kind, message, hint)
    return EXIT_CODES[kind]


def _prepare(stream: object) -> None:
    """Let a terminal that cannot show a character show a mark instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
