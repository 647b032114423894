"""Ids, times and the hybrid logical clock that orders concurrent changes.

A clock value is one integer: milliseconds since 1970 in the upper bits, a 16-bit counter in the lower ones
(Kulkarni et al., "Logical Physical Clocks", 2014). It never goes back on one device, whatever the wall clock does.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

ID_LENGTH = 32
MIN_PREFIX = 6
_COUNTER_BITS = 16


def new_id() -> str:
    """A random id: 32 hexadecimal characters (128 bits)."""
    return os.urandom(16).hex()


def tick(last: int) -> int:
    """The next clock value of this device, later than `last` and than every value it has seen."""
    return max(last + 1, time.time_ns() // 1_000_000 << _COUNTER_BITS)


def clock_micros(clock: int) -> int:
    """The wall time of a clock value, in microseconds since 1970."""
    return (clock >> _COUNTER_BITS) * 1000


def micros_clock(micros: int) -> int:
    """The largest clock value that is not later than this time in microseconds since 1970."""
    return ((micros // 1000 + 1) << _COUNTER_BITS) - 1


def now_micros() -> int:
    """The wall time in microseconds since 1970."""
    return time.time_ns() // 1000


class Timestamp(datetime):
    """A UTC-aware time that also compares with naive ones, which it takes for local time.

    `memory.created_at < datetime.now() - timedelta(days=90)` is what people write; the standard class refuses it.
    """

    __slots__ = ()

    @classmethod
    def from_micros(cls, micros: int) -> Timestamp:
        """The time this many microseconds after 1970."""
        return cls.fromtimestamp(0, UTC) + timedelta(microseconds=micros)

    @classmethod
    def of(cls, moment: datetime) -> Timestamp:
        """The same moment as a Timestamp; a naive time is taken for local time."""
        return cls.from_micros(to_micros(moment))

    def __lt__(self, other: datetime) -> bool:
        """Earlier than the other moment."""
        return datetime.__lt__(self, _aware(other))

    def __le__(self, other: datetime) -> bool:
        """Not later than the other moment."""
        return datetime.__le__(self, _aware(other))

    def __gt__(self, other: datetime) -> bool:
        """Later than the other moment."""
        return datetime.__gt__(self, _aware(other))

    def __ge__(self, other: datetime) -> bool:
        """Not earlier than the other moment."""
        return datetime.__ge__(self, _aware(other))

    def __eq__(self, other: object) -> bool:
        """The same moment."""
        return datetime.__eq__(self, _aware(other) if isinstance(other, datetime) else other)

    __hash__ = datetime.__hash__

    def __sub__(self, other: datetime | timedelta) -> timedelta | datetime:  # type: ignore[override]
        """The time between two moments, or the moment so much earlier."""
        if isinstance(other, datetime):
            return datetime.__sub__(self, _aware(other))
        return self + -other

    def __rsub__(self, other: datetime) -> timedelta:
        """The time from this moment to the other one."""
        return datetime.__sub__(_aware(other), self)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo:
        return moment
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):  # datetime.min and datetime.max have no local time
        return moment.replace(tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """A time as microseconds since 1970; a naive one is taken for local time."""
    delta = datetime.__sub__(_aware(moment), datetime(1970, 1, 1, tzinfo=UTC))
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
