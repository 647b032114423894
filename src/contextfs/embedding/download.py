"""One file over HTTP: kept while partial, resumed where it stopped, trusted only with the right digest."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from http.client import HTTPException
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from contextfs.errors import InvalidSetting, ModelDownloadFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    Progress = Callable[[int, int], None]  # bytes done, bytes in all

CHUNK = 1 << 18
TIMEOUT = 30.0
ATTEMPTS = 4
PAUSE = 0.5  # seconds before the second attempt, doubled each time
GONE_FOR_GOOD = (400, 401, 403, 404, 405, 410, 451)


class _Interrupted(Exception):
    """The connection ended before the file did."""


def fetch(url: str, path: str, digest: str, size: int, progress: Progress) -> None:
    """Fetch a file into this path; raises ModelDownloadFailed, and keeps what has arrived for the next time."""
    for attempt in range(ATTEMPTS):
        try:
            _append(url, path, size, progress)
            break
        except (HTTPError, URLError, HTTPException, TimeoutError, ConnectionError, _Interrupted) as cause:
            if attempt + 1 == ATTEMPTS or _is_final(cause):
                raise _failed(url, cause) from cause
            time.sleep(PAUSE * 2**attempt)
        except OSError as cause:
            raise not_written(path, cause) from cause
    if digest_of(path) != digest:
        os.unlink(path)  # resuming a wrong file could never succeed
        raise ModelDownloadFailed(
            f"{url} is not the file that contextfs expects: its SHA-256 is not {digest[:12]}…",
            hint="It was removed. Check the address and the network, then try again.",
        )


def digest_of(path: str) -> str:
    """The SHA-256 of a file."""
    found = sha256()
    with open(path, "rb") as file:
        while data := file.read(CHUNK):
            found.update(data)
    return found.hexdigest()


def not_written(path: str, cause: OSError) -> ModelDownloadFailed:
    """The error for a file that cannot be written, with the reason the system gave."""
    return ModelDownloadFailed(
        f"Cannot write {path}: {cause.strerror or cause}.",
        hint="Free some space there or mend its permissions, then try again; what has arrived is kept.",
    )


def _append(url: str, path: str, size: int, progress: Progress) -> None:
    """Fetch what is still missing of the file."""
    have = os.path.getsize(path) if os.path.exists(path) else 0
    if have > size:
        os.unlink(path)
        have = 0
    progress(have, size)
    if have == size:
        return
    with _open(url, have) as answer:
        resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        )
        with open(path, "ab" if resumed else "wb") as file:
            done = _copy(answer, file, have if resumed else 0, size, progress)
    if done < size:
        raise _Interrupted(f"the connection ended after {done:,} of {size:,} bytes")


def _copy(answer: HTTPResponse, file: IO[bytes], done: int, size: int, progress: Progress) -> int:
    """Write what arrives at once, so that a break keeps it; stops beyond the expected size."""
    while done <= size and (data := answer.read1(CHUNK)):
        file.write(data)
        done += len(data)
        progress(min(done, size), size)
    return done


def _open(url: str, start: int) -> HTTPResponse:
    if urlsplit(url).scheme not in ("http", "https"):
        raise InvalidSetting(
            f"{url!r} is not a web address.", hint="Give one that begins with https:// or http://"
        )
    headers = {"User-Agent": "contextfs", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    return urlopen(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310 - the scheme is checked above


def _is_final(cause: Exception) -> bool:
    """Whether trying again at once is pointless: the server said no, or there is no such host."""
    if isinstance(cause, HTTPError):
        return cause.code in GONE_FOR_GOOD
    return isinstance(cause, URLError) and not isinstance(cause.reason, TimeoutError | ConnectionError)


def _failed(url: str, cause: Exception) -> ModelDownloadFailed:
    reason = cause.reason if isinstance(cause, URLError) and not isinstance(cause, HTTPError) else cause
    return ModelDownloadFailed(f"Cannot fetch {url}: {reason or type(reason).__name__}.")
