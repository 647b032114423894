"""The static provider: equal to the tokenizer library and to NumPy, and cheap where it must be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from contextfs.domain.vector import cosine
from contextfs.embedding.bpe import LONGEST_RUN, SPACE, BytePairEncoder
from contextfs.embedding.providers import static
from contextfs.embedding.providers.static import TABLE, TOKENIZER, StaticProvider
from contextfs.embedding.vocabulary import mapped
from contextfs.errors import EmbeddingUnavailable

PACKAGE = Path(str(static._find_package()))
RUNS = "=-.,#*/\\_~ \t\n0aA1é日🙂"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> StaticProvider:
    """One provider for all tests that only ask it for vectors."""
    return StaticProvider(str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="module")
def reference() -> tokenizers.Tokenizer:
    """The library that the table was trained with."""
    return tokenizers.Tokenizer.from_file(str(PACKAGE / TOKENIZER))


@pytest.fixture(scope="module")
def encoder() -> BytePairEncoder:
    """Our own encoder over the same vocabulary."""
    table, tokenizer = str(PACKAGE / TABLE), str(PACKAGE / TOKENIZER)
    return BytePairEncoder(mapped(None, b"", lambda: static._derive(table, tokenizer)), 3)


def collapsed(text: str) -> str:
    """The text as the provider reads it: its words, one space apart."""
    return " ".join(text.replace(SPACE, " ").split())


def ours(encoder: BytePairEncoder, text: str) -> list[int]:
    """Token ids by our encoder."""
    return [token for word in text.split() for token in encoder.encode(word)]


def library_sources() -> Iterator[str]:
    """Pieces of the standard library: English, code, every kind of punctuation."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::3]:
        source = path.read_text("utf-8", "replace")
        yield from (source[start : start + 2000] for start in range(0, len(source), 2000))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "Why did we choose PostgreSQL over MySQL?",
        "def process_event(self, payload: dict[str, Any]) -> None: ...",
        "naïve café Ångström ﬁ e\u0301",
        "データベースの接続プールが枯渇した 数据库连接池耗尽了 데이터베이스",
        "🙂🙃👩‍👩‍👧‍👦 🇪🇺 ✅",
        "مرحبا بالعالم שלום עולם नमस्ते",
        "\x00\x01\x7f\u200b\ufeff\ue000",
        "=" * 77 + " " + "-" * 40 + "." * 9 + "a" * 100,
        "…" * 30,
    ],
)
def test_tokens_equal_the_library(
    encoder: BytePairEncoder, reference: tokenizers.Tokenizer, text: str
) -> None:
    """Hand-picked scripts and runs give the library's ids."""
    text = collapsed(text)
    assert ours(encoder, text) == reference.encode(text, add_special_tokens=False).ids


def test_tokens_equal_the_library_on_sources(
    encoder: BytePairEncoder, reference: tokenizers.Tokenizer
) -> None:
    """A broad body of code and English gives the library's ids throughout."""
    texts = [collapsed(text) for text in library_sources()]
    expected = [encoding.ids for encoding in reference.encode_batch(texts, add_special_tokens=False)]
    assert len(texts) > 500
    assert [ours(encoder, text) for text in texts] == expected


@given(st.one_of(st.text(max_size=80), st.text(st.sampled_from(RUNS), max_size=120)))
def test_tokens_equal_the_library_on_anything(
    encoder: BytePairEncoder, reference: tokenizers.Tokenizer, text: str
) -> None:
    """Random text, and random runs of few characters, give the library's ids."""
    text = collapsed(text)
    if any(mark in text for mark in ("<s>", "</s>", "<unk>")):
        return  # the library takes these for control tokens; to us they are text
    assert ours(encoder, text) == reference.encode(text, add_special_tokens=False).ids


def test_long_runs_are_cut_but_keep_their_tokens(
    encoder: BytePairEncoder, reference: tokenizers.Tokenizer
) -> None:
    """A run beyond the limit differs from the library at the cuts only."""
    text = "日本語の長い文章" * LONGEST_RUN
    expected = reference.encode(text, add_special_tokens=False).ids
    assert abs(len(encoder.encode(text)) - len(expected)) <= 2 * len(text) / LONGEST_RUN


def test_vectors_equal_numpy(provider: StaticProvider, reference: tokenizers.Tokenizer) -> None:
    """The exact sums over big integers are the mean that NumPy computes."""
    rows = load_file(PACKAGE / TABLE)["embedding.weight"].astype("f8")
    texts = [collapsed(text) for text in library_sources()][:200]
    for text, vector in zip(texts, provider.embed_documents(texts), strict=True):
        ids = reference.encode(text, add_special_tokens=False).ids
        expected = rows[ids].mean(0)
        assert np.allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)


@pytest.mark.parametrize("word", ["<s>", "</s>", "<unk>", "<0x0A>"])
def test_control_words_are_text(encoder: BytePairEncoder, word: str) -> None:
    """A text about `<s>` tags is about them: it is spelt out, not taken for a control token."""
    assert len(encoder.encode(word)) > 1
    assert min(encoder.encode(word)) >= 259


def test_similar_texts_are_near(provider: StaticProvider) -> None:
    """Meaning shows: a paraphrase is nearer than another topic."""
    asked = provider.embed_query("how do we retry failed payments")
    near, far = provider.embed_documents(
        ["retrying a payment that did not go through", "the CSS grid of the footer"]
    )
    assert cosine(asked, near) > cosine(asked, far) + 0.2


def test_identity_is_the_same_from_memory_and_from_the_cache(
    provider: StaticProvider, tmp_path: Path
) -> None:
    """The identity speaks of the model, not of where its derived file lies."""
    assert StaticProvider(None).identity == StaticProvider(str(tmp_path)).identity == provider.identity
    assert StaticProvider(str(tmp_path)).embed_query("same") == provider.embed_query("same")


def test_missing_package_is_not_available(tmp_path: Path) -> None:
    """Without the package the provider says so and what to do."""
    missing = StaticProvider(None, str(tmp_path / "wordllama"))
    assert not missing.available()
    with pytest.raises(EmbeddingUnavailable, match="not installed") as caught:
        missing.embed_query("x")
    assert "pip install" in caught.value.hint


@pytest.mark.parametrize("damaged", [TABLE, TOKENIZER])
@pytest.mark.parametrize("kept", [0, 2, 1_000_000])
def test_damaged_package_is_a_clear_error(tmp_path: Path, damaged: str, kept: int) -> None:
    """A file of the package that has lost its end, or all, is reported with the cure."""
    for name in (TABLE, TOKENIZER):
        (tmp_path / name).parent.mkdir()
        shutil.copy(PACKAGE / name, tmp_path / name)
    os.truncate(tmp_path / damaged, kept)
    broken = StaticProvider(None, str(tmp_path))
    with pytest.raises(EmbeddingUnavailable, match="cannot be read") as caught:
        broken.embed_query("x")
    assert "--force-reinstall" in caught.value.hint


def test_a_changed_table_changes_the_identity(tmp_path: Path) -> None:
    """Other numbers in the table are other vectors, so the identity differs though the cache is warm."""
    for name in (TABLE, TOKENIZER):
        (tmp_path / name).parent.mkdir()
        shutil.copy(PACKAGE / name, tmp_path / name)
    before = StaticProvider(str(tmp_path / "cache"), str(tmp_path)).identity
    with (tmp_path / TABLE).open("r+b") as file:
        file.seek(-2, os.SEEK_END)
        file.write(b"\x00\x3c")
    os.utime(tmp_path / TABLE, ns=(1, 1))
    assert StaticProvider(str(tmp_path / "cache"), str(tmp_path)).identity != before


def test_a_fresh_process_imports_nothing_heavy(tmp_path: Path) -> None:
    """Embedding a query in its own process loads no numeric, tokenizer or JSON library once the cache is there."""
    code = (
        "import sys; from contextfs.embedding.providers.static import StaticProvider;"
        f"StaticProvider({str(tmp_path)!r}).embed_query('why postgres');"
        "print(*sorted(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # this one derives the vocabulary
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {
        "numpy",
        "tokenizers",
        "wordllama",
        "safetensors",
        "json",
        "hashlib",
        "pathlib",
        "importlib.util",
    }
    assert not loaded & heavy


def test_processes_may_derive_at_once(tmp_path: Path) -> None:
    """Four processes that start on an empty cache agree, and leave one file."""
    code = (
        "from contextfs.embedding.providers.static import StaticProvider;"
        f"p = StaticProvider({str(tmp_path)!r}); print(p.identity, p.embed_query('why postgres')[:4])"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert "static:" in said.pop()
    assert [entry.name for entry in tmp_path.iterdir()] == [static.CACHE]


def test_the_same_numbers_have_the_same_identity(provider: StaticProvider, tmp_path: Path) -> None:
    """A release that only lays out its files otherwise keeps the vectors that are stored."""
    for name in (TABLE, TOKENIZER):
        (tmp_path / name).parent.mkdir()
    shutil.copy(PACKAGE / TABLE, tmp_path / TABLE)
    tokenizer = json.loads((PACKAGE / TOKENIZER).read_text("utf-8"))
    (tmp_path / TOKENIZER).write_text(json.dumps(tokenizer, indent=1), "utf-8")
    assert StaticProvider(None, str(tmp_path)).identity == provider.identity
