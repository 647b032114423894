"""The lines that a citation means are found where they stand, and nothing else is taken for them."""

from __future__ import annotations

import pytest

from contextfs.domain.citation import Citation, parsed
from contextfs.lineage import parts

CODE = """\
import os
#define DEPTH 3
LIMITS = {
    'most': 3,
}
WORD: Final[str] = "x"


def retry(count):
    tries = 3
    return tries == count


class Sender:
    MOST = 5

    def send(self):
        return LIMITS
"""
NOTES = """\
# Notes

## The loop, in short

It loops.

### Deeper

And on.

## What `send` does

# Other
"""


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        ("a.py:2-4", (2, 4)),
        ("a.py:17-18", None),
        ("a.py::retry", (9, 11)),
        ("a.py::Sender.send", (17, 18)),
        ("a.py::Sender", (14, 18)),
        ("a.py::DEPTH", (2, 2)),
        ("a.py::LIMITS", (3, 5)),
        ("a.py::WORD", (6, 6)),
        ("a.py::MOST", (15, 15)),
        ("a.py::tries", None),
        ("a.py::count", None),
        ("a.py::nosuch", None),
    ],
)
def test_parts_of_code(place: str, lines: tuple[int, int] | None) -> None:
    """Ranges, definitions and values; a variable of some function is none of them."""
    expected = None if place == "a.py:17-18" else lines
    text = CODE if place != "a.py:17-18" else CODE.rpartition("    def send")[0]
    assert parts.span(text, parsed(place)) == expected


@pytest.mark.parametrize(
    ("anchor", "lines"),
    [
        ("notes", (1, 12)),
        ("the-loop-in-short", (3, 10)),
        ("deeper", (7, 10)),
        ("what-send-does", (11, 12)),
        ("other", (13, 13)),
        ("nosuch", None),
    ],
)
def test_sections(anchor: str, lines: tuple[int, int] | None) -> None:
    """A section goes down to the next heading that is not below its own."""
    assert parts.span(NOTES, Citation("a.md", symbol=f"#{anchor}")) == lines


def test_white_space_at_line_ends_is_no_change() -> None:
    """A checkout with other line ends holds the same part."""
    place = parsed("a.py::retry")
    assert parts.part(CODE.replace("\n", "\r\n"), place) == parts.part(CODE, place) != ""
    assert parts.part(CODE.replace("tries = 3", "tries = 4"), place) != parts.part(CODE, place)


def test_lines_are_known_again_only_where_they_stand_once() -> None:
    """Lines that come twice, or say nothing, are found nowhere."""
    wanted = parts.part(CODE, parsed("a.py:9-11"))
    assert parts.where("\n\n" + CODE, 3, wanted) == (11, 13)
    assert parts.where(CODE + CODE, 3, wanted) is None
    assert parts.where("x\n}\n", 1, parts.part("}\n", parsed("a.py:1"))) is None


HEADINGS = """\
# Notes
Set apart
=========
## [1.2](https://example.org)
## Twice
## Twice
<a name="by-hand"></a>
Words.
"""


@pytest.mark.parametrize("anchor", ["notes", "set-apart", "12", "twice", "twice-1", "by-hand"])
def test_headings_in_whatever_style_may_be_there(anchor: str) -> None:
    """What may be a heading is not called absent, though its section may not be found."""
    assert not parts.cannot_be(HEADINGS, Citation("a.md", symbol=f"#{anchor}"))


@pytest.mark.parametrize("anchor", ["nothing-here", "note", "hand", "2024"])
def test_a_heading_that_is_not_there_cannot_be(anchor: str) -> None:
    """An anchor that no line of the document gives is absent for sure."""
    assert parts.cannot_be(HEADINGS, Citation("a.md", symbol=f"#{anchor}"))
