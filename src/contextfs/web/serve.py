"""Running the web page: the socket, the link that opens it, the browser, and what is said about it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from typing import NamedTuple

import uvicorn

from contextfs.api import ContextFS
from contextfs.errors import InvalidSetting
from contextfs.mcp.http_server import bearer_token, check_host, is_loopback, listen
from contextfs.mcp.run import mounted
from contextfs.web.access import Access, own_names
from contextfs.web.app import Mounted, build


class Serving(NamedTuple):
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = 8000
    allow_remote: bool = False
    open_browser: bool = True
    certificate: str = ""
    key: str = ""

    @property
    def encrypted(self) -> bool:
        """Whether a certificate is given."""
        return bool(self.certificate)


def serve(how: Serving) -> None:
    """Serve until interrupted."""
    check_host(how.host, allow_remote=how.allow_remote)
    _check_files(how)
    os.umask(0o077)  # what is uploaded and the token are for their owner only
    with ContextFS(surface="web") as ctx:
        token, _ = bearer_token(ctx.settings.data_dir)
        listening = listen(how.host, how.port)
        port = listening.getsockname()[1]
        names = () if is_loopback(how.host) else own_names(how.host)
        access = _Told(token, how, port, names)
        app = build(ctx, access, Mounted(*mounted(how.host)))
        config = uvicorn.Config(
            app,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=3,
            server_header=False,
            ssl_certfile=how.certificate or None,
            ssl_keyfile=how.key or None,
        )
        access.tell()
        try:
            asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))
        except KeyboardInterrupt:  # that is how one stops it, and no failure
            _say("Stopped.")


class _Told(Access):
    """Access that prints a fresh link whenever the last one was used."""

    def __init__(self, token: str, how: Serving, port: int, names: tuple[str, ...]) -> None:
        super().__init__(token, port=port, hosts=names, secure=how.encrypted)
        shown = "127.0.0.1" if how.host in {"localhost", "::", "0.0.0.0"} else how.host  # noqa: S104 - shown only
        host = f"[{shown}]" if ":" in shown else shown
        self._address = f"{'https' if how.encrypted else 'http'}://{host}:{port}/"
        self._how = how

    def tell(self) -> None:
        """Print the first link, with what is to be known, and open the browser."""
        link = self._link()
        _say(f"Your memories are at {link}")
        _say("The link lets one browser in, once. Stop with Ctrl-C.")
        if not is_loopback(self._how.host) and not self._how.encrypted:
            _say(
                "WARNING: other machines can reach this address, and nothing is encrypted: whoever can listen on the"
            )
            _say("network reads your memories and takes over your visit. Give --tls-cert and --tls-key.")
        if self._how.open_browser and sys.stderr.isatty():
            threading.Timer(0.4, webbrowser.open, [link]).start()

    def redeem(self, token: str) -> str:
        """Let a browser in, and print the link for the next one."""
        value = super().redeem(token)
        if value:
            _say(f"A browser was let in. For another one: {self._link()}")
        return value

    def _link(self) -> str:
        return f"{self._address}?token={self.new_link()}"


def _check_files(how: Serving) -> None:
    if bool(how.certificate) != bool(how.key):
        raise InvalidSetting(
            "A certificate needs its key.", hint="Give both --tls-cert FILE and --tls-key FILE."
        )
    for path in filter(None, (how.certificate, how.key)):
        if not os.path.isfile(path):
            raise InvalidSetting(
                f"There is no file {path}.", hint="Name the PEM file of the certificate, or of its key."
            )


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
