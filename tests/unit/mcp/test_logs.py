"""The log file and the guard of standard output."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs.mcp import logs


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Each test configures logging as a fresh process would, and leaves it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    yield
    for handler in root.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_the_log_is_where_the_guide_looks_and_private(tmp_path: Path) -> None:
    """`tail -f ~/.contextfs/logs/mcp.log`, by its owner only."""
    logs.start_log(str(tmp_path), debug=False)
    logging.getLogger("somebody").info("hello")
    path = tmp_path / "logs" / "mcp.log"
    assert "INFO somebody: hello" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("debug", "found"), [(False, False), (True, True)])
def test_debug_raises_the_level(tmp_path: Path, debug: bool, found: bool) -> None:
    """What happens in detail is only written when somebody asked."""
    logs.start_log(str(tmp_path), debug=debug)
    logging.getLogger("somebody").debug("detail")
    assert ("detail" in (tmp_path / "logs" / "mcp.log").read_text(encoding="utf-8")) is found


def test_a_log_that_cannot_be_written_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server must run where the directory is read-only."""
    (tmp_path / "logs").write_text("a file where the directory should be", encoding="utf-8")
    logs.start_log(str(tmp_path), debug=False)
    logging.getLogger("somebody").info("hello")
    assert "cannot write" in capsys.readouterr().err


def test_a_log_that_another_server_rotated_is_followed(tmp_path: Path) -> None:
    """Several servers share the file; none may go on writing to the old one."""
    logs.start_log(str(tmp_path), debug=False)
    path = tmp_path / "logs" / "mcp.log"
    logging.getLogger("somebody").info("before")
    os.replace(path, tmp_path / "logs" / "mcp.log.1")
    path.write_text("", encoding="utf-8")
    logging.getLogger("somebody").info("after")
    assert "after" in path.read_text(encoding="utf-8")


def test_the_log_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files of bounded size are kept."""
    monkeypatch.setattr(logs, "_BYTES", 1_000)
    logs.start_log(str(tmp_path), debug=False)
    for number in range(200):
        logging.getLogger("somebody").info("line %d", number)
    files = sorted(file.name for file in (tmp_path / "logs").iterdir())
    assert files == ["mcp.log", "mcp.log.1", "mcp.log.2", "mcp.log.3"]
    assert sum(file.stat().st_size for file in (tmp_path / "logs").iterdir()) < 5_000


def test_what_is_printed_goes_to_the_log(tmp_path: Path) -> None:
    """A stray print would break the protocol; in the log it helps. What writes past Python is kept off as well."""
    program = (
        "import os, sys; from contextfs.mcp import logs; logs.guard_stdout();"
        f"logs.start_log({str(tmp_path)!r}, debug=False);"
        "print('a stray', 'line'); print('x', end=''); os.write(1, b'from a library'); os.system('echo child');"
        "sys.stdout.buffer.write(b'the protocol'); sys.stdout.buffer.flush()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"the protocol"
    assert done.stderr.split() == [b"from", b"a", b"librarychild"]
    assert "contextfs.stdout: a stray line" in (tmp_path / "logs" / "mcp.log").read_text(encoding="utf-8")
