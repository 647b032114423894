"""What two texts have in common, and which of them say the same."""

from __future__ import annotations

import pytest

from contextfs.domain.likeness import Wording, near_identical

TEXT = (
    "Sessions are kept in Redis because they survive a restart there. The pool of workers is limited to 30 by the "
    "load balancer, which drops connections after a minute."
)


def alike(left: str, right: str) -> bool:
    """Whether they are near-identical, either way round."""
    found = near_identical(Wording(left), Wording(right))
    assert near_identical(Wording(right), Wording(left)) == found
    return found


@pytest.mark.parametrize(
    "other",
    [
        TEXT.upper().replace(".", " -"),
        TEXT.replace("Sessions are", "Sessions of users are"),
        TEXT.replace("because they", "since these"),
        TEXT.replace("restart", "restrat").replace("workers", "worekrs"),
        TEXT.replace("connections", "connection"),
        " ".join(reversed(TEXT.split(". "))),
        f"Note: {TEXT}",
    ],
)
def test_the_same_in_other_words(other: str) -> None:
    """Case, marks, a few words more, slips of the finger, a plural and sentences turned make no other memory."""
    assert alike(TEXT, other)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("30", "60"),
        TEXT.replace("are kept", "are not kept"),
        TEXT.replace("Redis", "Postgres"),
        TEXT.replace("after a minute", "before a minute"),
        TEXT.replace("drops", "opens"),
        TEXT.replace("Sessions", "Workers").replace("workers", "sessions"),
        TEXT.partition(".")[0],
        TEXT + " Staging has a pool of its own that nobody watches, so tests of load belong there.",
    ],
)
def test_another_fact(other: str) -> None:
    """A number, a denial, a word or a direction that differs, names that changed places, half a text, a longer one."""
    assert not alike(TEXT, other)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("timeout is 30 s", "timeout is 60 s"),
        ("deploy from staging to production", "deploy from production to staging"),
        ("Postgres replaced MySQL", "MySQL replaced Postgres"),
        ("use tabs", "use spaces"),
        ("the API is public", "the API is private"),
        ("ports 80 and 80", "ports 80 and 443"),
    ],
)
def test_short_texts_differ_by_one_word(left: str, right: str) -> None:
    """In a short text every word tells."""
    assert not alike(left, right)
