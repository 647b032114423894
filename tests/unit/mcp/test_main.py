"""The program `contextfs-mcp` before it serves."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from contextfs import __version__
from contextfs.mcp.__main__ import main


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_cannot_be_is_a_usage_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Named as it was given."""
    with pytest.raises(SystemExit) as stopped:
        main(["--http", f"--port={port}"])
    assert stopped.value.code == 2
    assert port in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_says_how_to_use_it(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The first thing the guide has people try."""
    assert main([option]) == 0
    shown = capsys.readouterr().out
    for word in ("--http", "--port", "--allow-remote", "CONTEXTFS_MCP_TOKEN", "mcp.log"):
        assert word in shown


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """One version for the whole package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"contextfs-mcp {__version__}\n"


def test_help_loads_neither_the_sdk_nor_the_store() -> None:
    """It answers at once, and also where the installation is broken."""
    asked = (
        "import sys; from contextfs.mcp.__main__ import main; main(['--help']);"
        "print([name for name in ('mcp', 'pydantic', 'apsw', 'argparse') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stderr.strip() == "[]"


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With the code that shells expect."""
    with pytest.raises(SystemExit) as stopped:
        main(["--nonsense"])
    assert stopped.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


def test_an_address_for_others_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is opened."""
    assert main(["--http", "--host", "0.0.0.0"]) == 1
    assert "--allow-remote" in capsys.readouterr().err
