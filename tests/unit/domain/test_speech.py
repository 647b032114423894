"""Sentences of messages: where they end, and what is no speech."""

from __future__ import annotations

import time

import pytest

from contextfs.domain.fence import fenced
from contextfs.domain.session import Message
from contextfs.domain.speech import sentences_of, size, spoken


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("We use Redis. It is fast enough.", ["We use Redis.", "It is fast enough."]),
        (
            "See e.g. Dr. Strange's patch, i.e. the second one. Then merge it.",
            ["See e.g. Dr. Strange's patch, i.e. the second one.", "Then merge it."],
        ),
        ("Version 1.2.3 of app.py is out now.", ["Version 1.2.3 of app.py is out now."]),
        ("これは最初の文です。そして次の文です。", ["これは最初の文です。", "そして次の文です。"]),
        ("- first of the items\n- second of the items", ["first of the items", "second of the items"]),
        ("1. **Use Redis** for the sessions", ["Use Redis for the sessions"]),
        ("a line that is\nwrapped by hand.", ["a line that is wrapped by hand."]),
        ("# A heading of the answer\nThe text under it.", ["The text under it."]),
        ("Here are the steps to take:\n\nDo this one first.", ["Do this one first."]),
        (
            "Before it comes this.\n\n    indented = code()\n\nAfter it comes that.",
            ["Before it comes this.", "After it comes that."],
        ),
        ("Before it comes this.\n~~~\nwe decided nothing here\n~~~\n", ["Before it comes this."]),
        ("```\nnever closed, we decided nothing", []),
        ("| a table | of cells | here |", []),
        ("$ git push --force origin main", []),
        ("2026-01-15 12:00:01 INFO server started on port", []),
        ("diff --git a/x b/x\n+added line of code here\n-removed line of code here", []),
        ("import os, sys, json;", []),
        ("ok then", []),
        ("word " * 60, []),
        (
            "Text. <environment_context>We agreed on tabs.</environment_context> We agreed on spaces.",
            ["We agreed on spaces."],
        ),
        (
            f"The one says this. {fenced('We decided on recalled words.')} The other says that.",
            ["The one says this.", "The other says that."],
        ),
        ("<thinking>We should do nothing at all.</thinking>\nLet it be so.", ["Let it be so."]),
    ],
)
def test_speech_is_cut_into_sentences(content: str, expected: list[str]) -> None:
    """Each kind of text with the sentences that it holds."""
    assert [text for _, text in spoken(content)] == expected


def test_a_wording_counts_once_and_only_speakers_are_heard() -> None:
    """What is said twice is one sentence; tools and hosts say none."""
    messages = [
        Message("system", "The system prompt says this."),
        Message("user", "The very same words."),
        Message("tool", "The output of a tool."),
        Message("assistant", "The very same words. And some others."),
    ]
    assert [(one.text, one.place, one.order) for one in sentences_of(messages)] == [
        ("The very same words.", 1, 0),
        ("And some others.", 3, 1),
    ]


def test_megabytes_of_paste_are_read_at_their_ends() -> None:
    """Of a huge message its beginning and its end are read."""
    content = "The beginning says this. " + "Filler words stand here. " * 100_000 + "The end says that."
    found = [text for _, text in spoken(content)]
    assert found[0] == "The beginning says this."
    assert found[-1] == "The end says that."
    assert len(found) < 500


@pytest.mark.parametrize(("text", "words"), [("one two three", 3), ("一二三四五六七八九十", 5), ("é ü", 2)])
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    """A script without spaces is counted by its letters."""
    assert size(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "<thinking " * 2_600,
        "def " + "," * 5_900 + "?",
        "**a " * 1_400,
        "```\n" * 6_000,
        "> " * 9_000,
        "<tool_a>" * 3_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """Text that is made to keep a pattern busy is read as quickly as any other."""
    before = time.process_time()
    assert list(spoken(text)) == []
    assert time.process_time() - before < 1
