"""The front page of the package and what it promises."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import contextfs
from contextfs._version import __version__


def test_the_front_page_is_sorted() -> None:
    """`__all__` is sorted, so that a new name has one place."""
    assert list(contextfs.__all__) == sorted(contextfs.__all__)


def test_every_promised_name_is_there() -> None:
    """Each name of `__all__` can be imported from the package."""
    assert [name for name in contextfs.__all__ if not hasattr(contextfs, name)] == []


def test_nothing_is_public_by_accident() -> None:
    """What `dir()` shows without an underscore is what `__all__` promises, and the rooms."""
    rooms = {path.stem for path in Path(str(contextfs.__file__)).parent.iterdir()}
    visible = {name for name in dir(contextfs) if not name.startswith("_")} - {"annotations"}
    assert visible - set(contextfs.__all__) - rooms == set()


def test_the_version_is_one_number(root: Path) -> None:
    """The constant, pyproject.toml and the metadata of the installed package agree on the version."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert __version__ == project["version"] == importlib.metadata.version("contextfs")


def test_the_package_says_that_it_is_typed() -> None:
    """The marker that tells type checkers to read the annotations ships with the package."""
    assert (Path(str(contextfs.__file__)).parent / "py.typed").is_file()
