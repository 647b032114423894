"""`contextfs-mcp`: the MCP server as a program, over standard input and output or over HTTP."""

from __future__ import annotations

import os
import sys

from contextfs._version import __version__
from contextfs.errors import ContextFSError

DEFAULT_PORT = 8765

_HELP = f"""\
Usage: contextfs-mcp [OPTIONS]

  Serve the memory to an AI assistant by the Model Context Protocol. Without options it speaks on standard
  input and output: name the command `contextfs-mcp` in the configuration of your assistant.

Options:
  --http           Serve streamable HTTP at http://HOST:PORT/mcp; clients send a bearer token.
  --host HOST      Address to listen on  [default: 127.0.0.1]
  --port PORT      Port to listen on, 0 for any free one  [default: {DEFAULT_PORT}]
  --allow-remote   Allow an address that other machines can reach.
  --version        Show the version and exit.
  -h, --help       Show this message and exit.

Environment:
  CONTEXTFS_DATA_DIR     Where the memories are  [default: ~/.contextfs]
  CONTEXTFS_NAMESPACE    Namespace to use instead of the one of the git repository
  CONTEXTFS_MCP_TOKEN    Token for --http; without it one is made and kept in the data directory
  CONTEXTFS_DEBUG=true   Log more to <data directory>/logs/mcp.log
"""


def main(argv: list[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if "-h" in arguments or "--help" in arguments:
        sys.stdout.write(_HELP)
        return 0
    if "--version" in arguments:
        sys.stdout.write(f"contextfs-mcp {__version__}\n")
        return 0
    try:
        return _serve(arguments)
    except ContextFSError as error:
        sys.stderr.write(f"contextfs-mcp: {error.message}\n{error.hint}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _serve(arguments: list[str]) -> int:
    import argparse  # `--help` is the first thing people try; it needs none of this

    parser = argparse.ArgumentParser("contextfs-mcp", usage="contextfs-mcp [OPTIONS]", add_help=False)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--allow-remote", action="store_true")
    options = parser.parse_args(arguments)
    os.umask(0o077)  # the log and the token are for their owner only
    if not options.http:
        return _serve_stdio()
    return _serve_http(options.host, options.port, allow_remote=options.allow_remote)


def _serve_stdio() -> int:
    from contextfs.mcp.logs import guard_stdout

    guard_stdout()
    with _front() as front:
        from contextfs.mcp.server import build  # the MCP SDK, by far the dearest import

        build(front).run("stdio")
    return 0


def _serve_http(host: str, port: int, *, allow_remote: bool) -> int:
    from contextfs.mcp.http_server import bearer_token, check_host, serve_http

    check_host(host, allow_remote=allow_remote)
    with _front() as front:
        token, source = bearer_token(front.settings.data_dir)
        from contextfs.mcp.server import build

        sys.stderr.write(f"contextfs-mcp takes its token from {source}\n")
        serve_http(build(front), host, port, token)
    return 0


def _front():
    from contextfs.api import ContextFS
    from contextfs.mcp.logs import start_log

    front = ContextFS(cwd=os.environ.get("CLAUDE_PROJECT_DIR") or None)
    start_log(front.settings.data_dir, debug=front.settings.flag("debug"))
    return front


if __name__ == "__main__":
    sys.exit(main())
