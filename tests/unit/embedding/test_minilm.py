"""MiniLM: the vectors of the published model, in whatever company a text comes."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from contextfs.domain.vector import cosine
from contextfs.embedding.providers import minilm
from contextfs.embedding.providers.minilm import MiniLMProvider
from contextfs.errors import EmbeddingUnavailable

# What the model's authors' own library gives; the first numbers are printed all over the web.
PUBLISHED = {
    "This is an example sentence": [0.06765693, 0.06349593, 0.04871314, 0.07930495, 0.03744806, 0.00265273],
    "Each sentence is converted": [0.08643859, 0.10],
}
SHORT, MIDDLE = "why postgres", "We chose PostgreSQL because JSON columns and search come in one engine. " * 3


@pytest.fixture(scope="module")
def provider(minilm_directory: str, tmp_path_factory: pytest.TempPathFactory) -> MiniLMProvider:
    """One provider for all tests that only ask it for vectors."""
    return MiniLMProvider(minilm_directory, str(tmp_path_factory.mktemp("cache")))


def test_gives_the_published_vectors(provider: MiniLMProvider) -> None:
    """The numbers that the original implementation is known to give."""
    for text, numbers in PUBLISHED.items():
        vector = provider.embed_query(text)
        for given, published in zip(vector, numbers, strict=False):
            assert math.isclose(given, published, abs_tol=1e-6 if published != 0.10 else 5e-3)


def plain_forward(weights: dict[str, Any], ids: list[int]) -> Any:
    """The model once more, as plainly as it can be written: one text, 64-bit floats, the exact error function."""

    def linear(x: Any, name: str) -> Any:
        return x @ weights[name + ".weight"].T + weights[name + ".bias"]

    def norm(x: Any, name: str) -> Any:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * weights[name + ".weight"] + weights[name + ".bias"]

    gelu = np.vectorize(lambda value: value * 0.5 * (1 + math.erf(value / math.sqrt(2))))
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        heads = []
        for head in range(12):
            part = slice(32 * head, 32 * head + 32)
            query, key, value = (
                linear(x, f"{at}attention.self.{kind}")[:, part] for kind in ("query", "key", "value")
            )
            scores = np.exp(query @ key.T / math.sqrt(32))
            heads.append(scores / scores.sum(-1, keepdims=True) @ value)
        joined = linear(np.concatenate(heads, axis=1), at + "attention.output.dense")
        x = norm(x + joined, at + "attention.output.LayerNorm")
        narrow = linear(gelu(linear(x, at + "intermediate.dense")), at + "output.dense")
        x = norm(x + narrow, at + "output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def test_equals_a_plain_forward_pass(provider: MiniLMProvider, minilm_directory: str) -> None:
    """Masking, batching, 32-bit floats and the approximated error function change no cosine."""
    raw = load_file(os.path.join(minilm_directory, minilm.WEIGHTS))
    weights = {name: tensor.astype("f8") for name, tensor in raw.items()}
    texts = [SHORT, MIDDLE, "x", "数据库 🙂 café"]
    encode = provider._opened().encode
    for text, vector in zip(texts, provider.embed_documents(texts), strict=True):
        expected = plain_forward(weights, encode(text))
        assert abs(1 - float(np.dot(expected, vector))) < 1e-6
        assert np.allclose(expected, vector, atol=2e-6)


def test_a_text_does_not_see_its_neighbours(provider: MiniLMProvider) -> None:
    """Alone or filled up beside a long one, in one batch or many, a text has the same vector."""
    texts = [SHORT, MIDDLE * 5, "x", MIDDLE]
    alone = [provider.embed_query(text) for text in texts]
    together = provider.embed_documents(texts * 8)  # more than one batch
    for place, vector in enumerate(together):
        assert cosine(vector, alone[place % len(alone)]) > 0.999999


def test_only_the_beginning_of_a_long_text_is_read(provider: MiniLMProvider) -> None:
    """What lies behind the model's 256 tokens does not matter."""
    assert provider.embed_query("word " * 300) == provider.embed_query("word " * 254 + "other " * 5000)
    assert provider.embed_query("word " * 253 + "other") != provider.embed_query("word " * 254)


def test_not_installed_is_not_available(tmp_path: Path) -> None:
    """Without its files the provider is not available, and says how to get them."""
    missing = MiniLMProvider(str(tmp_path))
    assert not missing.available()
    with pytest.raises(EmbeddingUnavailable, match="not installed") as caught:
        missing.embed_query("x")
    assert "contextfs model install minilm" in caught.value.hint


def test_half_installed_is_not_available(tmp_path: Path) -> None:
    """A file that is shorter than it should be is not taken for the model."""
    (tmp_path / minilm.WEIGHTS).write_bytes(b"\0" * 1000)
    (tmp_path / minilm.VOCABULARY).write_bytes(b"\0" * minilm.VOCABULARY_SIZE)
    assert not MiniLMProvider(str(tmp_path)).available()


def test_damaged_weights_are_a_clear_error(tmp_path: Path) -> None:
    """Files of the right size and the wrong content are reported with the cure."""
    with (tmp_path / minilm.WEIGHTS).open("wb") as file:
        file.truncate(minilm.WEIGHTS_SIZE)
    (tmp_path / minilm.VOCABULARY).write_bytes(b"a" * (minilm.VOCABULARY_SIZE - 1) + b"\n")
    damaged = MiniLMProvider(str(tmp_path))
    with pytest.raises(EmbeddingUnavailable, match="cannot be read") as caught:
        damaged.embed_query("x")
    assert "contextfs model install minilm" in caught.value.hint


def test_asking_what_it_is_loads_nothing(tmp_path: Path) -> None:
    """Identity, dimensions and availability cost no NumPy and no model."""
    code = (
        "import sys; from contextfs.embedding.providers.minilm import MiniLMProvider;"
        f"p = MiniLMProvider({str(tmp_path)!r}); p.identity, p.dimensions, p.available();"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "json", "tokenizers", "safetensors"} & set(done.stdout.split())


def test_loading_leaves_the_environment_alone(minilm_directory: str) -> None:
    """The setting that keeps OpenBLAS to one thread is gone after the import, and a user's own one stays."""
    code = (
        "import os; from contextfs.embedding.providers.minilm import MiniLMProvider;"
        f"MiniLMProvider({minilm_directory!r}).embed_query('x'); print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    plain = {key: value for key, value in os.environ.items() if key != "OPENBLAS_NUM_THREADS"}
    for given, expected in (({}, "None"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=plain | given)
        assert done.stdout.strip() == expected
