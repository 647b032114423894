"""The gate before every request: its host, its origin, who sends it, and how much; and what every answer carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, JSONResponse, Response

from contextfs.web.access import Access, Visitor
from contextfs.web.locked import LOCKED_PAGE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_BYTES = 8 * 1024 * 1024
"""What one request may carry."""
MOST_UPLOAD = 1024 * 1024 * 1024
"""What an uploaded file may be; exports of years of conversations reach hundreds of megabytes."""
UPLOADS = "/import/upload"
_OPEN = ("/static/", "/healthz", "/favicon.ico")
_PROGRAMS = ("/api/", "/mcp")
_SAFE = ("GET", "HEAD", "OPTIONS")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", _CSP),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)


class Gate:
    """The application behind the checks, each of which answers by itself what it does not let through."""

    def __init__(self, app: App, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Check one request, and pass it on with whoever sent it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        refusal = self._refused(scope, headers)
        if refusal is None:
            most = MOST_UPLOAD if scope["path"] == UPLOADS else MOST_BYTES
            await self._app(scope, _measured(receive, most), _dressed(send, scope["path"]))
        else:
            await refusal(scope, receive, _dressed(send, scope["path"]))

    def _refused(self, scope: Message, headers: dict[str, str]) -> Response | None:
        host, method, path = headers.get("host", ""), scope["method"], scope["path"]
        if not self._access.knows_host(host):
            return _plain(421, "This address is not called that; use the one that `contextfs web` printed.")
        if not self._is_ours(headers, host, method):
            return _plain(403, "This request comes from another page.")
        if _too_much(headers, MOST_UPLOAD if path == UPLOADS else MOST_BYTES):
            return _plain(413, "That is more than is taken at once.")
        if path.startswith(_OPEN) or (path == "/" and _has_token(scope)):
            return None
        return self._who(scope, headers)

    def _is_ours(self, headers: dict[str, str], host: str, method: str) -> bool:
        """A browser says who makes a request; reading is checked too, unless somebody follows a link."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "")
        if origin is not None and not self._access.is_own_origin(origin, host):
            return False
        if method in _SAFE:
            return site not in {"cross-site", "same-site"} or headers.get("sec-fetch-mode") == "navigate"
        return site in {"", "same-origin"}

    def _who(self, scope: Message, headers: dict[str, str]) -> Response | None:
        path = scope["path"]
        for_programs = path == "/mcp" or path.startswith(_PROGRAMS)
        visitor = self._access.visitor(_cookie(headers.get("cookie", ""), self._access.cookie))
        if visitor is None and for_programs:
            visitor = self._access.program(headers.get("authorization", ""))
        if visitor is None:
            return _unknown(for_programs=for_programs)
        if not _may_write(scope["method"], headers, visitor):
            return _plain(403, "This page is from an earlier visit. Load it again.")
        scope.setdefault("state", {})["visitor"] = visitor
        return None


def _may_write(method: str, headers: dict[str, str], visitor: Visitor) -> bool:
    return method in _SAFE or compare_digest(headers.get("x-csrf-token", "").encode(), visitor.csrf.encode())


def _unknown(*, for_programs: bool) -> Response:
    if for_programs:
        body = {
            "error": "Unauthorized",
            "message": "Send the token: Authorization: Bearer <token>",
            "hint": "",
        }
        return JSONResponse(body, 401, {"www-authenticate": 'Bearer realm="contextfs"'})
    return HTMLResponse(LOCKED_PAGE, 401)


def _plain(status: int, sentence: str) -> Response:
    return Response(sentence + "\n", status, media_type="text/plain")


def _headers(scope: Message) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _cookie(text: str, name: str) -> str:
    try:
        found = SimpleCookie(text).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _has_token(scope: Message) -> bool:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return scope["method"] == "GET" and "token" in query


def _too_much(headers: dict[str, str], most: int) -> bool:
    length = headers.get("content-length", "0")
    return not length.isdigit() or int(length[:18]) > most


def _measured(receive: Receive, most: int) -> Receive:
    """The body of a request, cut off where it gets longer than it may be, whatever its length was said to be."""
    came = 0

    async def measured() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        return {"type": "http.disconnect"} if came > most else message

    return measured


def _dressed(send: Send, path: str) -> Send:
    """The answers with the headers that every one carries."""
    private = not path.startswith("/static/")

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message.get("headers", ())}
            ours = [*HEADERS, *((("cache-control", "no-store"),) if private else ())]
            more = [(n.encode(), v.encode()) for n, v in ours if n.encode() not in given]
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return dressed
