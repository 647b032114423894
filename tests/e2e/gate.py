"""A doorman on loopback that adds our token to each request, for programs that cannot send one."""

from __future__ import annotations

import socket
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer

_END = b"\r\n\r\n"


class Doorman(ThreadingTCPServer):
    """Listens on a free port, and passes everything on to another one of this machine."""

    daemon_threads = True

    def __init__(self, port: int, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.inside = ("127.0.0.1", port)
        # One request for each connection: what follows on the same one would come without the token.
        self.added = f"\r\nAuthorization: Bearer {token}\r\nConnection: close".encode()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the MCP server seems to be."""
        return f"http://127.0.0.1:{self.server_address[1]}/mcp"


class _Visit(BaseRequestHandler):
    server: Doorman  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        """One connection: its head with the token, then the rest of it both ways."""
        head = b""
        while _END not in head:
            piece = self.request.recv(65536)
            if not piece:
                return
            head += piece
        line, _, rest = head.partition(b"\r\n")
        kept = [each for each in rest.split(b"\r\n") if not each.lower().startswith(b"connection:")]
        with socket.create_connection(self.server.inside) as inside:
            inside.sendall(line + self.server.added + b"\r\n" + b"\r\n".join(kept))
            back = threading.Thread(target=_pass, args=(self.request, inside), daemon=True)
            back.start()
            _pass(inside, self.request)


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one of the two has gone
        pass
