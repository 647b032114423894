"""contextfs status."""

from __future__ import annotations

from contextfs.cli import documents, options, render, reports
from contextfs.cli.front import front
from contextfs.cli.group import verb


@verb("status", "contextfs status", "contextfs status --json")
@options.as_json
def status(form: str) -> None:
    """Show where memories go and what is there.

    The namespace and where it comes from, the repository, branch and project, the data directory, the memories of
    each namespace and type, the embedding provider and the versions.
    """
    with front() as ctx:
        found = ctx.status()
    render.show(form, text=lambda: reports.status(found), document=lambda: documents.plain(found))
