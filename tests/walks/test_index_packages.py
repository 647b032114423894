"""The index on the source trees of large public packages, as their authors publish them."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from contextfs import ContextFS

PACKAGES = {
    "django": ("http middleware csrf token check", "django/middleware/csrf.py"),
    "pillow": ("decode jpeg lines with libjpeg", "src/libImaging/JpegDecode.c"),
    "sqlalchemy": ("immutable dict union in cython", "lib/sqlalchemy/util/_immutabledict_cy.py"),
}
"""Distribution -> a question and the file that answers it; Python, JavaScript, C, Cython and much prose."""


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A source distribution, unpacked and under git."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", str(tmp_path), request.param], capture_output=True, text=True, check=False
    )
    archives = list(tmp_path.glob("*.tar.gz"))
    if not archives:
        pytest.skip(f"{request.param} cannot be downloaded here: {done.stderr.strip()[-200:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(tmp_path / "tree", filter="data")
    (root,) = (tmp_path / "tree").iterdir()
    for command in (["init", "--quiet"], ["add", "--all", "--force"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return request.param, root


@pytest.mark.long
def test_a_large_package(package: tuple[str, Path], tmp_path: Path) -> None:
    """Everything is read without an error, a known place is found, and a second run reads nothing."""
    name, root = package
    question, path = PACKAGES[name]
    with ContextFS(data_dir=tmp_path / "data", cwd=str(root)) as ctx:
        found = ctx.index()
        assert found.files > 300
        assert found.passages > found.files
        began = time.monotonic()
        assert ctx.index().unchanged
        assert time.monotonic() - began < 5
        assert path in [hit.path for hit in ctx.search_code(question, 10, min_relevance=0)]
