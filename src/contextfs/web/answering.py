"""Answers of views as responses: a page whole or in part, what was done with a way back, and errors said once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from contextfs.errors import ContextFSError, NotFound
from contextfs.web.asked import Answered, Asked, Done, Page, View
from contextfs.web.drawing import draw
from contextfs.web.table import PLACES

log = logging.getLogger(__name__)
_STATUS = {"user": 400, "config": 503, "transient": 503, "internal": 500}
_NOTICES = {"hx-retarget": "#notices", "hx-reswap": "beforeend"}


def answered(view: View, asked: Asked) -> Response:
    """What a view answers, as a response; an error is told where a person sees it."""
    try:
        return _response(view.function(asked), asked)
    except ContextFSError as error:
        return failed(error, asked)
    except Exception:
        log.exception("%s %s failed", view.method, view.path)
        broken = ContextFSError("This went wrong inside contextfs.", hint="The terminal says more.")
        return failed(broken, asked)


def _response(answer: Answered, asked: Asked) -> Response:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Done):
        return _done(answer, asked)
    return _page(answer, asked)


def _page(page: Page, asked: Asked) -> Response:
    values = {**page.values, "csrf": asked.visitor.csrf, "partial": asked.partial}
    if not asked.partial:
        values |= _frame(asked, page.title)
    return HTMLResponse(draw(page.template, values), page.status, {**page.headers, "vary": "HX-Request"})


def _frame(asked: Asked, title: str) -> dict[str, Any]:
    """What every whole page shows around its own part."""
    asked.ctx.look_again()
    here, waiting = asked.ctx.workspace, asked.visitor.notices
    notices = [{"sentence": sentence, "last": last} for sentence, last in waiting]
    waiting.clear()
    place = {"here": asked.request.url.path, "namespace": here.namespace, "branch": here.branch}
    return {"title": title, "places": PLACES, "notices": notices, **place}


def _done(done: Done, asked: Asked) -> Response:
    """The sentence goes to the notices beside whatever is shown in place of what was there."""
    last = asked.ctx.last_change().change if done.undo else ""
    notice = draw("parts/notice.html", {"sentence": done.sentence, "last": last, "kind": "done", "hint": ""})
    if done.goto:
        asked.visitor.notices.append((done.sentence, last))
        return Response("", 204, headers={"hx-redirect": done.goto})
    if done.shown is None:
        return HTMLResponse(
            notice, headers={**_NOTICES, **({"hx-trigger": done.event} if done.event else {})}
        )
    body = draw(done.shown.template, {**done.shown.values, "csrf": asked.visitor.csrf, "partial": True})
    beside = f'<hx-partial hx-target="#notices" hx-swap="beforeend">{notice}</hx-partial>'
    return HTMLResponse(body + beside)


def failed(error: ContextFSError, asked: Asked) -> Response:
    """An error as a notice beside the page that asked, or as a page of its own."""
    status = 404 if isinstance(error, NotFound) else _STATUS[error.kind]
    values = {"sentence": error.message, "hint": error.hint, "last": "", "kind": "failed"}
    if asked.partial:
        return HTMLResponse(draw("parts/notice.html", values), status, _NOTICES)
    page = Page(
        "parts/failed.html", {**values, "status": status}, "Not found" if status == 404 else "Failed", status
    )
    try:
        return _page(page, asked)
    except ContextFSError:  # where we are cannot be told either: a store that cannot be opened at all
        return HTMLResponse(draw("parts/bare.html", values), status)


def nowhere(path: str, state: Mapping[str, object]) -> Response:
    """The answer for an address that nothing has."""
    values = {
        "sentence": f"There is no page at {quote(path)}.",
        "hint": "Begin at the first page.",
        "kind": "failed",
    }
    visitor = state.get("visitor")
    return HTMLResponse(draw("parts/bare.html", {**values, "known": visitor is not None}), 404)
