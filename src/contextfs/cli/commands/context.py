"""contextfs context and session-start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from contextfs.cli import asking, options, packs, render
from contextfs.cli.front import front
from contextfs.cli.group import TextVerb, Verb, verb
from contextfs.errors import InvalidInput

if TYPE_CHECKING:
    from contextfs.domain.pack import ContextPack

_FORMS = click.Choice(["markdown", "json"])
_FORMAT = click.option(
    "--format", "shape", type=_FORMS, default="markdown", show_default=True, help="Which form."
)
_FILES = ("--files", "--file")
_TOKENS = click.IntRange(100, 100_000)


class _Context(TextVerb):
    """A command whose option --files may be followed by several paths."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as usual, with the option before each path that is there."""
        return super().parse_args(ctx, _each_marked(args))


def _each_marked(args: Sequence[str]) -> list[str]:
    given: list[str] = []
    for arg in args:
        follows = len(given) > 1 and given[-2] in _FILES and given[-1] not in _FILES
        if follows and not arg.startswith("-") and os.path.lexists(arg):
            given.append(given[-2])
        given.append(arg)
    return given


@verb(
    "context",
    'contextfs context "retry failed webhooks"',
    'contextfs context "speed up the search" --budget 1000 --files src/search.py src/plan.py',
    "git diff | contextfs context - --format json",
    cls=_Context,
)
@click.argument("words", metavar="[TASK]...", nargs=-1)
@click.option("--budget", type=_TOKENS, default=2000, show_default=True, help="Tokens at most.")
@click.option(*_FILES, "files", multiple=True, metavar="PATH", help="Files it is about.")
@_FORMAT
@options.as_json
def context(words: tuple[str, ...], budget: int, files: tuple[str, ...], shape: str, form: str) -> None:
    """Print the memories that a task needs.

    The text is made for a prompt. TASK is what is to be done, in any words; - reads it from standard input. Memories
    stand in it whole, each with its id, type, age, freshness and where it comes from, until the budget is used; one
    that is too long is named. Without a task it is what session-start prints.
    """
    task = " ".join(words)
    if task == "-":
        task = asking.piped(lenient=True)
        if not task.strip():
            raise InvalidInput("There is no task on standard input.", hint="Write it as TASK, or pipe it in.")
    with front() as ctx:
        pack = ctx.context(task, budget=budget, files=files)
    _show(pack, "json" if shape == "json" else form)


@verb(
    "session-start",
    "contextfs session-start",
    "contextfs session-start --budget 500 --json",
    cls=Verb,
)
@click.option("--budget", type=_TOKENS, default=1000, show_default=True, help="Tokens at most.")
@_FORMAT
@options.as_json
def session_start(budget: int, shape: str, form: str) -> None:
    """Print what a session should know from its beginning.

    How the last session here ended, the recent decisions of this repository and branch, open tasks, what changed lately
    and your preferences.
    """
    with front() as ctx:
        pack = ctx.session_start(budget=budget)
    _show(pack, "json" if shape == "json" else form)


def _show(pack: ContextPack, form: str) -> None:
    if form == "text" and pack.text:
        render.raw(f"{pack.text}\n")
    else:
        render.show(form, text=lambda: packs.nothing(pack), document=pack.to_dict)
    if form == "text" and pack.left_out:
        render.remark(packs.left_out(pack))
