"""The MiniLM weights, where this machine has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contextfs.embedding.providers.minilm import MiniLMProvider


@pytest.fixture(scope="session")
def minilm_directory() -> str:
    """The directory of the installed model; skips where there is none, since its weights are not in the tree."""
    models = os.environ.get("CONTEXTFS_TEST_MODELS") or str(Path.home() / ".contextfs" / "models")
    directory = os.path.join(models, "minilm")
    if not MiniLMProvider(directory).available():
        pytest.skip(
            f"MiniLM is not in {models}: run `contextfs model install minilm`, or set CONTEXTFS_TEST_MODELS"
        )
    return directory
