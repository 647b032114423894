"""contextfs reindex."""

from __future__ import annotations

from contextfs.cli import options, render
from contextfs.cli.front import front
from contextfs.cli.group import verb


@verb("reindex", "contextfs reindex")
@options.as_json
def reindex(form: str) -> None:
    """Rebuild words and vectors from the memories; nothing is lost when it is interrupted."""
    with front() as ctx, render.progress("Indexing") as progress:
        count = ctx.reindex(progress=progress)
    render.did(form, text=lambda: f"Indexed {count} memories.", document=lambda: {"indexed": count})
