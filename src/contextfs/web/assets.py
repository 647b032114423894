"""The files of `static/`: each has an address that changes with its content, so that a browser may keep it for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import as_file, files

from starlette.responses import FileResponse, Response

VENDORED = {
    "cytoscape-3.34.4.min.js": "081591ab735b2b6a3b31a3c60f8f3a3e2fee8c92939e0c7820ad1208571b6cd8",
    "d3-dispatch-3.0.2.min.js": "5afe071dad74c14cd580f540c9ec85b0755eed78b7f9ed3e9f63b989fc41aa4b",
    "d3-force-3.0.1.min.js": "ed05b52ecfe280d753ebab954e4e1f24097952480a9d277be55b6ba297bf4a9b",
    "d3-quadtree-3.0.2.min.js": "6bd9974b3efdf9c22942a6fb9a5a027ee39f81a6c27b09a3444c9e911796f439",
    "d3-timer-3.0.2.min.js": "f6b80ed73b21d01658db60d1c04adb88adc70f885346ae07d59ed69ba0348849",
    "highlight-11.12.0.min.js": "8ab71eb09c51f501e5e25157d9cff100e46cc29bcbfc744d0b746d451fca7f53",
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
}
"""The libraries that came from elsewhere, as they came: file of `static/vendor/` -> its SHA-256."""
_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


def address(name: str) -> str:
    """The address of a file of `static/`."""
    return f"/static/{name}?v={_hash(name)}"


@cache
def _hash(name: str) -> str:
    content = files("contextfs.web").joinpath("static", *name.split("/")).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def names() -> frozenset[str]:
    """The files that are served, and no others."""
    static = files("contextfs.web").joinpath("static")
    vendored = (f"vendor/{one.name}" for one in static.joinpath("vendor").iterdir() if one.is_file())
    return frozenset((*(one.name for one in static.iterdir() if one.is_file()), *vendored))


def response(name: str, version: str) -> Response:
    """One file, to be kept for ever where it was asked for by its address."""
    kind = _TYPES.get(name.rpartition(".")[2])
    if name not in names() or kind is None:
        return Response("There is no such file.\n", 404, media_type="text/plain")
    kept = _FOR_EVER if version == _hash(name) else "no-cache"
    with as_file(files("contextfs.web").joinpath("static", *name.split("/"))) as path:
        return FileResponse(path, media_type=kind, headers={"cache-control": kept})
