"""Dates as people write them: `2026-01-15`, `7d`, `last week`, `3 days ago`; and how long ago something was.

A name of a stretch of time (a day, a week, a month) means its start, or its last moment where a search asks for
the end: `--since "last week" --until "last week"` is Monday to Sunday of last week. Weeks begin on Monday. Where a
time to come is meant, a number of units and the name of a day look forward, and a stretch that has begun means its end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from contextfs.errors import InvalidInput

ACCEPTED = (
    *("2026-01-15", "2026-01-15 14:30", "2026-01", "12h", "7d", "2w", "6mo", "1y", "3 days ago", "today"),
    *("yesterday", "monday", "this week", "last week", "last month", "last 7 days"),
)
ACCEPTED_FORWARD = (
    *("2027-01-15", "2027-01-15 14:30", "2027-01", "12h", "90d", "2w", "6mo", "1y", "in 3 days", "today"),
    *("tomorrow", "monday", "this week", "next week", "next month"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {
    "s": "second", "sec": "second", "secs": "second", "second": "second", "seconds": "second",
    "m": "minute", "min": "minute", "mins": "minute", "minute": "minute", "minutes": "minute",
    "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour",
    "d": "day", "day": "day", "days": "day",
    "w": "week", "wk": "week", "week": "week", "weeks": "week",
    "mo": "month", "month": "month", "months": "month",
    "y": "year", "yr": "year", "year": "year", "years": "year",
}  # fmt: skip
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_INSTANT = timedelta(microseconds=1)


class _Span(NamedTuple):
    """A stretch of time from `start` up to, not including, `end`; for a single moment both are the same."""

    start: datetime
    end: datetime


def parse_moment(
    text: str, now: datetime | None = None, *, end: bool = False, forward: bool = False
) -> datetime:
    """The moment that a text names, with its time zone; raises InvalidInput that lists what is accepted.

    Days begin at midnight in the time zone of `now`; a `now` without one, or none at all, means local time.
    `end` asks for the last moment of a named day, week, month or year instead of its first; `forward` for a time to
    come: `90d` and `in 90 days` count from now on, `monday` is the next one, and `today` lasts until midnight.
    """
    here = now or datetime.now()  # noqa: DTZ005 - local time is what people mean
    words = text.strip().lower().replace("_", " ").split()
    try:
        span = _coming(text.strip(), words, here) if forward else _span(text.strip(), words, here)
        named = span.end > span.start
        begun = forward and named and span.start <= here < span.end
        moment = span.end - _INSTANT if named and (end or begun) else span.start
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{text!r} is not a date we understand.",
            hint=f"Write it like one of: {', '.join(ACCEPTED_FORWARD if forward else ACCEPTED)}.",
        ) from None


def ago(moment: datetime, now: datetime) -> str:
    """How long before `now` a moment was, in whole units: `just now`, `3 days ago`, `in 2 weeks`."""
    distance = datetime.__sub__(_aware(now), _aware(moment))
    seconds = abs(distance).total_seconds()
    if seconds < 60:
        return "just now"
    for unit, size, limit in _STEPS:
        if seconds < limit:
            count = int(seconds // size)
            said = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{said} ago" if distance > timedelta(0) else f"in {said}"
    raise AssertionError("the last step has no limit")


_DAY = 86_400
_MONTH = _DAY * 365.2425 / 12
_STEPS = (
    ("minute", 60, 3600),
    ("hour", 3600, _DAY),
    ("day", _DAY, 14 * _DAY),
    ("week", 7 * _DAY, 60 * _DAY),
    ("month", _MONTH, 24 * _MONTH),
    ("year", 12 * _MONTH, float("inf")),
)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.astimezone()


def _coming(text: str, words: list[str], now: datetime) -> _Span:
    """The stretch that is meant where a time to come is asked for."""
    body = words[1:] if words[:1] == ["in"] else words
    amount = _amount(body)
    if amount is not None:
        later = _moved(now, amount[1], amount[0])
        return _Span(later, later)
    week_from_now = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=7)
    day = _weekday(words[0], week_from_now) if len(words) == 1 else None
    return day or _span(text, words, now)


def _span(text: str, words: list[str], now: datetime) -> _Span:
    if not words:
        raise ValueError(text)
    known = _named(words, now) or _counted(words, now)
    return known or _calendar(text, now)


def _calendar(text: str, now: datetime) -> _Span:
    """A date or time in ISO form; raises ValueError."""
    if text.isdigit() and len(text) == 4:
        return _from(datetime(int(text), 1, 1, tzinfo=now.tzinfo), "year")
    if len(text) == 7 and text[4] == "-" and text[:4].isdigit() and text[5:].isdigit():
        return _from(datetime(int(text[:4]), int(text[5:]), 1, tzinfo=now.tzinfo), "month")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace(" Z", "Z"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        return _Span(moment, moment)
    return _from(datetime(day.year, day.month, day.day, tzinfo=now.tzinfo), "day")


def _named(words: list[str], now: datetime) -> _Span | None:
    """`today`, `yesterday`, `now`, a day of the week, `this|next|last|previous week|month|year|monday`."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    which, *rest = words
    if not rest:
        return _SINGLE[which](today, now) if which in _SINGLE else _weekday(which, today)
    if len(rest) != 1 or which not in {"this", "next", "last", "previous", "past"}:
        return None
    back = {"this": 0, "next": -1}.get(which, 1)
    if rest[0] in _DAYS:
        return _weekday(rest[0], today - timedelta(days=-7 if back < 0 else back))
    if rest[0] not in {"day", "week", "month", "year"}:
        return None
    return _from(_moved(_START[rest[0]](today), rest[0], -back), rest[0])


def _weekday(name: str, today: datetime) -> _Span | None:
    """The latest such day that is not after today."""
    for number, full in enumerate(_DAYS):
        if name in {full, full[:3]}:
            return _from(today - timedelta(days=(today.weekday() - number) % 7), "day")
    return None


def _counted(words: list[str], now: datetime) -> _Span | None:
    """`7d`, `3 days ago`, `a week ago` are one moment; `last 7 days` is the stretch since then."""
    stretch = len(words) > 1 and words[0] in {"last", "past"}
    amount = _amount(words[1:] if stretch else words[: -1 if words[-1] == "ago" else None])
    if amount is None:
        return None
    start = _moved(now, amount[1], -amount[0])
    return _Span(start, now if stretch else start)


def _amount(words: list[str]) -> tuple[int, str] | None:
    """How many of which unit: `7d`, `3 days`, `a week`."""
    joined = "".join(words)
    digits = len(joined) - len(joined.lstrip("0123456789"))
    number, unit = (
        (joined[:digits], joined[digits:])
        if digits
        else (words[0], "".join(words[1:]))
        if words
        else ("", "")
    )
    count = int(number) if number.isascii() and number.isdigit() else _NUMBERS.get(number)
    return None if count is None or unit not in _UNITS else (count, _UNITS[unit])


def _from(start: datetime, unit: str) -> _Span:
    return _Span(start, _moved(start, unit, 1))


def _moved(moment: datetime, unit: str, count: int) -> datetime:
    """So many units later; the 31st becomes the last day of a shorter month."""
    if unit in _SECONDS:
        return moment + timedelta(seconds=count * _SECONDS[unit])
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first.replace(day=min(moment.day, (following - timedelta(days=1)).day))


_START: dict[str, Callable[[datetime], datetime]] = {
    "day": lambda today: today,
    "week": lambda today: today - timedelta(days=today.weekday()),
    "month": lambda today: today.replace(day=1),
    "year": lambda today: today.replace(month=1, day=1),
}
_SINGLE: dict[str, Callable[[datetime, datetime], _Span]] = {
    "now": lambda _, now: _Span(now, now),
    "today": lambda today, _: _from(today, "day"),
    "yesterday": lambda today, _: _from(today - timedelta(days=1), "day"),
    "tomorrow": lambda today, _: _from(today + timedelta(days=1), "day"),
}
