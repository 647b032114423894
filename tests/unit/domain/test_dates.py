"""Dates as people write them, and how long ago something was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.dates import ACCEPTED, ACCEPTED_FORWARD, ago, parse_moment
from contextfs.errors import InvalidInput

NOW = datetime(2026, 1, 15, 14, 30, 20, tzinfo=timezone(timedelta(hours=2)))  # a Thursday


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-01-10", "2026-01-10 00:00", "2026-01-10 23:59:59.999999"),
        ("20260110", "2026-01-10 00:00", "2026-01-10 23:59:59.999999"),
        ("2025-12", "2025-12-01 00:00", "2025-12-31 23:59:59.999999"),
        ("2024", "2024-01-01 00:00", "2024-12-31 23:59:59.999999"),
        ("today", "2026-01-15 00:00", "2026-01-15 23:59:59.999999"),
        (" Yesterday ", "2026-01-14 00:00", "2026-01-14 23:59:59.999999"),
        ("this week", "2026-01-12 00:00", "2026-01-18 23:59:59.999999"),
        ("last week", "2026-01-05 00:00", "2026-01-11 23:59:59.999999"),
        ("LAST_WEEK", "2026-01-05 00:00", "2026-01-11 23:59:59.999999"),
        ("this month", "2026-01-01 00:00", "2026-01-31 23:59:59.999999"),
        ("last month", "2025-12-01 00:00", "2025-12-31 23:59:59.999999"),
        ("last year", "2025-01-01 00:00", "2025-12-31 23:59:59.999999"),
        ("monday", "2026-01-12 00:00", "2026-01-12 23:59:59.999999"),
        ("fri", "2026-01-09 00:00", "2026-01-09 23:59:59.999999"),
        ("thursday", "2026-01-15 00:00", "2026-01-15 23:59:59.999999"),
        ("last thursday", "2026-01-08 00:00", "2026-01-08 23:59:59.999999"),
        ("last monday", "2026-01-12 00:00", "2026-01-12 23:59:59.999999"),
        ("last 7 days", "2026-01-08 14:30:20", "2026-01-15 14:30:19.999999"),
        ("next week", "2026-01-19 00:00", "2026-01-25 23:59:59.999999"),
        ("next monday", "2026-01-19 00:00", "2026-01-19 23:59:59.999999"),
    ],
)
def test_named_stretches(text: str, start: str, end: str) -> None:
    """A day, week, month or year is its first moment, or its last one where the end is asked for."""
    assert parse_moment(text, NOW) == at(start)
    assert parse_moment(text, NOW, end=True) == at(end)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "2026-01-15 14:30:20"),
        ("2026-01-10 08:15", "2026-01-10 08:15"),
        ("2026-01-10T08:15:30.5", "2026-01-10 08:15:30.500000"),
        ("2026-01-10T08:15:30Z", "2026-01-10 08:15:30+00:00"),
        ("2026-01-10T08:15:30-05:00", "2026-01-10 08:15:30-05:00"),
        ("7d", "2026-01-08 14:30:20"),
        ("3h", "2026-01-15 11:30:20"),
        ("45 min", "2026-01-15 13:45:20"),
        ("2w", "2026-01-01 14:30:20"),
        ("6mo", "2025-07-15 14:30:20"),
        ("1y", "2025-01-15 14:30:20"),
        ("3 days ago", "2026-01-12 14:30:20"),
        ("7d ago", "2026-01-08 14:30:20"),
        ("a week ago", "2026-01-08 14:30:20"),
        ("two months ago", "2025-11-15 14:30:20"),
    ],
)
def test_single_moments(text: str, moment: str) -> None:
    """A time, and a number of units ago, is one moment whichever end is asked for."""
    assert parse_moment(text, NOW) == parse_moment(text, NOW, end=True) == at(moment)


@pytest.mark.parametrize("text", ["", "  ", "soon", "2026-13-01", "2026-02-30", "7x", "d", "-3d", "99999999999d",
                                  "9999y", "last", "last potato", "5", "٣d", "3 days ago ago", "0000"])  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    """What is no date is named, together with what would be one."""
    with pytest.raises(InvalidInput, match="is not a date") as caught:
        parse_moment(text, NOW)
    assert repr(text) in caught.value.message
    assert ", ".join(ACCEPTED) in caught.value.hint


@pytest.mark.parametrize("text", ACCEPTED)
def test_every_accepted_form_is_accepted(text: str) -> None:
    """The forms that the error message lists are dates."""
    assert parse_moment(text, NOW) <= NOW


def test_a_month_back_from_its_last_day() -> None:
    """The 31st of a month that has no 31st is its last day."""
    assert parse_moment("1mo", datetime(2024, 3, 31, tzinfo=UTC)) == datetime(2024, 2, 29, tzinfo=UTC)
    assert parse_moment("1y", datetime(2024, 2, 29, tzinfo=UTC)) == datetime(2023, 2, 28, tzinfo=UTC)
    assert parse_moment("last month", datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def _berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    assert os.environ.get("TZ") == before
    time.tzset()


@pytest.mark.usefixtures("_berlin")
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone")
def test_days_begin_at_local_midnight_on_both_sides_of_summer_time() -> None:
    """Without a time zone, now is local time, and a day of last month begins at that month's midnight."""
    now = datetime(2026, 4, 2, 12)
    assert parse_moment("today", now).isoformat() == "2026-04-02T00:00:00+02:00"
    assert parse_moment("2026-03-15", now).isoformat() == "2026-03-15T00:00:00+01:00"
    assert parse_moment("last month", now).isoformat() == "2026-03-01T00:00:00+01:00"
    assert parse_moment("today").utcoffset() is not None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (3 * 86_400 + 5, "3 days ago"),
        (13.9 * 86_400, "13 days ago"),
        (14 * 86_400, "2 weeks ago"),
        (59 * 86_400, "8 weeks ago"),
        (61 * 86_400, "2 months ago"),
        (400 * 86_400, "13 months ago"),
        (800 * 86_400, "2 years ago"),
        (-30, "just now"),
        (-90, "in 1 minute"),
        (-3 * 86_400, "in 3 days"),
    ],
)
def test_how_long_ago(seconds: float, text: str) -> None:
    """Whole units of a size that says something, in both directions."""
    assert ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_how_long_ago_across_time_zones() -> None:
    """A moment is as old as it is, whichever zone it is written in."""
    assert ago((NOW - timedelta(hours=5)).astimezone(UTC), NOW) == "5 hours ago"


SECONDS = st.integers(60, 3_000 * 86_400)


@given(SECONDS, SECONDS)
def test_an_older_moment_is_never_called_younger(one: int, other: int) -> None:
    """What `ago` says, read back, keeps the order of the moments."""
    young, old = sorted((one, other))
    read = [parse_moment(ago(NOW - timedelta(seconds=age), NOW), NOW) for age in (young, old)]
    assert read[0] >= read[1]


@given(SECONDS)
def test_ago_read_back_is_near(seconds: int) -> None:
    """What `ago` says is true to within one of its units."""
    text = ago(NOW - timedelta(seconds=seconds), NOW)
    unit = text.split()[1].removesuffix("s")
    back = (NOW - parse_moment(text, NOW)).total_seconds()
    one = (NOW - parse_moment(f"1 {unit}", NOW)).total_seconds()
    assert back - 3 * 86_400 <= seconds < back + one + 6 * 86_400


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is a date or is refused with a hint."""
    try:
        moment = parse_moment(text, NOW)
    except InvalidInput:
        return
    assert moment.tzinfo is not None


@given(
    st.dates(),
    st.sampled_from(["today", "yesterday", "this week", "last week", "last month", "this year", "tuesday"]),
)
def test_the_end_is_after_the_start(day: object, text: str) -> None:
    """A stretch ends after it begins, on every day of the calendar."""
    now = datetime.fromisoformat(f"{day}T12:00+00:00")
    if 2 < now.year < 9998:
        assert parse_moment(text, now) < parse_moment(text, now, end=True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90d", "2026-04-15 14:30:20"),
        ("in 2 weeks", "2026-01-29 14:30:20"),
        ("a month", "2026-02-15 14:30:20"),
        ("monday", "2026-01-19 00:00"),
        ("fri", "2026-01-16 00:00"),
        ("thursday", "2026-01-22 00:00"),
        ("next thursday", "2026-01-22 00:00"),
        ("tomorrow", "2026-01-16 00:00"),
        ("next week", "2026-01-19 00:00"),
        ("next month", "2026-02-01 00:00"),
        ("today", "2026-01-15 23:59:59.999999"),
        ("this week", "2026-01-18 23:59:59.999999"),
        ("2026", "2026-12-31 23:59:59.999999"),
        ("2026-01-15", "2026-01-15 23:59:59.999999"),
        ("2026-03-01", "2026-03-01 00:00"),
        ("3 days ago", "2026-01-12 14:30:20"),
        ("2025-12-24", "2025-12-24 00:00"),
    ],
)
def test_a_time_to_come_looks_forward(text: str, moment: str) -> None:
    """Where a time to come is asked for, names and numbers of units lie ahead; only what says it is past is past."""
    assert parse_moment(text, NOW, forward=True) == at(moment)


@pytest.mark.parametrize("text", ACCEPTED_FORWARD)
def test_what_is_said_to_lie_ahead_does(text: str) -> None:
    """Every form that the hint names for a time to come is understood, also without a time zone, and lies ahead."""
    for now in (datetime(2026, 1, 15, 14, 30), NOW):
        there = now if now.tzinfo else now.astimezone()
        assert parse_moment(text, now, forward=True) > there
    with pytest.raises(InvalidInput) as caught:
        parse_moment("someday", NOW, forward=True)
    assert text in caught.value.hint
