"""The log of the MCP server, and the guard that keeps everything but the protocol off standard output."""

from __future__ import annotations

import io
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from typing import BinaryIO

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
    """Standard output for everybody but the protocol: each printed line goes to the log."""

    def __init__(self, wire: BinaryIO) -> None:
        self.buffer = wire
        """The real standard output: what writes the protocol takes the bytes below the text."""
        self._line = ""

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


def guard_stdout() -> None:
    """From now on `print` writes to the log, and whatever writes past Python goes to standard error."""
    real = sys.stdout.fileno()
    wire = open(os.dup(real), "wb")  # noqa: SIM115 - it stays open as long as the process
    try:
        os.dup2(sys.stderr.fileno(), real)
    except OSError:  # started without a standard error
        os.dup2(os.open(os.devnull, os.O_WRONLY), real)
    sys.stdout = _PrintGuard(wire)
