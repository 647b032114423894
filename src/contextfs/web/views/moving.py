"""Moving: files dropped on the page are looked through and imported, and memories leave as files."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import cast

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from contextfs.errors import InvalidInput
from contextfs.web.asked import Asked, Page, Place, View
from contextfs.web.uploads import Job, Uploads

PLACE = Place("/import", "Import, export", "import", "i")
_ENDINGS = {"jsonl": "contextfs.jsonl", "markdown": "contextfs-markdown.zip", "memory-server": "memory.jsonl"}


def page(asked: Asked) -> Page:
    """Where files are dropped, and what the tools of this machine have kept."""
    return Page(
        "moving/page.html", {"found": asked.ctx.importable(), "formats": list(_ENDINGS)}, "Import and export"
    )


def looked_at(asked: Asked) -> Page:
    """What an upload holds, before anything of it is taken in."""
    job = _uploads(asked).job(asked.word("job"))
    return Page("moving/looked.html", {"job": job, "would": job.look(asked.ctx)})


def look_here(asked: Asked) -> Page:
    """What a tool of this machine has kept, by the name of its format."""
    found = next((one for one in asked.ctx.importable() if one.format == asked.word("format")), None)
    if found is None:
        raise InvalidInput(f"No {asked.word('format')!r} is found on this machine.")
    job = _uploads(asked).keep(Job(found.sentence, found.paths))
    return Page("moving/looked.html", {"job": job, "would": job.look(asked.ctx)})


def begin(asked: Asked) -> Page:
    """Begin the import."""
    job = _uploads(asked).job(asked.word("job"))
    _uploads(asked).start(job)
    return _progress(job)


def progress(asked: Asked) -> Page:
    """How far it is, and at the end what came of it."""
    return _progress(_uploads(asked).job(asked.word("job")))


def _progress(job: Job) -> Page:
    if job.error:
        raise job.error
    values = {"name": job.name, "id": job.id, "done": job.done, "total": job.total, "result": job.result}
    return Page("moving/progress.html", values)


def _uploads(asked: Asked) -> Uploads:
    return cast("Uploads", asked.request.app.state.uploads)


def export(asked: Asked) -> Response:
    """The memories of the namespace, or of all, as a file."""
    form, everywhere = asked.word("format") or "jsonl", bool(asked.word("all"))
    if form not in _ENDINGS:
        raise InvalidInput(f"{form!r} is no format of an export.", hint=f"There are: {', '.join(_ENDINGS)}")
    directory = tempfile.mkdtemp(prefix="contextfs-export-")
    try:
        path = os.path.join(directory, "tree" if form == "markdown" else _ENDINGS[form])
        asked.ctx.export(path, form, **({"all": True} if everywhere else {}))
        if form == "markdown":
            path = shutil.make_archive(os.path.join(directory, "contextfs-markdown"), "zip", path)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    done = BackgroundTask(shutil.rmtree, directory, ignore_errors=True)
    return FileResponse(path, filename=_ENDINGS[form], background=done)


ROUTES = (
    View("GET", "/import", page),
    View("GET", "/import/looked", looked_at, "long"),
    View("POST", "/import/here", look_here, "long"),
    View("POST", "/import/begin", begin),
    View("GET", "/import/progress", progress),
    View("GET", "/export", export, "long"),
)
