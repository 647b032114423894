"""contextfs web."""

from __future__ import annotations

import click

from contextfs.cli.group import verb


@verb("web", "contextfs web --port 8000", "contextfs web --port 0 --no-open")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    metavar="PORT",
    help="Port to listen on; 0 takes any free one.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on."
)
@click.option("--allow-remote", is_flag=True, help="Allow an address that other machines can reach.")
@click.option("--tls-cert", "certificate", default="", metavar="FILE", help="Certificate (PEM), to encrypt.")
@click.option("--tls-key", "key", default="", metavar="FILE", help="Its key (PEM).")
@click.option("--no-open", is_flag=True, help="Open no browser; the link is printed all the same.")
def web(port: int, host: str, certificate: str, key: str, *, allow_remote: bool, no_open: bool) -> None:
    """Open the memory in a browser: search, read, edit, review.

    A link with a token is printed, which lets one browser in. Only this machine can reach the page. The same process
    serves REST under /api/v1 and MCP at /mcp, for programs that send the token of contextfs-mcp --http.
    """
    from contextfs.web.serve import Serving, serve  # a surface of its own, loaded only to run it

    serve(
        Serving(
            host=host,
            port=port,
            allow_remote=allow_remote,
            open_browser=not no_open,
            certificate=certificate,
            key=key,
        )
    )
