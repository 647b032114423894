"""contextfs update."""

from __future__ import annotations

from typing import Any

import click

from contextfs.cli import asking, options, outcome
from contextfs.cli.front import front
from contextfs.cli.group import TextVerb, verb
from contextfs.domain.memory import STATUSES


@verb(
    "update",
    'contextfs update 3f9c12ab "This project uses Python 3.12 with FastAPI"',
    "contextfs update 3f9c12ab --add-tags reviewed --remove-tags draft",
    "contextfs update 3f9c12ab --project my-saas --namespace global",
    "contextfs update 3f9c12ab - < decision.md",
    cls=TextVerb,
)
@options.memory_id()
@click.argument("content", required=False)
@options.tag_changes
@click.option("--status", type=click.Choice(STATUSES), help="Whether it still holds.")
@options.fields
@options.as_json
def update(memory_id: str, content: str | None, *, form: str, allow_secret: bool, **given: Any) -> None:
    """Change a memory.

    CONTENT replaces its text; - reads it from standard input. Only what is named is changed, and an empty value
    clears a field. --namespace and --project move it.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    if content is None and not changes:
        raise click.UsageError("Name what to change, for example CONTENT, --tags or --project.")
    if "tags" in changes and ("add_tags" in changes or "remove_tags" in changes):
        raise click.UsageError("--tags replaces all tags: leave out --add-tags and --remove-tags, or --tags.")
    text = asking.piped() if content == "-" else content
    with front() as ctx:
        if "files" in changes:
            changes["files"] = [asking.within(ctx.workspace.root, path) for path in changes["files"]]
        memory = ctx.update(memory_id, text, **changes, allow_secret=allow_secret)
    outcome.done(form, "Updated", memory)
