"""The server over HTTP: one process for several clients, on loopback, each call with a bearer token."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from contextfs.errors import InvalidSetting, StoreUnusable
from contextfs.settings import make_private

TOKEN_VARIABLE = "CONTEXTFS_MCP_TOKEN"
REQUEST_BYTES = 32 * 1024 * 1024
_WEAKEST = 16

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class HttpServer(Protocol):
    """What can be served over HTTP."""

    def streamable_http_app(self, *, host: str, max_request_body_size: int) -> App:
        """The application to serve."""
        ...


def serve_http(server: HttpServer, host: str, port: int, token: str) -> None:
    """Serve until interrupted."""
    import uvicorn  # only this way of serving needs it

    listening = listen(host, port)
    app = require_token(server.streamable_http_app(host=host, max_request_body_size=REQUEST_BYTES), token)
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"contextfs-mcp listens on http://{shown}:{listening.getsockname()[1]}/mcp\n")
    sys.stderr.flush()
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=3)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


def check_host(host: str, *, allow_remote: bool) -> None:
    """Refuse an address that other machines can reach, unless that was asked for."""
    if allow_remote or is_loopback(host):
        return
    raise InvalidSetting(
        f"--host {host} can be reached from other machines.",
        hint="Use 127.0.0.1, or add --allow-remote if you mean it; there is no encryption, only the token.",
    )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bearer_token(data_dir: str) -> tuple[str, str]:
    """The token that clients must send, and where it comes from; made and kept at first use."""
    given = os.environ.get(TOKEN_VARIABLE, "")
    if given:
        if len(given) < _WEAKEST:
            raise InvalidSetting(
                f"{TOKEN_VARIABLE} is shorter than {_WEAKEST} characters.", hint="Take a longer one."
            )
        return given, TOKEN_VARIABLE
    path = os.path.join(data_dir, "mcp-token")
    try:
        make_private(data_dir)
        return _kept_token(path), path
    except OSError as error:
        raise StoreUnusable(f"Cannot keep the token in {path}: {error.strerror}.") from error


def require_token(app: App, token: str) -> App:
    """The application behind a bearer token; what has none gets 401 and nothing else."""
    expected = f"Bearer {token}".encode()

    async def guarded(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan" or secrets.compare_digest(_authorization(scope), expected):
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b'Bearer realm="contextfs"')]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b"Send the token: Authorization: Bearer <token>\n"})

    return guarded


def _authorization(scope: Message) -> bytes:
    value = next((value for name, value in scope.get("headers", ()) if name == b"authorization"), b"")
    scheme, _, rest = value.partition(b" ")
    return b"Bearer " + rest.strip() if scheme.lower() == b"bearer" else b""


def _kept_token(path: str) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        with open(path, encoding="ascii") as file:
            kept = file.read().strip()
        if len(kept) < _WEAKEST:
            raise StoreUnusable(
                f"{path} holds no usable token.", hint="Remove the file; a new one is made."
            ) from None
        return kept
    token = secrets.token_urlsafe(32)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    sys.stderr.write(f"contextfs-mcp made a token, kept in {path}: {token}\n")
    return token


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, bound here so that a taken port is our clear error and port 0 can be told."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)  # whoever reads that it listens may connect at once
    except OSError as error:
        listening.close()
        raise InvalidSetting(
            f"Cannot listen on {host}:{port}: {error.strerror}.",
            hint="Take another --port; 0 takes any free one.",
        ) from error
    return listening
