"""What options accept, and what they say of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.cli import values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ('"42"', "42"),
        ("platform", "platform"),
        ("", ""),
        ("a=b", "a=b"),
        ("[1, 2]", "[1, 2]"),
        ('{"a": 1}', '{"a": 1}'),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_metadata_values_are_json_scalars_else_text(text: str, value: object) -> None:
    """A JSON scalar gets its type; everything else, lists and NaN among it, is the text as typed."""
    found = values.scalar(text)
    assert (found, type(found)) == (value, type(value))


@given(st.text())
def test_any_text_is_a_metadata_value(text: str) -> None:
    """No text is refused as a value, and none becomes anything but a scalar."""
    assert isinstance(values.scalar(text), str | int | float | bool | None)


@pytest.mark.parametrize("text", ["sprint", "=42", " =x", ""])
def test_a_metadata_entry_needs_a_key_and_a_sign(text: str) -> None:
    """What is not key=value is refused with the value named."""
    with pytest.raises(click.BadParameter, match="key=value"):
        values.pair(text)


def test_a_metadata_entry_is_cut_at_its_first_sign() -> None:
    """The value may hold the sign itself."""
    assert values.pair("url=http://x/?a=b") == ("url", "http://x/?a=b")


def test_names_are_separated_by_commas() -> None:
    """White space around a name and empty names are nothing."""
    assert values.words(" a, b ,,feature/x") == ("a", "b", "feature/x")
    assert values.words("") == ()


def test_an_unknown_type_is_refused_with_the_accepted_ones() -> None:
    """The message names the value and lists what there is."""
    with pytest.raises(click.BadParameter, match=r"'nonsense'.*fact, decision"):
        values.type_names("fact,nonsense")


def test_the_end_of_a_named_day_is_meant_by_until() -> None:
    """`--since` takes the first moment of a day and `--until` the last."""
    day = timedelta(days=1)
    assert day - timedelta(seconds=1) < values.until("2026-01-15") - values.since("2026-01-15") < day


@pytest.mark.parametrize("text", ["90d", "in 90 days", "90 days", "IN 90 days"])
def test_a_time_to_come_is_counted_from_now_on(text: str) -> None:
    """A span as a due date lies ahead, not behind."""
    found = values.due(text)
    assert isinstance(found, datetime)
    assert timedelta(days=89) < found - datetime.now().astimezone() <= timedelta(days=90, hours=1)


def test_an_empty_due_date_clears() -> None:
    """The empty text is passed on, so that an update can remove the date."""
    assert values.due("") == ""


@pytest.mark.parametrize("text", ["someday", "2026-13-01", "99999999999y"])
def test_a_date_nobody_understands_is_refused(text: str) -> None:
    """The message names the value and shows forms that are accepted."""
    with pytest.raises(click.BadParameter, match="2026-01-15"):
        values.since(text)
