"""What several texts become together, and where one is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.memory import Memory
from contextfs.hygiene.joining import cut, joined, paragraphs, united

TEXTS = st.lists(
    st.sampled_from(["", "a word", "```", "---", "## Title", "Steps:", "- item", "  x"]), max_size=14
)


def test_tags_files_and_metadata_are_united_and_the_kept_ones_win() -> None:
    """What both have is there once, the kept memory's first; of two values of one key its own stays."""
    kept = Memory(
        "a", id="1" * 32, tags=("x", "y"), files=("a.py",), metadata={"n": 1}, supersedes=("3" * 32,)
    )
    other = Memory(
        "b", id="2" * 32, tags=("y", "z", "deprecated"), files=("b.py",), metadata={"n": 2, "m": 3}
    )
    assert united(kept, [other]) == {
        "tags": ("x", "y", "z"),
        "files": ("a.py", "b.py"),
        "metadata": {"n": 1, "m": 3},
        "supersedes": ("3" * 32, "2" * 32),
    }


def test_joining_adds_only_the_paragraphs_that_are_missing() -> None:
    """A paragraph that the first text has, in the same words and other marks, is not added again."""
    first = "Webhooks are retried five times with growing pauses.\n\nThe queue is Redis."
    other = (
        "webhooks are retried five times, with growing pauses\n\nFailed ones land in a table of their own."
    )
    assert joined([first, other]) == f"{first}\n\nFailed ones land in a table of their own."
    assert joined([first, first]) == first


def test_lines_of_dashes_say_where_to_cut() -> None:
    """Where there are such lines, paragraphs stay together."""
    assert cut("one\n\nstill one\n---\ntwo") == ["one\n\nstill one", "two"]
    assert cut("one\n\ntwo") == ["one", "two"]


def test_code_headings_and_lists_are_not_torn() -> None:
    """A blank line inside a code block cuts nothing; a heading and an announced list stay with what follows."""
    text = "## Setup\n\nRun:\n\n```sh\nmake\n\n---\nmake test\n```\n\nThen deploy."
    assert cut(text) == ["## Setup\n\nRun:\n\n```sh\nmake\n\n---\nmake test\n```", "Then deploy."]


@given(TEXTS)
def test_nothing_is_lost_by_cutting(lines: list[str]) -> None:
    """The parts hold every line of the text but blank ones and the dashes that say where to cut."""
    text = "\n".join(lines)
    kept = [line for part in cut(text) for line in part.split("\n") if line.strip() and line != "---"]
    assert kept == [line for line in lines if line.strip() and line != "---"]
    assert [line for part in paragraphs(text) for line in part.split("\n") if line.strip()] == [
        line for line in lines if line.strip()
    ]


def test_code_stays_with_the_words_above_it() -> None:
    """A block of code is no part of its own."""
    text = "Intro about pears.\n\n```\nalpha\n```\n\nEnd about figs."
    assert cut(text) == ["Intro about pears.\n\n```\nalpha\n```", "End about figs."]
