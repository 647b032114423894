"""Who may come in: one-time links, the cookies they turn into, the bearer token, and the names we answer to."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import socket
import threading
from collections.abc import Sequence
from typing import NamedTuple

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_MOST_VISITORS = 64
"""Browsers that are let in at once; the one that came first has to ask for a new link."""


class Visitor(NamedTuple):
    """Somebody who has been let in."""

    csrf: str
    """What every write of theirs has to carry; empty for a program with the bearer token, which no page can forge."""
    notices: list[tuple[str, str]]
    """What was done on a page that has gone meanwhile, to be told on the next: a sentence, and the change to undo."""


class Access:
    """What one running web process lets in."""

    def __init__(self, bearer: str, *, port: int, hosts: Sequence[str] = (), secure: bool = False) -> None:
        self._bearer = bearer
        self._lock = threading.Lock()
        self._links: set[str] = set()
        self._visitors: dict[str, Visitor] = {}
        self._hosts = {name.lower() for name in (*_LOOPBACK_NAMES, *hosts)}
        self._any_address = bool(hosts)
        self.port = port
        self.secure = secure

    @property
    def cookie(self) -> str:
        """The name of the cookie; cookies know no ports, and two pages on one machine must not throw each other out."""
        return f"contextfs_{self.port}"

    def new_link(self) -> str:
        """A token that opens the page once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links.add(_digest(token))
        return token

    def redeem(self, token: str) -> str:
        """The value of the cookie that a link's token is worth; "" for one that is unknown or used up."""
        with self._lock:
            if _digest(token) not in self._links:
                return ""
            self._links.remove(_digest(token))
            value = secrets.token_urlsafe(32)
            while len(self._visitors) >= _MOST_VISITORS:
                del self._visitors[next(iter(self._visitors))]
            self._visitors[_digest(value)] = Visitor(secrets.token_urlsafe(24), [])
            return value

    def visitor(self, cookie: str) -> Visitor | None:
        """Whoever has this cookie."""
        with self._lock:
            return self._visitors.get(_digest(cookie)) if cookie else None

    def program(self, authorization: str) -> Visitor | None:
        """Whoever sends the bearer token."""
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(
            given.strip().encode(), self._bearer.encode()
        ):
            return None
        return Visitor("", [])

    def leave(self, cookie: str) -> None:
        """Forget a visitor."""
        with self._lock:
            self._visitors.pop(_digest(cookie), None)

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names us: a foreign name that was pointed at this address is an attack."""
        name, _, port = host.lower().rpartition(":")
        if not port.isdigit():
            name, port = host.lower(), ""
        if port and int(port) != self.port:
            return False
        return name in self._hosts or (self._any_address and _is_address(name))

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Whether a request was made by a page of ours."""
        scheme = "https" if self.secure else "http"
        return origin.lower() == f"{scheme}://{host.lower()}"


def own_names(host: str) -> tuple[str, ...]:
    """The names by which others may call a server that listens on this address."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        name = socket.gethostname().lower()
        return (name, f"{name}.local")
    return (f"[{host}]" if ":" in host else host,)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _digest(token: str) -> str:
    """What is kept of a secret, so that looking it up takes no time that tells of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
