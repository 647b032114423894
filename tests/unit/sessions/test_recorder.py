"""The patches of the recorder, and messages made fit for the store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.domain.clock import Timestamp
from contextfs.domain.session import Message, Session
from contextfs.domain.summary import Summary
from contextfs.errors import InvalidInput
from contextfs.sessions.recorder import SessionEdit, checked, clean, edited, ended, message_of

MOMENT = Timestamp.from_micros(1_700_000_000_000_000)
LATER = Timestamp.from_micros(1_700_000_060_000_000)
SESSION = Session(id="ab" * 16, tool="codex", started_at=MOMENT, namespace="team")


def without_x(text: str) -> tuple[str, int]:
    """A gate that takes every x for a secret."""
    return text.replace("x", "[removed]"), text.count("x")


def test_ending_sets_the_time_once_and_keeps_what_a_person_wrote() -> None:
    """An end has a time and a summary; a summary by a person and an earlier end stay."""
    made = Summary("Chose RS256.")
    assert ended(SESSION, made, "auth", LATER) == {
        "label": "auth",
        "summary": "Chose RS256.",
        "summarized_by": "extract",
        "ended_at": 1_700_000_060_000_000,
    }
    mine = SESSION._replace(summary="Mine.", summarized_by="person", ended_at=LATER)
    assert ended(mine, made, None, LATER) == {}
    assert ended(SESSION._replace(started_at=LATER), None, None, MOMENT) == {
        "ended_at": 1_700_000_060_000_000
    }


def test_an_edit_is_a_patch_of_what_changes() -> None:
    """Fields that are not named stay, an empty text clears, metadata is merged key by key."""
    known = SESSION._replace(label="auth", metadata={"sprint": 1, "team": "a"})
    assert edited(known, SessionEdit(label="auth")) == {}
    assert edited(known, SessionEdit(label="")) == {"label": None}
    assert edited(known, SessionEdit(summary="By hand")) == {"summary": "By hand", "summarized_by": "person"}
    assert edited(known, SessionEdit(metadata={"team": None, "sprint": 2})) == {
        "meta:sprint": [2],
        "meta:team": None,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        SESSION._replace(label="two\nlines"),
        SESSION._replace(tool="nul\0"),
        SESSION._replace(namespace="no/../way\n"),
        SESSION._replace(summary="x" * 100_001),
        SESSION._replace(started_at=LATER, ended_at=MOMENT),
    ],
)
def test_a_heading_that_cannot_be_is_refused(wrong: Session) -> None:
    """Each wrong value is named before anything is written."""
    with pytest.raises(InvalidInput):
        checked(wrong)


@pytest.mark.parametrize(
    ("role", "content"),
    [("nobody", "hello"), ("user", "  \n"), ("user", 7), ("user", "nul\0"), (None, "hello")],
)
def test_a_message_that_cannot_be_is_refused(role: object, content: object) -> None:
    """Roles are four, and a message says something."""
    with pytest.raises(InvalidInput):
        message_of(role, content, None)


def test_secrets_are_taken_out_wherever_they_stand() -> None:
    """Content and metadata, nested values too, lose their secrets, and all are counted."""
    message = Message("tool", "ax", metadata={"command": "x", "deep": {"list": ["x", 1, None]}})
    kept, found = clean(message, without_x)
    assert kept.content == "a[removed]"
    assert kept.metadata == {"command": "[removed]", "deep": {"list": ["[removed]", 1, None]}}
    assert found == 3


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_becomes_one_the_store_can_hold(text: str) -> None:
    """Lone surrogates and NUL are replaced, everything else stays as it is."""
    kept, _ = clean(Message("tool", text), lambda given: (given, 0))
    assert "\0" not in kept.content
    kept.content.encode()
    if "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert kept.content == text
