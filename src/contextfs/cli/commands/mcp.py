"""contextfs mcp."""

from __future__ import annotations

import click

from contextfs.cli.group import verb


@verb(
    "mcp",
    "contextfs mcp",
    "contextfs mcp --http --port 8765",
    context_settings={"ignore_unknown_options": True},
    add_help_option=False,
)
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def mcp(args: tuple[str, ...]) -> int | None:
    """Run the MCP server, as contextfs-mcp does; ARGS are its own."""
    from contextfs.mcp.__main__ import main  # the server is a surface of its own, loaded only to run it

    return main(list(args))
