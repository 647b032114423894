"""The points of a Markdown text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.exchange.bullets import bullets


def told(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each point with its headings."""
    return [(one.text, one.headings) for one in bullets(text)]


def test_points_stand_under_their_headings() -> None:
    """Each point knows every heading above it; a heading of the same level ends the one before."""
    text = "# A\n- one\n## B\n* two\n## C\n1. three\n# D\n+ four\n"
    assert told(text) == [("one", ("A",)), ("two", ("A", "B")), ("three", ("A", "C")), ("four", ("D",))]


def test_what_belongs_to_a_point() -> None:
    """Sub-points, wrapped lines, indented paragraphs and code blocks under it do; the next paragraph does not."""
    text = (
        "- one\n  goes on\n  - sub\n    - deeper\n\n  a paragraph of one\n\n"
        "- two\n  ```sh\n  - not a point\n  ```\n\nProse that ends the list.\n- three\n"
    )
    assert [text for text, _ in told(text)] == [
        "one\ngoes on\n- sub\n  - deeper\n\na paragraph of one",
        "two\n```sh\n- not a point\n```",
        "three",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "prose only", "```\n- in code\n```", "<!-- - in a comment -->", "---\n", "-not a point", "- \n"],
)
def test_what_is_no_point(text: str) -> None:
    """Prose, code, comments and rules have none."""
    assert told(text) == []


def test_a_key_follows_the_words() -> None:
    """The same point under the same heading has the same key wherever it stands; under another it has another."""
    first, second = bullets("# A\n- x one\n- y two\n"), bullets("# A\n\nprose\n\n- y two\n- x one\n")
    assert {one.key for one in first} == {one.key for one in second}
    (moved,) = bullets("# B\n- x one\n")
    assert moved.key not in {one.key for one in bullets("# A\n- x one\n")}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Commands", "procedural"),
        ("Architecture", "decision"),
        ("Gotchas", "error"),
        ("Preferences", "user"),
        ("X", "fact"),
    ],
)
def test_a_heading_speaks_for_a_type(heading: str, kind: str) -> None:
    """What such files call their sections says what the points are."""
    (one,) = bullets(f"# {heading}\n- some point\n")
    assert one.kind == kind


def test_a_title_is_one_line() -> None:
    """The heading and how the point begins, cut between words."""
    (one,) = bullets("# Rules\n- **Always** run `make` " + "and again " * 30)
    assert one.title.startswith("Rules: Always run make and again")
    assert len(one.title) <= 120
    assert one.title.endswith("…")


@given(st.text(alphabet="-#* \n\t`a1.<>!", max_size=120))
def test_any_text_is_read(text: str) -> None:
    """Whatever marks come in whatever order, every point has words."""
    assert all(one.text.strip() for one in bullets(text))
