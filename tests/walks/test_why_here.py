"""The how-to script about `why` finds, in this very repository, what each of its places is explained by."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.git import history, repository
from contextfs.settings import Settings

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "how-to" / "why.py"


def places() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("how_to_why", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PLACES


@pytest.fixture
def _full_clone() -> None:
    found = repository.find(str(ROOT), {})
    if found is None or history.is_shallow(found):
        pytest.skip("not a full clone: there is no history to follow")


@pytest.mark.usefixtures("_full_clone")
def test_each_place_is_explained_by_what_was_recorded_of_it(tmp_path: Path) -> None:
    """The surest memory of each place is the one that this project wrote down for it, and its commits are there."""
    lines = (ROOT / "demo" / "memories.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum(json.loads(line)["type"] == "decision" for line in lines) >= 30
    settings = Settings(data_dir=str(tmp_path), environ={})
    with ContextFS(settings=settings, cwd=str(ROOT)) as ctx:
        ctx.save_many([json.loads(line) for line in lines])
        wrong: dict[str, str] = {}
        for place, expected in places().items():
            found = ctx.why(place, limit=1)
            if not found.memories or not found.memories[0].memory.content.startswith(expected):
                wrong[place] = str(found.memories)
            if place.endswith(".py") or "::" in place:
                assert found.commits, place
    assert wrong == {}


@pytest.mark.usefixtures("_full_clone")
def test_the_script_runs_as_the_page_says(tmp_path: Path) -> None:
    """Started as documented, it prints every place with its memory."""
    environ = {**os.environ, "CONTEXTFS_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], check=False, capture_output=True, text=True, env=environ, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    for place, expected in places().items():
        assert f"\n{place}\n" in done.stdout
        assert expected in done.stdout
