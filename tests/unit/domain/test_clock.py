"""Ids, the hybrid logical clock, and times that compare as people write them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.clock import (
    Timestamp,
    clock_micros,
    micros_clock,
    new_id,
    now_micros,
    tick,
    to_micros,
)

micros = st.integers(-(10**16), 10**17)


def test_ids_are_random_hexadecimal() -> None:
    """An id has 32 hexadecimal characters and no two are the same."""
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(name) == 32 and int(name, 16) >= 0 for name in made)


def test_the_clock_follows_the_wall() -> None:
    """A fresh clock value is the time of the wall, to the millisecond."""
    before = now_micros()
    assert before - 1000 <= clock_micros(tick(0)) <= now_micros()


def test_the_clock_never_goes_back() -> None:
    """Each tick is later than the last value seen, even one from a device whose clock is hours ahead."""
    ahead = tick(0) + (9 * 3600 * 1000 << 16)
    values = [ahead]
    for _ in range(100):
        values.append(tick(values[-1]))
    assert all(one < two for one, two in pairwise(values))


@given(st.integers(0, 10**16))
def test_the_largest_clock_of_a_moment_is_in_its_millisecond(moment: int) -> None:
    """`micros_clock` is the last clock value of its millisecond, and one more is in the next."""
    clock = micros_clock(moment)
    assert clock_micros(clock) == moment // 1000 * 1000
    assert clock_micros(clock + 1) > moment


@given(micros)
def test_a_time_survives_as_microseconds(value: int) -> None:
    """Microseconds make a time and the time gives the same microseconds back."""
    assert to_micros(Timestamp.from_micros(value)) == value


@given(micros, micros)
def test_times_compare_with_naive_local_ones(one: int, two: int) -> None:
    """A naive time is taken for local time, in all six comparisons and from both sides."""
    stamp = Timestamp.from_micros(one)
    aware = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=two)
    naive = aware.astimezone().replace(tzinfo=None)
    two = to_micros(naive)  # an hour that exists twice is read as its first time
    assert ((stamp < naive), (stamp <= naive)) == (one < two, one <= two)
    assert ((stamp > naive), (stamp >= naive)) == (one > two, one >= two)
    assert ((naive < stamp), (naive <= stamp)) == (two < one, two <= one)
    assert ((naive > stamp), (naive >= stamp)) == (two > one, two >= one)
    assert (stamp == naive) is (one == two)


def test_the_maintenance_loop_of_the_guide() -> None:
    """`m.created_at < datetime.now() - timedelta(days=90)` works as written."""
    old = Timestamp.of(datetime.now(UTC) - timedelta(days=91))
    new = Timestamp.of(datetime.now(UTC) - timedelta(days=89))
    limit = datetime.now() - timedelta(days=90)
    assert old < limit < new


def test_differences_work_on_both_sides() -> None:
    """A time minus a time is a duration, whichever of them is ours, naive or aware."""
    stamp = Timestamp.from_micros(10**15)
    aware = datetime.fromtimestamp(10**9 - 60, UTC)
    naive = aware.astimezone().replace(tzinfo=None)
    minute = timedelta(minutes=1)
    assert stamp - aware == stamp - naive == minute
    assert aware - stamp == naive - stamp == -minute


def test_moving_in_time_stays_a_timestamp() -> None:
    """Adding and taking away a duration gives a time that still compares with naive ones."""
    stamp, hour = Timestamp.from_micros(10**15), timedelta(hours=1)
    moved = [stamp + hour, hour + stamp, stamp - hour]
    assert [type(one) for one in moved] == [Timestamp] * 3
    assert [to_micros(one) - to_micros(stamp) for one in moved] == [3600 * 10**6, 3600 * 10**6, -3600 * 10**6]


@pytest.mark.parametrize("zone", [ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-8))], ids=str)
def test_another_time_zone_shows_the_same_moment(zone: ZoneInfo | timezone) -> None:
    """Converting to a zone keeps the moment and tells the zone's own hour."""
    stamp = Timestamp.from_micros(10**15)
    there = stamp.astimezone(zone)
    plain = datetime.fromtimestamp(10**9, zone)
    assert there == stamp
    assert (there.hour, there.utcoffset()) == (plain.hour, plain.utcoffset())
    assert there + timedelta(hours=1) == stamp + timedelta(hours=1)


def test_the_ends_of_time_compare() -> None:
    """`datetime.min` and `datetime.max` are used as bounds; they have no local time and still compare."""
    stamp = Timestamp.from_micros(10**15)
    assert datetime.min < stamp < datetime.max
    assert stamp != datetime.max


def test_equal_times_hash_alike_and_survive_pickling() -> None:
    """A Timestamp stands for the aware time it equals in sets, and comes back from another process."""
    stamp = Timestamp.from_micros(10**15)
    assert {stamp, datetime.fromtimestamp(10**9, UTC)} == {stamp}
    again = pickle.loads(pickle.dumps(stamp))
    assert (type(again), again) == (Timestamp, stamp)


def test_a_time_is_no_equal_of_other_things() -> None:
    """Comparing with what is no time says no instead of failing."""
    assert Timestamp.from_micros(0) != "1970-01-01"
    assert Timestamp.of(datetime(2026, 1, 15, tzinfo=UTC)).isoformat() == "2026-01-15T00:00:00+00:00"
