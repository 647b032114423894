"""The warm helper: a process that has everything loaded, such as a session's MCP server, serves hooks over a socket.

It spares a hook two thirds of its time, and is only ever a short cut: where there is none, or one that was started in
another environment, the hook does the work itself. The socket lies in the data directory, which only its owner can
enter, and does nothing that the hook would not do.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Mapping

from contextfs._version import __version__
from contextfs.integrations.hook import END_OF_HEAD, REFUSED, WHOLE, head_of, sockets_in
from contextfs.integrations.hook_events import read_event, serve

log = logging.getLogger(__name__)
_LONGEST_PATH = 100
"""Bytes that the path of a socket may have everywhere."""
_SECONDS = 2.0
_MOST = 64 << 20


class Helper:
    """Serves the hooks of one data directory for as long as this process lives."""

    def __init__(self, data_dir: str, environ: Mapping[str, str] = os.environ) -> None:
        self._data_dir, self._environ = data_dir, environ
        self._path = os.path.join(data_dir, f"hook-{os.getpid()}.sock")
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Listen, if this system and this directory allow it; nothing depends on it."""
        if not hasattr(socket, "AF_UNIX") or len(os.fsencode(self._path)) > _LONGEST_PATH:
            return
        try:
            os.makedirs(self._data_dir, mode=0o700, exist_ok=True)
            self._clear()
            listening = socket.socket(socket.AF_UNIX)
            listening.bind(self._path)
            os.chmod(self._path, 0o600)
            listening.listen(16)
        except OSError as error:
            log.info("No hooks are served: %s", error)
            return
        self._socket = listening
        threading.Thread(target=self._accept, args=(listening,), name="contextfs-hooks", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        listening, self._socket = self._socket, None
        if listening is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._path)
            listening.close()

    def _clear(self) -> None:
        """Remove what processes left that did not end by themselves."""
        for path in sockets_in(self._data_dir):
            with socket.socket(socket.AF_UNIX) as other, contextlib.suppress(OSError):
                other.settimeout(_SECONDS)
                try:
                    other.connect(path)
                except (ConnectionRefusedError, FileNotFoundError):
                    os.unlink(path)

    def _accept(self, listening: socket.socket) -> None:
        while self._socket is listening:
            try:
                connection, _ = listening.accept()
            except OSError:  # it was closed
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(_SECONDS)
            try:
                self._serve(connection)
            except OSError:  # whoever asked has gone
                return
            except Exception:
                log.exception("A hook could not be served")
                connection.sendall(REFUSED)

    def _serve(self, connection: socket.socket) -> None:
        head, _, data = _received(connection).partition(END_OF_HEAD)
        if head.count(b"\n") < 2:  # another helper looks whether this one is alive
            return
        event, client, *rest = head.decode("utf-8", "surrogateescape").split("\n")
        if "\n".join(rest) != head_of(__version__, self._environ):
            connection.sendall(REFUSED)
            return
        told = read_event(event, client, data, self._environ)
        if told is not None:
            serve(told, lambda answer: connection.sendall(answer + WHOLE))


def _received(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < _MOST and (part := connection.recv(1 << 16)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
