"""Places that memories name are told from words that only look alike."""

from __future__ import annotations

import pytest

from contextfs.domain.citation import MOST, citations, may_cite, names, parsed
from contextfs.domain.memory import Memory


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("see src/a.py.", ["src/a.py"]),
        ("(src/a.py:10-20)", ["src/a.py:10-20"]),
        ("`src/a.py:12`, then", ["src/a.py:12"]),
        ("src/a.py:12:5: error", ["src/a.py:12"]),
        ("src/a.py#L10-L20", ["src/a.py:10-20"]),
        ("src/a.py#L7", ["src/a.py:7"]),
        ("./src/a.py::Token.refresh()", ["src/a.py::Token.refresh"]),
        ("src/Makefile", ["src/Makefile"]),
        ("**src/a.py**: it does", ["src/a.py"]),
        ("https://example.org/a.py", []),
        ("ada@example.org", []),
        ("../elsewhere/a.py", []),
        ("src/../../elsewhere/a.py", []),
        ("/etc/shadow.conf or ~/.ssh/key.pem or C:/a.py", []),
        ("v1.2.3 and 3.14", []),
        ("src/a.py:20-10", []),
        ("src/a.py:abc", []),
        ("src/a.py::two words", ["src/a.py::two"]),
        ("src/a.py::1st", []),
        ("a glob src/*.py", []),
        ("[the hooks](src/a.py) and [more](https://example.org/b.py)", ["src/a.py"]),
        ("[lines](src/a.py#L3-L4).", ["src/a.py:3-4"]),
        ("src/a.py:L6-L9", ["src/a.py:6-9"]),
        ("docs/a.md#The-end, b.md#x", ["docs/a.md#the-end", "b.md#x"]),
        ("a.py#part", []),
        ("the Makefile, `Dockerfile` and LICENSE.", ["Makefile", "Dockerfile", "LICENSE"]),
        ("Makefiles are nice", []),
        ("/repo/src/a.py:3 and /repository/b.py", ["src/a.py:3"]),
    ],
)
def test_places_in_a_text(text: str, places: list[str]) -> None:
    """Lines and symbols are understood in the forms that people and tools write."""
    assert [str(one) for one in citations(Memory(text), "/repo")] == places
    assert [parsed(one) for one in places] == citations(Memory(text), "/repo")


def test_a_part_stands_for_its_file() -> None:
    """Where lines or a symbol of a file are named, the file itself is not cited as well; files come first."""
    memory = Memory("b.py and a.py:3-4 and a.py", files=["c.py", "a.py", "/etc/x.py"], summary="d.py::x")
    assert [str(one) for one in citations(memory)] == ["c.py", "d.py::x", "b.py", "a.py:3-4"]


def test_a_pasted_log_is_not_read_to_its_end() -> None:
    """Only so many places are looked at."""
    assert len(citations(Memory(" ".join(f"f{n}.py" for n in range(1000))))) == MOST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the `retry` function in a.py", ["retry"]),
        ("class Queue in a.py; a method put.", ["Queue", "put"]),
        ("`retry()` and send() and (`Token.refresh`)", ["retry", "send", "Token.refresh"]),
        ("a function of a file", []),
        ("nothing of it", []),
    ],
)
def test_names_in_a_text(text: str, found: list[str]) -> None:
    """What is quoted, called, or said to be a function or class may be one; whether it is, its file tells."""
    assert names(text) == found


def test_what_cannot_be_a_citation_is_not_looked_at() -> None:
    """Only places, and absolute paths, which only its save could understand, are worth a look."""
    assert [may_cite(Memory(text)) for text in ("a.py", "see /home/a.py", "[x](/a/b)", "and/or", "plain")] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert may_cite(Memory("plain", files=["/home/a.py"]))
