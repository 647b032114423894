"""A ContextFS of its own for each test, untouched by the machine's settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.settings import Settings


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[ContextFS]:
    """An empty store seen from the namespace `team`."""
    settings = Settings(data_dir=str(tmp_path / "data"), environ={})
    with ContextFS(settings=settings, namespace="team", cwd=str(tmp_path)) as found:
        yield found
