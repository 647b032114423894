"""The tree speaks of the project and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:root|opt|work)/[\w.-]+")
LOCK_FILES = {"uv.lock", "poetry.lock", "Pipfile.lock"}


def test_no_file_names_a_place_on_one_machine(root: Path, project_files: list[Path]) -> None:
    """No committed file depends on where somebody happened to work."""
    found: list[str] = []
    for path in project_files:
        if path != Path(__file__):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            hits = [
                f"{path.relative_to(root)}:{n}"
                for n, line in enumerate(lines, 1)
                if MACHINE_PATH.search(line)
            ]
            found += hits
    assert found == []


def test_no_lock_with_addresses_is_kept(project_files: list[Path]) -> None:
    """The constraints files are the only locks: every other format records where it downloaded from."""
    assert [path.name for path in project_files if path.name in LOCK_FILES] == []
