"""The walls of the house: what may import what."""

from __future__ import annotations

import graphlib
import subprocess
import sys
from pathlib import Path

import grimp


def test_the_contract_on_imports_is_kept(root: Path) -> None:
    """Imports go down only, rooms on one level are strangers, and every room has its place in the contract."""
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-logo"], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_module_imports_itself_by_a_detour() -> None:
    """There is no cycle of imports anywhere, imports inside functions included."""
    graph = grimp.build_graph("contextfs", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    order = list(graphlib.TopologicalSorter(imports).static_order())
    assert set(order) == graph.modules
