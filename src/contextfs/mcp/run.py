"""Running the server: what has to be in place before the MCP SDK is loaded, and after it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager

from contextfs._version import __version__
from contextfs.api import ContextFS
from contextfs.integrations.hook_helper import Helper
from contextfs.mcp.http_server import REQUEST_BYTES, App, bearer_token, check_host, serve_http
from contextfs.mcp.logs import guard_stdout, start_log
from contextfs.mcp.project import project_directory
from contextfs.mcp.wire import guard_stdin

log = logging.getLogger(__name__)


def run_stdio() -> None:
    """Serve one client on standard input and output until it goes away."""
    guard_stdout()
    guard_stdin()
    # The thread that waits for the client's next line cannot be woken; what was answered is on the disk already.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with _front_door() as front:
        from contextfs.mcp.server import build  # by far the dearest import: what it prints is guarded already

        with _hooks(front):
            build(front).run("stdio")


def run_http(host: str, port: int, *, allow_remote: bool) -> None:
    """Serve several clients over HTTP until interrupted."""
    check_host(host, allow_remote=allow_remote)
    with _front_door() as front:
        token, source = bearer_token(front.settings.data_dir)
        sys.stderr.write(f"contextfs-mcp takes its token from {source}\n")
        from contextfs.mcp.server import build  # not before the caller's mistakes are answered

        with _hooks(front):
            serve_http(build(front), host, port, token)


@contextlib.contextmanager
def _hooks(front: ContextFS) -> Generator[None]:
    """Serve the hooks of the same assistant meanwhile, since everything that they need is loaded here."""
    helper = Helper(front.settings.data_dir)
    helper.start()
    try:
        yield
    finally:
        helper.stop()


def _front_door() -> ContextFS:
    front = ContextFS(cwd=project_directory(os.environ), surface="mcp")
    start_log(front.settings.data_dir, debug=front.settings.flag("debug"))
    log.info("contextfs %s starts, memories in %s", __version__, front.settings.data_dir)
    return front


def mounted(host: str) -> tuple[App, Callable[[], AbstractAsyncContextManager[object]]]:
    """The server as an application for another process to mount at `/mcp`, and what has to go on while it serves."""
    from contextfs.mcp.server import build  # by far the dearest import

    app = build(_front_door()).streamable_http_app(host=host, max_request_body_size=REQUEST_BYTES)
    return app, lambda: app.router.lifespan_context(app)
