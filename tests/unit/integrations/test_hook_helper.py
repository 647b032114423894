"""The warm helper beside others, and with those who ask it nothing."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs._version import __version__
from contextfs.integrations.hook import END_OF_HEAD, REFUSED, head_of, sockets_in
from contextfs.integrations.hook_helper import Helper

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no such sockets")


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose path is short enough for a socket."""
    return tmp_path_factory.mktemp("d")


@pytest.fixture
def helper(data: Path) -> Iterator[Helper]:
    """A helper that listens."""
    found = Helper(str(data), {})
    found.start()
    yield found
    found.stop()


def asked(path: str, question: bytes) -> bytes:
    """What a helper answers."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(question)
        client.shutdown(socket.SHUT_WR)
        return client.recv(100)


def test_only_its_owner_can_ask(helper: Helper, data: Path) -> None:
    """The socket is closed to others, whatever the directory is."""
    (path,) = sockets_in(str(data))
    assert os.stat(path).st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "question", [b"", b"x", b"\n\n", END_OF_HEAD, b"user-prompt\n\n" + END_OF_HEAD + b"{}"]
)
def test_who_asks_nothing_is_answered_nothing_good(
    helper: Helper, data: Path, question: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither an empty question nor one of another version is a reason to complain in the log."""
    (path,) = sockets_in(str(data))
    with caplog.at_level(logging.INFO):
        assert asked(path, question) in {b"", REFUSED}
    assert caplog.text == ""


def test_what_has_no_right_shape_is_given_back(helper: Helper, data: Path) -> None:
    """An input that is no JSON gets no answer, as the hook itself would give none."""
    (path,) = sockets_in(str(data))
    head = f"user-prompt\nclaude-code\n{head_of(__version__, {})}".encode()
    assert asked(path, head + END_OF_HEAD + b"{") == b""


def test_what_a_killed_process_left_is_cleared(data: Path) -> None:
    """A socket at which nobody listens goes away with the next helper; one that is alive stays."""
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(data / "hook-1.sock"))
    left.close()
    alive = socket.socket(socket.AF_UNIX)
    alive.bind(str(data / "hook-2.sock"))
    alive.listen()
    helper = Helper(str(data), {})
    helper.start()
    try:
        assert {os.path.basename(one) for one in sockets_in(str(data))} == {
            "hook-2.sock",
            f"hook-{os.getpid()}.sock",
        }
    finally:
        helper.stop()
        alive.close()
    assert [os.path.basename(one) for one in sockets_in(str(data))] == ["hook-2.sock"]


def test_a_path_that_is_too_long_is_no_reason_to_fail(tmp_path: Path) -> None:
    """Where a socket cannot be, hooks are served by themselves."""
    helper = Helper(str(tmp_path / ("x" * 120)), {})
    helper.start()
    helper.stop()
    assert not (tmp_path / ("x" * 120)).exists()
