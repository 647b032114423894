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
    if not 0 <= options.port <= 65_535:
        parser.error(f"--port {options.port} is not a port; it must be between 0 and 65535")
    os.umask(0o077)  # the log and the token are for their owner only
    from contextfs.mcp.run import run_http, run_stdio

    if options.http:
        run_http(options.host, options.port, allow_remote=options.allow_remote)
    else:
        run_stdio()
    return 0


if __name__ == "__main__":
    sys.exit(main())
