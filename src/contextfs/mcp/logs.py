"""The log of the MCP server, and the guard that keeps everything but the protocol off standard output."""

from __future__ import annotations

import io
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from typing import BinaryIO, TextIO

_BYTES = 2_000_000
_KEPT = 3
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_path(data_dir: str) -> str:
    """Where the server of this data directory writes its log."""
    return os.path.join(data_dir, "logs", "mcp.log")


def start_log(data_dir: str, *, debug: bool) -> None:
    """Send all logging to the log file; to standard error where that cannot be written."""
    handler: logging.Handler
    try:
        handler = _SharedLog(log_path(data_dir))
    except OSError as error:
        handler = logging.StreamHandler(sys.stderr)
        sys.stderr.write(
            f"contextfs-mcp: cannot write {log_path(data_dir)} ({error.strerror}); logging here\n"
        )
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # What the libraries say about each message is noise to whoever looks for our faults.
    for name in ("httpx", "httpcore", "asyncio", "sse_starlette", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _SharedLog(RotatingFileHandler):
    """A rotating log that several servers write: when one has rotated it, the others follow to the new file."""

    def __init__(self, path: str) -> None:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        super().__init__(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
        os.chmod(path, 0o600)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - the name is the library's
        if self.stream and not self._is_at(self.stream.fileno()):
            self.stream.close()
            self.stream = self._open()
        return bool(super().shouldRollover(record))

    def _is_at(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.stat(self.baseFilename), os.fstat(descriptor))
        except OSError:
            return False


class _PrintGuard(io.TextIOBase):
    """Standard output for everybody but the protocol: each printed line goes to the log.

    The protocol's writer takes `buffer`, which stays the real one.
    """

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._line = ""

    @property
    def buffer(self) -> BinaryIO:
        """The bytes of the real standard output, for the protocol."""
        return self._real.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the real standard output."""
        return self._real.encoding

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str, /) -> int:
        """Log each whole line."""
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            if line.strip():
                logging.getLogger("contextfs.stdout").warning("%s", line)
        return len(text)

    def fileno(self) -> int:
        """The descriptor of the real standard output."""
        return self._real.fileno()


def guard_stdout() -> None:
    """From now on `print` writes to the log."""
    sys.stdout = _PrintGuard(sys.stdout)
