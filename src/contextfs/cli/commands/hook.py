"""contextfs hook: its help; the command itself is served before click is loaded."""

from __future__ import annotations

import click

from contextfs.cli.group import verb
from contextfs.integrations import hook as hook_


@verb("hook", "contextfs hook user-prompt --client claude-code < event.json")
@click.argument("event")
@click.option(
    "--client", default="", metavar="NAME", help="The host that calls; else it is told by its input."
)
def hook(event: str, client: str) -> None:
    """Serve an event of an assistant's host.

    Hosts call it, `contextfs install` sets that up. EVENT is session-start, user-prompt, post-tool, stop, pre-compact,
    post-compact or session-end, or the host's own name of it; the host's JSON is read from standard input, and the
    answer is in its shape. It always ends with 0 and prints nothing else: see docs/how-to/hooks.md.
    """
    hook_.main([event, *(["--client", client] if client else [])])
