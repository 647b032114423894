"""contextfs pause and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from contextfs.cli import documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb

if TYPE_CHECKING:
    from contextfs.api.pausing import Pause


@verb("pause", "contextfs pause", "contextfs pause --for 2h", "contextfs pause --repo")
@click.option("--repo", is_flag=True, help="Only in this repository, in all its worktrees.")
@click.option(
    "--for", "lasting", metavar="TIME", help="Until then, such as 45m, 2h or 1d; else until resume."
)
@options.as_json
def pause(lasting: str | None, *, repo: bool, form: str) -> None:
    """Capture and inject nothing for now.

    Nothing that assistants do is recorded, and nothing is put into prompts. It holds for the hooks of all assistants,
    for the recording of MCP calls and for git's hooks. What you save, search or import yourself goes on.
    """
    with front() as ctx:
        made = ctx.pause(lasting, repo=repo)
    render.show(form, text=lambda: f"Paused {told(made)}", document=lambda: documents.plain(made))


@verb("resume", "contextfs resume", "contextfs resume --repo")
@click.option("--repo", is_flag=True, help="End only the pause of this repository.")
@options.as_json
def resume(*, repo: bool, form: str) -> None:
    """Capture and inject again."""
    with front() as ctx:
        ended, left = ctx.resume(repo=repo), ctx.pauses()
    lines = [f"Resumed {_where(one)}" for one in ended] or ["Nothing was paused here"]
    lines += [f"Still paused {told(one)}" for one in left]
    render.show(
        form,
        text=lambda: "\n".join(lines),
        document=lambda: {"resumed": documents.plain(ended), "paused": documents.plain(left)},
    )


def told(one: Pause) -> str:
    """A pause in words: where, and until when."""
    until = f"until {one.until.astimezone():%Y-%m-%d %H:%M}" if one.until else "until: contextfs resume"
    return f"{_where(one)} {until}"


def _where(one: Pause) -> str:
    return f"in {one.place}" if one.place else "everywhere"
