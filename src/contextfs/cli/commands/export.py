"""contextfs export."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from contextfs.cli import documents, options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb

if TYPE_CHECKING:
    from contextfs.domain.exported import Exported

_FORMATS = ("jsonl", "markdown", "memory-server")
_SHOWN = 10


@verb(
    "export",
    "contextfs export --to notes",
    "contextfs export --all --to memories.jsonl",
    "contextfs export --type decision --to notes --watch",
    "contextfs export --format memory-server --to graph.jsonl",
    "contextfs export | gzip > memories.jsonl.gz",
)
@click.option(
    "--to",
    metavar="PATH",
    help="A folder for Markdown, a file for the rest; - or nothing is standard output.",
)
@click.option(
    "--format",
    "form_of_file",
    type=click.Choice(_FORMATS),
    help="jsonl (lossless, with history), markdown (pages to read and edit) or memory-server. Told by --to.",
)
@options.filters
@click.option("--watch", is_flag=True, help="Keep the folder current until Ctrl-C.")
@click.option("--mirror", is_flag=True, help="Bring the mirror in the data directory up to date.")
@click.option(
    "--force", is_flag=True, help="Overwrite pages that somebody has edited, and write deleted ones again."
)
@options.as_json
def export(
    to: str | None,
    form_of_file: str | None,
    wanted: options.Wanted,
    *,
    watch: bool,
    mirror: bool,
    force: bool,
    form: str,
) -> int:
    """Write memories to a folder or a file.

    Markdown becomes DIR/namespaces/NAMESPACE/TYPE/TITLE.md; `contextfs import --from DIR` takes in what somebody
    edited there. JSONL keeps all that ever happened, deleted memories and sessions as well; `contextfs import FILE`
    puts it into another store. Without filters: the current and the global namespace.
    """
    if mirror:
        return _mirror(form)
    target = None if to in {None, "-", "/dev/stdout"} else to
    chosen = form_of_file or ("jsonl" if target is None else "")
    if target is None and (watch or chosen == "markdown"):
        raise click.UsageError("Markdown is a folder of pages: give it with --to DIR.")
    with front() as ctx:
        given = {**_given(wanted), "force": force}
        if watch:
            del given["force"]
            with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
                for done in ctx.export_again(str(target), **given):
                    _show(done, form)
        elif target is None:
            ctx.export(render.raw, chosen, **given)
        else:
            _show(ctx.export(target, chosen, **given), form)
    return 0


def _mirror(form: str) -> int:
    with front() as ctx:
        if not ctx.settings.flag("mirror"):
            raise click.UsageError("The mirror is off. To keep one: contextfs config set mirror true")
        pages = ctx.refresh_mirror()
    render.did(
        form,
        text=lambda: f"The mirror is current ({pages} pages changed).",
        document=lambda: {"pages": pages},
    )
    return 0


def _given(wanted: options.Wanted) -> Mapping[str, Any]:
    """The filters as the front door takes them; without a status every one is exported."""
    return {
        "type": wanted.types,
        "tags": wanted.tags,
        "project": wanted.project,
        "source_repo": wanted.source_repo,
        "source_tool": wanted.source_tool,
        "since": wanted.since,
        "until": wanted.until,
        "metadata": wanted.metadata,
        "status": wanted.status if wanted.status not in {None, "all"} else None,
        "namespace": wanted.namespace,
        "all": wanted.everywhere,
        "author": wanted.author,
        "branch": wanted.branch,
    }


def _show(done: Exported, form: str) -> None:
    render.did(form, text=lambda: _text(done), document=lambda: documents.plain(done))


def _text(done: Exported) -> str:
    if done.lines:
        return f"Exported {done.lines} lines to {render.visible(done.target)}."
    lines = [
        f"{render.visible(done.target)}: {len(done.written)} pages written, {len(done.removed)} removed."
    ]
    lines += _named(
        done.edited, "edited and left as they are", "contextfs import --from DIR takes the edits in"
    )
    lines += _named(
        done.missing, "deleted and not written again", "--force writes them, import --from DIR asks"
    )
    return "\n".join(lines)


def _named(paths: Any, what: str, hint: str) -> list[str]:
    if not paths:
        return []
    more = [f"  and {len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    return [
        f"{len(paths)} {what} ({hint}):",
        *(f"  {render.visible(path)}" for path in paths[:_SHOWN]),
        *more,
    ]
