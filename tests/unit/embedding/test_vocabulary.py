"""The mapped vocabulary: what it finds, and which files it refuses to trust."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.embedding.vocabulary import ABSENT, MOST_TOKENS, Vocabulary, lay_out, mapped

TOKENS = ["", "a", "ab", "\u2581the", "日本", "🙂"]
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(st.lists(words, unique=True, max_size=50), words)
def test_finds_what_was_laid_out_and_nothing_else(tokens: list[str], other: str) -> None:
    """Each token gives its place; any other text gives ABSENT."""
    vocabulary = Vocabulary(lay_out(tokens, b"stamp"))
    assert [vocabulary.find(token) for token in tokens] == list(range(len(tokens)))
    assert vocabulary.find(other) == (tokens.index(other) if other in tokens else ABSENT)


def test_many_tokens_that_differ_in_one_letter() -> None:
    """Tens of thousands of neighbours are all found, so chains in the table are followed and wrap around."""
    tokens = [f"{number:05}" for number in range(60_000)]
    vocabulary = Vocabulary(lay_out(tokens, b""))
    assert all(vocabulary.find(tokens[place]) == place for place in range(0, 60_000, 7))
    assert vocabulary.find("60000") == ABSENT


def test_empty_text_and_lone_surrogates_are_not_tokens() -> None:
    """An id without a text cannot be found, and text that is no valid Unicode is no error."""
    vocabulary = Vocabulary(lay_out(TOKENS, b""))
    assert vocabulary.find("") == ABSENT
    assert vocabulary.find("\ud800") == ABSENT


def test_too_many_tokens_are_refused() -> None:
    """A vocabulary whose ids do not fit into a slot is an error, not a wrong answer."""
    with pytest.raises(ValueError, match="more than the 65535"):
        lay_out(["x"] * (MOST_TOKENS + 1), b"")


def test_facts_come_back_whatever_their_length() -> None:
    """The caller's facts are kept beside the tokens."""
    for length in range(9):
        vocabulary = Vocabulary(lay_out(TOKENS, b"stamp", b"f" * length))
        assert vocabulary.facts == b"f" * length
        assert vocabulary.find("ab") == 2


def _derived(calls: list[int], stamp: bytes = b"one") -> bytes:
    calls.append(1)
    return lay_out(TOKENS, stamp)


def test_derives_once_and_then_maps(tmp_path: Path) -> None:
    """The second opening takes the file of the first."""
    path, calls = str(tmp_path / "new" / "v.bin"), list[int]()
    for _ in range(3):
        assert mapped(path, b"one", lambda: _derived(calls)).find("ab") == 2
    assert len(calls) == 1
    assert os.listdir(tmp_path / "new") == ["v.bin"]


def test_derives_again_when_the_source_changed(tmp_path: Path) -> None:
    """Another stamp means another source, and the file is replaced."""
    path, calls = str(tmp_path / "v.bin"), list[int]()
    mapped(path, b"one", lambda: _derived(calls))
    mapped(path, b"two", lambda: _derived(calls, b"two"))
    mapped(path, b"two", lambda: _derived(calls, b"two"))
    assert len(calls) == 2


@pytest.mark.parametrize("keep", [0, 1, 31, 32, 40, 1000, -9, -1])
def test_a_torn_file_is_replaced(tmp_path: Path, keep: int) -> None:
    """However much of the file is there, less than all of it is not trusted."""
    path, calls = tmp_path / "v.bin", list[int]()
    mapped(str(path), b"one", lambda: _derived(calls))
    path.write_bytes(path.read_bytes()[:keep])
    assert mapped(str(path), b"one", lambda: _derived(calls)).find("ab") == 2
    assert len(calls) == 2
    assert path.read_bytes() == lay_out(TOKENS, b"one")


def test_foreign_bytes_are_replaced(tmp_path: Path) -> None:
    """A file that never was a vocabulary is no error."""
    path, calls = tmp_path / "v.bin", list[int]()
    path.write_bytes(os.urandom(5000))
    assert mapped(str(path), b"one", lambda: _derived(calls)).find("ab") == 2
    assert len(calls) == 1


@pytest.mark.parametrize(
    "blocked", ["a file where the directory should be", "a directory where the file should be"]
)
def test_works_from_memory_where_nothing_can_be_written(tmp_path: Path, blocked: str) -> None:
    """A cache that cannot be kept only means deriving each time, and leaves nothing behind."""
    calls = list[int]()
    if blocked.startswith("a file"):
        (tmp_path / "cache").write_text("")
    else:
        (tmp_path / "cache" / "v.bin").mkdir(parents=True)
    for _ in range(2):
        assert mapped(str(tmp_path / "cache" / "v.bin"), b"one", lambda: _derived(calls)).find("ab") == 2
    assert len(calls) == 2
    assert sum(len(files) for _, _, files in os.walk(tmp_path)) == (1 if blocked.startswith("a file") else 0)


@pytest.mark.skipif(sys.platform == "win32", reason="directory permissions work otherwise there")
def test_works_in_a_read_only_directory(tmp_path: Path) -> None:
    """A directory that may not be written is like no cache; as root the file is simply written."""
    tmp_path.chmod(0o500)
    try:
        assert mapped(str(tmp_path / "v.bin"), b"one", lambda: lay_out(TOKENS, b"one")).find("ab") == 2
    finally:
        tmp_path.chmod(0o700)


def test_no_path_keeps_it_in_memory() -> None:
    """Without a cache directory nothing is written."""
    assert mapped(None, b"one", lambda: lay_out(TOKENS, b"one")).find("日本") == 4


def test_many_may_derive_at_once(tmp_path: Path) -> None:
    """Threads that all find no file all get a working vocabulary, and one sound file stays."""
    path, found = tmp_path / "v.bin", list[int]()
    work = [
        Thread(
            target=lambda: found.append(mapped(str(path), b"one", lambda: lay_out(TOKENS, b"one")).find("ab"))
        )
        for _ in range(8)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert found == [2] * 8
    assert [entry.name for entry in tmp_path.iterdir()] == ["v.bin"]
    assert path.read_bytes() == lay_out(TOKENS, b"one")
