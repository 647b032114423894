"""The web application: its routes, and the way of one request through them."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from contextfs.api import ContextFS
from contextfs.errors import ContextFSError
from contextfs.web import answering, assets, live
from contextfs.web.access import Access
from contextfs.web.asked import Asked, View
from contextfs.web.gate import UPLOADS, App, Gate, Message, Receive, Send
from contextfs.web.lanes import Lanes
from contextfs.web.locked import ENTERED_PAGE, LOCKED_PAGE
from contextfs.web.rest import routes as rest
from contextfs.web.table import VIEWS
from contextfs.web.uploads import Uploads

log = logging.getLogger(__name__)
_DESCRIBED = "See /api/v1/openapi.json"
_NO_FORM = FormData()
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Mounted(NamedTuple):
    """Another application in the same process."""

    app: App
    life: Callable[[], AbstractAsyncContextManager[object]]
    """What has to be going on while it serves."""


def build(ctx: ContextFS, access: Access, mcp: Mounted | None = None) -> Gate:
    """The application over a front door, behind its gate."""
    return Gate(_Site(ctx, access, mcp), access)


class _Site:
    """Pages, REST and `/mcp` side by side."""

    def __init__(self, ctx: ContextFS, access: Access, mcp: Mounted | None) -> None:
        self._lanes = Lanes()
        self._ctx = ctx
        self._mcp = mcp
        self._watch = live.Watch(ctx, self._lanes)
        self._uploads = Uploads(ctx, self._lanes)
        self._app = Starlette(
            routes=[
                Route("/healthz", _healthy),
                Route("/favicon.ico", _favicon),
                Route("/static/{name:path}", _static),
                Route("/live", self._watch.stream),
                Route(UPLOADS, self._upload, methods=["POST"]),
                *(self._route(view) for view in VIEWS),
                *rest.routes(ctx, self._lanes),
            ],
            lifespan=self._life,
            exception_handlers={404: _nowhere, 405: _no_method},
        )
        self._app.state.access = access
        self._app.state.uploads = self._uploads

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._mcp and scope["type"] == "http" and scope["path"].rstrip("/") == "/mcp":
            await self._mcp.app({**scope, "path": "/mcp"}, receive, send)
        else:
            await self._app(scope, receive, send)

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            if self._mcp:
                await stack.enter_async_context(self._mcp.life())
            await stack.enter_async_context(self._watch.going_on())
            self._lanes.start("search", self._warm)
            yield
        self._lanes.stop()
        self._uploads.stop()

    def _warm(self) -> None:
        """Search once, so that nobody's first letter waits for the model and the vectors to be read."""
        try:
            self._ctx.ask(self._ctx.query("first letter", 1), noted=False)
        except ContextFSError as error:
            log.debug("Nothing could be searched yet: %s", error)

    async def _upload(self, request: Request) -> Response:
        job = await self._uploads.take(request.query_params.get("name", ""), request.stream())
        return JSONResponse({"job": job.id})

    def _route(self, view: View) -> Route:
        async def endpoint(request: Request) -> Response:
            if request.url.path == "/" and "token" in request.query_params:
                return _enter(request)
            form = await _form(request)
            state = request.scope.get("state", {})
            asked = Asked(
                self._ctx,
                request.path_params,
                request.query_params,
                form,
                state["visitor"],
                request.headers.get("hx-request") == "true",
                request,
            )
            return await self._lanes.run(view.lane, lambda: answering.answered(view, asked))

        return Route(view.path, endpoint, methods=[view.method])


async def _form(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    return await request.form() if request.method == "POST" and kind in _FORMS else _NO_FORM


def _enter(request: Request) -> Response:
    access: Access = request.app.state.access
    value = access.redeem(request.query_params["token"])
    if not value:
        return HTMLResponse(LOCKED_PAGE, 401)
    answer = HTMLResponse(ENTERED_PAGE)
    answer.set_cookie(access.cookie, value, httponly=True, samesite="strict", secure=access.secure, path="/")
    return answer


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _favicon(_request: Request) -> Response:
    return assets.response("mark.svg", "")


async def _static(request: Request) -> Response:
    return assets.response(request.path_params["name"], request.query_params.get("v", ""))


async def _nowhere(request: Request, _error: Exception) -> Response:
    if request.url.path.startswith("/api/"):
        body = {
            "error": "NotFound",
            "message": f"There is no {request.url.path}.",
            "hint": _DESCRIBED,
        }
        return JSONResponse(body, 404)
    return answering.nowhere(request.url.path, request.scope.get("state", {}))


async def _no_method(request: Request, error: Exception) -> Response:
    body = {"error": "MethodNotAllowed", "message": f"{request.method} is not done here.", "hint": _DESCRIBED}
    return JSONResponse(body, 405, dict(getattr(error, "headers", None) or {}))


Endpoint = Callable[[Request], Awaitable[Response]]
