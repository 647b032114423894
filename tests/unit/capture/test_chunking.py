"""Passages: nothing is lost, none is too long, and cuts are made where they hurt least."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.chunking import WORDS, passages

PROSE = " ".join(f"Sentence number {number} says something about the thing." for number in range(80))


def flat(text: str) -> str:
    return "".join(text.split())


def is_kept(content: str, cut: list[str]) -> bool:
    """Whether the passages, read one after the other with their repeats skipped, are the content again."""
    rest = flat(content)
    for number, passage in enumerate(map(flat, cut)):
        skips = range(len(passage) + 1) if number else (0,)
        fits = next((skip for skip in skips if rest.startswith(passage[skip:])), None)
        if fits is None:
            return False
        rest = rest[len(passage) - fits :]
    return not rest


def size(text: str) -> int:
    return max(len(text.split()), len(text.encode()) // 8)


@pytest.mark.parametrize("content", ["", "one line", "two\n\nparagraphs", "word " * WORDS])
def test_a_short_memory_is_one_passage(content: str) -> None:
    """What fits is left as it is, with its title before it."""
    assert passages("", content) == [content]
    assert passages("A title", content) == [f"A title\n{content}"]


def test_a_title_is_not_said_twice() -> None:
    """A text that begins with its title does not get it again."""
    assert passages("Pool size", "## Pool size\n\nIt is 50.") == ["## Pool size\n\nIt is 50."]


def test_every_passage_carries_the_title() -> None:
    """Each passage of a long memory begins with the title; a very long title is shortened."""
    cut = passages("Release of May", PROSE)
    assert len(cut) > 2
    assert all(passage.startswith("Release of May\n") for passage in cut)
    assert all(size(passage) < 2 * WORDS for passage in passages("word " * 500, PROSE))


def test_passages_are_of_one_size() -> None:
    """A little more than one passage becomes two of about the same length, not one and a scrap."""
    first, second = passages("", "A short sentence of six words. " * 37)
    assert abs(len(first.split()) - len(second.split())) <= 20


def test_a_passage_repeats_the_last_sentence() -> None:
    """In running prose the second passage begins with the sentence that ended the first."""
    first, second, *_ = passages("", PROSE)
    last = first.rstrip().removesuffix(".").rpartition(". ")[2]
    assert second.startswith(last)


def test_cut_before_headings() -> None:
    """Sections that fit stay whole, and begin with their heading."""
    sections = [f"## Section {number}\n\n" + f"Text of part {number}. " * 30 for number in range(4)]
    cut = passages("", "\n\n".join(sections), words=140)
    assert [passage.split("\n")[0] for passage in cut] == [f"## Section {number}" for number in range(4)]


def test_cut_before_functions() -> None:
    """Code is cut between functions, a decorator stays with its function, and nothing is repeated."""
    code = "\n\n".join(
        f"@cached\ndef function_{n}(a, b):\n" + "    total = a + b + 1\n" * 20 for n in range(3)
    )
    cut = passages("", code, words=150)
    assert [passage.split("\n")[0] for passage in cut] == ["@cached"] * 3
    assert is_kept(code, cut)


def test_a_block_of_code_is_not_cut_when_a_paragraph_can_be() -> None:
    """Where prose and a fenced block do not fit together, the cut is before the block."""
    prose = "A sentence of exactly seven words here. " * 15
    code = "```python\n" + "x = compute(x)\n" * 20 + "```\n"
    first, second = passages("", f"{prose}\n\n{code}", words=130)
    assert "```" not in first
    assert second.count("```") == 2


def test_text_without_spaces_is_cut_too() -> None:
    """A script without spaces, or a wall of letters, is cut into passages that a model can read."""
    for content in ("東京都の天気は晴れです。" * 100, "x" * 10_000):
        cut = passages("", content)
        assert len(cut) > 2
        assert all(size(passage) <= WORDS * 1.3 for passage in cut)
        assert is_kept(content, cut)


@given(
    st.lists(
        st.sampled_from(
            [
                "word",
                "Ende. ",
                "東京都",
                "\n",
                "\n\n",
                " ",
                "## Head\n",
                "```\n",
                "def f():\n",
                "    x = 1\n",
                "é" * 40,
            ]
        ),
        max_size=200,
    ),
    st.integers(5, 60),
)
def test_nothing_is_lost_and_none_is_too_long(parts: list[str], words: int) -> None:
    """Whatever the text, its passages hold all of it in its order, and none is much longer than asked."""
    content = "".join(parts)
    cut = passages("A title", content, words=words)
    bodies = [passage.removeprefix("A title\n") for passage in cut]
    assert is_kept(content, bodies)
    assert all(size(body) <= words * 1.2 + 1 for body in bodies)


@given(st.text(max_size=2_000), st.integers(1, 50))
def test_any_text_can_be_cut(content: str, words: int) -> None:
    """Any text at all gives at least one passage and keeps every letter."""
    cut = passages("", content, words=words)
    assert cut
    assert is_kept(content, cut)


def test_a_million_letters_take_no_time_worth_telling() -> None:
    """Cutting is linear: ten times the text gives about ten times the passages."""
    small, large = passages("", PROSE * 10), passages("", PROSE * 100)
    assert 9 * len(small) <= len(large) <= 11 * len(small)
