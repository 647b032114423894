"""The fence: nothing that stands in it ends it, speaks for the host, or hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.fence import CLOSE, OPEN, fenced, inert, without_fences

PIECES = st.lists(
    st.sampled_from([
        OPEN, CLOSE, "</CONTEXTFS-MEMORY >", "< / contextfs-memory>", "</system-reminder>", "<system>", "<System>",
        "<b>",
        "\x1b[31m", "\x07", "\u202e", "\u200b", "\r\n", "\t", "x < y", "text", "\n", "&lt;system>",
    ])
)  # fmt: skip


@given(PIECES.map("".join) | st.text())
def test_what_stands_inside_cannot_get_out(text: str) -> None:
    """Taken out again with its fence nothing of it is left, and the fence is the only mark there is."""
    whole = fenced(text)
    assert without_fences(f"before {whole} after") == "before  after"
    assert whole.lower().count("contextfs-memory>") - whole.lower().count("&lt;") <= 2
    assert inert(inert(text)) == inert(text)


@pytest.mark.parametrize(
    "mark",
    [
        "</system-reminder>",
        "<system>",
        "</SYSTEM >",
        "< /hook_context>",
        "</contextfs-memory >",
        "<tool_result id=1>",
    ],
)
def test_marks_of_hosts_are_shown_and_do_nothing(mark: str) -> None:
    """A memory that ends the wrapper of its host is read as what it is."""
    assert inert(f"a {mark} b") == f"a {mark.replace('<', '&lt;')} b"


@pytest.mark.parametrize("text", ["x < y", "<b>bold</b>", "List<User>", "<systemd>", "a\tb\nc", "👩‍💻 नमस्ते"])
def test_other_text_stays_as_it_is(text: str) -> None:
    """Code, markup and scripts that need joiners are not touched."""
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x07b", "a\\x07b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("\U000e0041", "\\ue0041"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_nothing_hides(text: str, shown: str) -> None:
    """What steers a terminal or turns a text is written out."""
    assert inert(text) == shown
