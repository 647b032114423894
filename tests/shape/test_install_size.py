"""What an installation weighs, on a really made environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
@pytest.mark.parametrize(("way", "distributions", "megabytes"), [("locked", 45, 157), ("plain", 46, 168)])
def test_an_installation_stays_small(root: Path, way: str, distributions: int, megabytes: int) -> None:
    """At most 45 distributions and 150 MiB of files, contextfs included; pip alone brings hf-xet, 11 MiB, as well."""
    script = root / "benchmarks" / "install" / "measure.py"
    result = subprocess.run(
        [sys.executable, script, "--way", way], capture_output=True, text=True, check=True
    )
    figures = json.loads(result.stdout)
    assert figures["distributions"] <= distributions, figures
    assert figures["megabytes"] <= megabytes, figures
