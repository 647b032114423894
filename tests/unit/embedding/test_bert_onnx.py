"""The quicker runtime: the same vectors, and nothing lost where it is missing."""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from contextfs.domain.vector import cosine
from contextfs.embedding.bert import Bert
from contextfs.embedding.bert_onnx import GRAPH, OnnxBert
from contextfs.embedding.providers import minilm
from contextfs.embedding.providers.minilm import MiniLMProvider
from contextfs.embedding.tensors import Tensors
from contextfs.errors import EmbeddingUnavailable

CHANCE = random.Random(20)
LISTS = [
    [101, *(CHANCE.randrange(1000, 30_000) for _ in range(length)), 102]
    for length in (1, 9, 40, 41, 120, 254)
]


@pytest.fixture
def copied(minilm_directory: str, tmp_path: Path) -> Path:
    """The model in a directory of its own, since the runtime wants its graph beside the weights."""
    for name in (minilm.WEIGHTS, minilm.VOCABULARY):
        shutil.copyfile(os.path.join(minilm_directory, name), tmp_path / name)
    return tmp_path


def test_equals_numpy(copied: Path) -> None:
    """Both ways give the same vectors to the last digits of a 32-bit float."""
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    path = str(copied / minilm.WEIGHTS)
    assert np.allclose(OnnxBert(path).embed(LISTS), Bert(Tensors(path)).embed(LISTS), atol=2e-6)


def test_the_graph_is_written_once_and_mended(copied: Path) -> None:
    """The few kilobytes beside the weights are kept, and replaced when they are not what they should be."""
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    path = str(copied / minilm.WEIGHTS)
    OnnxBert(path)
    first = (copied / GRAPH).stat()
    OnnxBert(path)
    assert (copied / GRAPH).stat().st_mtime_ns == first.st_mtime_ns
    (copied / GRAPH).write_bytes(b"torn")
    assert OnnxBert(path).embed([LISTS[0]]).shape == (1, 384)
    assert first.st_size < 100_000


def test_many_texts_do_without_it(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, or cannot write its graph, NumPy gives the same vectors."""
    monkeypatch.setattr(minilm, "BULK_TOKENS", 1)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # what an import of something absent looks like
    provider = MiniLMProvider(str(copied))
    texts = ["why postgres", "because of JSON columns"]
    for text, vector in zip(texts, provider.embed_documents(texts), strict=True):
        assert cosine(vector, provider.embed_query(text)) > 0.999999
    assert not (copied / GRAPH).exists()


def test_many_texts_use_it(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra, a large batch goes through the runtime and agrees with a query, which does not."""
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    expected = MiniLMProvider(str(copied)).embed_query("why postgres")
    assert not (copied / GRAPH).exists()
    monkeypatch.setattr(minilm, "BULK_TOKENS", 1)
    found = MiniLMProvider(str(copied)).embed_documents(["why postgres", "", "x"])
    assert (copied / GRAPH).exists()
    assert cosine(found[0], expected) > 0.999999


def test_a_graph_that_cannot_be_written_is_a_clear_error(copied: Path) -> None:
    """The runtime's many errors leave as one of ours."""
    pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    (copied / GRAPH).mkdir()
    with pytest.raises(EmbeddingUnavailable, match="ONNX Runtime cannot run"):
        OnnxBert(str(copied / minilm.WEIGHTS))
    shutil.rmtree(copied / GRAPH)
