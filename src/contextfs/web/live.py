"""Live: whoever looks at the page learns of what was written elsewhere, by server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from contextfs.api import ContextFS
from contextfs.errors import ContextFSError
from contextfs.web.lanes import Lanes

log = logging.getLogger(__name__)
_LOOK = 0.4
"""Seconds between two looks at the store; a look costs SQLite one read of a page that is in memory."""
_BREATH = 15.0
"""Seconds after which a silent stream says that it is still there."""
_MOST_WAITING = 32


class Watch:
    """One look at the store for all who watch; nobody looks while nobody watches."""

    def __init__(self, ctx: ContextFS, lanes: Lanes) -> None:
        self._ctx = ctx
        self._lanes = lanes
        self._waiting: set[asyncio.Queue[str]] = set()
        self._came = asyncio.Event()
        self._over = False

    @asynccontextmanager
    async def going_on(self) -> AsyncGenerator[None]:
        """Look for as long as the process serves."""
        task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._over = True
            for queue in self._waiting:
                queue.put_nowait("")
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def stream(self, request: Request) -> Response:
        """The events of one page, until it goes away."""
        queue: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self._waiting.add(queue)
        self._came.set()
        return StreamingResponse(self._events(request, queue), media_type="text/event-stream")

    async def _events(self, request: Request, queue: asyncio.Queue[str]) -> AsyncGenerator[str]:
        try:
            yield "retry: 2000\n\n"
            while not self._over and not await request.is_disconnected():
                try:
                    event = await asyncio.wait_for(queue.get(), _BREATH)
                except TimeoutError:
                    event = ": still here\n\n"
                if event:
                    yield event
        finally:
            self._waiting.discard(queue)

    async def _look(self) -> None:
        before = ""
        while True:
            if not self._waiting:
                self._came.clear()
                before = ""
                await self._came.wait()
            before = await self._tell(before)
            await asyncio.sleep(_LOOK)

    async def _tell(self, before: str) -> str:
        """Tell everybody when the last change is another one; a store that is busy is looked at again soon."""
        try:
            last = await self._lanes.run("reading", self._ctx.last_change)
        except ContextFSError as error:
            log.debug("Nothing could be seen: %s", error)
            return before
        if before and last.change != before:
            event = f"event: changed\ndata: {json.dumps({'verb': last.verb, 'subject': last.subject})}\n\n"
            for queue in self._waiting:
                with suppress(asyncio.QueueFull):  # a page that does not listen misses nothing: it loads anew
                    queue.put_nowait(event)
        return last.change
