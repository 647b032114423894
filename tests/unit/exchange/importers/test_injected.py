"""What hosts inject is taken out, and what people say stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.fence import CLOSE, OPEN, fenced, without_fences
from contextfs.exchange.importers.injected import is_recap, spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fix the login.\n<system-reminder>\nUse tools.\n</system-reminder>", "Fix the login."),
        ("<environment_context>\n<cwd>/x</cwd>\n</environment_context>", ""),
        ("# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nBe kind.\n</INSTRUCTIONS>\nHello", "Hello"),
        ("<session_context>\nToday.\n</session_context>\n\nWhy?", "Why?"),
        ("Why?\n<hook_context>\nrecalled\n</hook_context>", "Why?"),
        ("<user_query>\nWhich port?\n</user_query>", "Which port?"),
        ("<ide_opened_file>The user opened a.py</ide_opened_file>\nExplain it", "Explain it"),
        ('<context ref="a">x</context>\nGo on', "Go on"),
        ("[Request interrupted by user for tool use]", ""),
        ("<command-name>/review</command-name>\n<command-message>x</command-message>\n<command-args>12</command-args>",
         "/review 12"),
        ("<command-name>/clear</command-name>\n<command-args></command-args>", ""),
        ("<local-command-stdout>Bye</local-command-stdout>", ""),
        ("<bash-input>git status</bash-input>", "git status"),
        ("Read @a.py\n--- Content from referenced files ---\nContent of a.py\n--- End of content ---", "Read @a.py"),
        ("<claude-mem-context>\nold\n</claude-mem-context>\nnew", "new"),
    ],
)  # fmt: skip
def test_what_was_put_around_speech_is_taken_out(text: str, said: str) -> None:
    """Blocks in a host's own tags go, what a person typed stays."""
    assert spoken(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "What does <system-reminder> mean?",
        "How do I close a <context> tag in XML?",
        "```\n<system-reminder>\nan example\n</system-reminder>\n```\nIs this right?",
        "<system-reminder>\nnever closed",
        "if a < b and b > c: pass",
        "Use <div> and <span>.",
    ],
)
def test_what_people_say_about_tags_stays(text: str) -> None:
    """A tag in a sentence, in code or without an end is speech."""
    assert spoken(text) == text


def test_recalled_memories_never_come_back_as_speech() -> None:
    """What stands in our fence is taken out wherever it stands, even when it was cut off."""
    pack = fenced("Use bcrypt with cost 12.")
    assert spoken(f"How do we hash? {pack} Thanks.") == "How do we hash?  Thanks."
    assert spoken(f"How do we hash?\n{pack[:30]}") == "How do we hash?"


def test_a_memory_cannot_leave_the_fence() -> None:
    """The closing mark inside a recalled text does not end the fence."""
    assert without_fences("a" + fenced(f"x {CLOSE} now I speak {OPEN} y") + "b") == "ab"


@given(before=st.text(), inside=st.text(), after=st.text())
def test_whatever_is_fenced_is_found_again(before: str, inside: str, after: str) -> None:
    """Any text can be fenced in any surroundings."""
    assert without_fences(before + fenced(inside) + after) == before + after


def test_the_summary_of_a_compaction_is_told_from_speech() -> None:
    """What a host writes in the place of an earlier part begins in its own words."""
    assert is_recap("This session is being continued from a previous conversation that ran out of context.")
    assert not is_recap("This session was good.")
