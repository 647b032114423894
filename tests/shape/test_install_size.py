"""What an installation weighs, on a really made environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.parametrize("way", ["locked", "plain"])
def test_an_installation_stays_small(root: Path, way: str) -> None:
    """At most 45 distributions and 150 MiB of files, bytecode not counted, are installed, contextfs included."""
    script = root / "benchmarks" / "install" / "measure.py"
    result = subprocess.run(
        [sys.executable, script, "--way", way], capture_output=True, text=True, check=True
    )
    figures = json.loads(result.stdout)
    assert figures["distributions"] <= 45, figures
    assert figures["megabytes"] <= 150 * 1.048576, figures
