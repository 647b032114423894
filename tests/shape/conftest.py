"""What the shape tests look at: the files of the tree, read once."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Module(NamedTuple):
    """One Python file: where it is, what it says and how it parses."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path in the tree, as a message shows it."""
        return self.path.relative_to(ROOT).as_posix()


def read_modules(folder: str) -> list[Module]:
    """Every Python file below a folder of the tree."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [Module(path, text, ast.parse(text)) for path, text in zip(paths, texts, strict=True)]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the tree."""
    return ROOT


@pytest.fixture(scope="session")
def source_modules() -> list[Module]:
    """The modules of the package."""
    return read_modules("src/contextfs")


@pytest.fixture(scope="session")
def modules_of_tests() -> list[Module]:
    """The modules of the tests."""
    return read_modules("tests")


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Every text file that belongs to the project, committed or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("the tree is not a git checkout: which files belong to it is not known")
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]
