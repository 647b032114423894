"""A machine that is not this one: folders of its own, programs at made-up places."""

from __future__ import annotations

from pathlib import Path

import pytest

from contextfs.integrations.install.ledger import Ledger
from contextfs.integrations.install.places import Place

PROGRAMS = {"contextfs": ("/srv/tools/contextfs",), "contextfs-mcp": ("/srv/tools/contextfs-mcp",)}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A Linux machine with an empty home directory and an empty project."""
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    return Place(
        home=str(tmp_path / "home"),
        environ={"PATH": str(tmp_path / "bin")},
        platform="linux",
        project=str(tmp_path / "project"),
        programs=PROGRAMS,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger in a data directory that does not exist yet."""
    return Ledger(str(tmp_path / "data"))
