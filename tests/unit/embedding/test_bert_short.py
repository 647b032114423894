"""The forward pass without NumPy: the same vectors, and NumPy stays away for as long as it does not pay."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from contextfs.domain.vector import Vector, cosine
from contextfs.embedding.bert import Bert
from contextfs.embedding.bert_short import ShortBert
from contextfs.embedding.providers import minilm
from contextfs.embedding.providers.minilm import MiniLMProvider
from contextfs.embedding.tensors import Tensors

LISTS = [[101, *range(2000, 2000 + 37 * length, 37), 102] for length in (1, 2, 9, 40, 254)]
QUERY = "how does the parser handle an unexpected end of file"


def test_equals_numpy(minilm_directory: str) -> None:
    """Both ways give the same vectors to the last digits of a 32-bit float."""
    tensors = Tensors(os.path.join(minilm_directory, minilm.WEIGHTS))
    short, full = ShortBert(tensors), Bert(tensors)
    for ids in LISTS:
        assert np.allclose(short.embed(ids), full.embed([ids])[0], atol=2e-6)


def ask(directory: str, code: str) -> list[str]:
    """What a fresh process prints after `p` was made a provider."""
    start = (
        "import sys; from contextfs.embedding.providers.minilm import MiniLMProvider;"
        f"p = MiniLMProvider({directory!r});"
    )
    done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_query_needs_no_numpy(minilm_directory: str) -> None:
    """A fresh process embeds its query, asked twice or not, without the dear import."""
    code = f"p.embed_query({QUERY!r}); p.embed_query({QUERY!r}); print('numpy' in sys.modules)"
    assert ask(minilm_directory, code) == ["False"]


@pytest.mark.parametrize(
    "code", ["[p.embed_query(f'query {n}') for n in range(40)]", "p.embed_query('x ' * 90)"]
)
def test_more_than_a_query_takes_numpy(minilm_directory: str, code: str) -> None:
    """A process that goes on embedding, or meets a long text, changes over."""
    assert ask(minilm_directory, f"{code}; print('numpy' in sys.modules)") == ["True"]


def test_without_simsimd_numpy_does_it(minilm_directory: str) -> None:
    """Where SimSIMD has no wheel a query still gets its vector."""
    expected = MiniLMProvider(minilm_directory).embed_query(QUERY)
    code = f"sys.modules['simsimd'] = None; print(*p.embed_query({QUERY!r}))"
    assert cosine(expected, Vector("f", map(float, ask(minilm_directory, code)))) > 0.999999


def test_the_same_question_is_embedded_once(minilm_directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking again, as an empty answer does for the other namespaces, costs nothing."""
    provider = MiniLMProvider(minilm_directory)
    first = provider.embed_query(QUERY)
    monkeypatch.setattr(provider, "_model", None)
    monkeypatch.setattr(provider, "_directory", "/nowhere")
    assert provider.embed_query(QUERY) is first
