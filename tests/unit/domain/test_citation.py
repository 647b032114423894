"""Places that memories name are told from words that only look alike."""

from __future__ import annotations

import pytest

from contextfs.domain.citation import MOST, citations
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
    ],
)
def test_places_in_a_text(text: str, places: list[str]) -> None:
    """Lines and symbols are understood in the forms that people and tools write."""
    assert [str(one) for one in citations(Memory(text))] == places


def test_a_part_stands_for_its_file() -> None:
    """Where lines or a symbol of a file are named, the file itself is not cited as well; files come first."""
    memory = Memory("b.py and a.py:3-4 and a.py", files=["c.py", "a.py", "/etc/x.py"], summary="d.py::x")
    assert [str(one) for one in citations(memory)] == ["c.py", "d.py::x", "b.py", "a.py:3-4"]


def test_a_pasted_log_is_not_read_to_its_end() -> None:
    """Only so many places are looked at."""
    assert len(citations(Memory(" ".join(f"f{n}.py" for n in range(1000))))) == MOST
