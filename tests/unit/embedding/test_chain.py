"""The chain: which provider is taken, and what happens when it is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contextfs.embedding import chain, providers
from contextfs.embedding.provider import ProviderSettings
from contextfs.embedding.providers import minilm
from contextfs.errors import EmbeddingUnavailable, InvalidSetting


def settings(tmp_path: Path, **chosen: str) -> ProviderSettings:
    """Settings with a cache and no model installed."""
    return ProviderSettings(cache_directory=str(tmp_path / "cache"), models_directory=str(tmp_path))._replace(
        **chosen
    )


def install_something_of_the_right_size(tmp_path: Path) -> None:
    """Files that look like the installed model from outside."""
    (tmp_path / "minilm").mkdir()
    for name, size in ((minilm.WEIGHTS, minilm.WEIGHTS_SIZE), (minilm.VOCABULARY, minilm.VOCABULARY_SIZE)):
        with (tmp_path / "minilm" / name).open("wb") as file:
            file.truncate(size)


def test_every_provider_file_is_in_the_chain(tmp_path: Path) -> None:
    """A file in the folder is a provider in the chain, in the order that each says."""
    found = chain.every(settings(tmp_path))
    files = [path.stem for path in Path(providers.__path__[0]).glob("*.py") if path.stem != "__init__"]
    assert [provider.name for provider in found] == ["openai", "minilm", "static"]
    assert len(files) == len(found)
    assert len({provider.order for provider in found}) == len(found)


def test_auto_takes_the_best_that_is_there(tmp_path: Path) -> None:
    """Static at first, MiniLM once installed, the endpoint once configured."""
    names: list[str] = []
    for step in (lambda: None, lambda: install_something_of_the_right_size(tmp_path)):
        step()
        active = chain.active(settings(tmp_path))
        names.append(active.name if active else "")
    configured = chain.active(settings(tmp_path, url="http://127.0.0.1:1/v1"))
    assert [*names, configured and configured.name] == ["static", "minilm", "openai"]


def test_what_failed_is_passed_over(tmp_path: Path) -> None:
    """A provider that failed a moment ago gives way to the next, and in the end to words alone."""
    here = settings(tmp_path, url="http://127.0.0.1:1/v1")
    after = chain.active(here, without=["openai"])
    assert after and after.name == "static"
    assert chain.active(here, without=["openai", "static"]) is None
    assert chain.active(here._replace(choice="static"), without=["static"]) is None


def test_words_takes_none(tmp_path: Path) -> None:
    """Search by words alone asks for no provider, though one is there."""
    assert chain.active(settings(tmp_path, choice="words")) is None


def test_a_choice_is_kept_to(tmp_path: Path) -> None:
    """A chosen provider is taken though a better one is there, and is never silently another one."""
    install_something_of_the_right_size(tmp_path)
    chosen = chain.active(settings(tmp_path, choice="static"))
    assert chosen and chosen.name == "static"
    with pytest.raises(EmbeddingUnavailable, match="'openai' was chosen") as caught:
        chain.active(settings(tmp_path, choice="openai"))
    assert "contextfs model list" in caught.value.hint


def test_an_unknown_choice_is_a_setting_to_mend(tmp_path: Path) -> None:
    """The error names what may be chosen."""
    with pytest.raises(InvalidSetting, match="'word2vec'") as caught:
        chain.active(settings(tmp_path, choice="word2vec"))
    assert caught.value.hint == "Choose one of: auto, words, openai, minilm, static"


def test_choosing_costs_no_heavy_import(tmp_path: Path) -> None:
    """Building the whole chain and asking who is there imports no numeric, tokenizer, JSON or network library."""
    code = (
        "import sys; from contextfs.embedding import chain; from contextfs.embedding.provider import ProviderSettings;"
        f"s = ProviderSettings(None, {str(tmp_path)!r}, url='http://127.0.0.1:1/v1');"
        "chain.active(s); [p.available() for p in chain.every(s)]; print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "numpy",
        "tokenizers",
        "json",
        "urllib.request",
        "pathlib",
        "pkgutil",
        "hashlib",
        "importlib.util",
    }
    assert not heavy & set(done.stdout.split())
