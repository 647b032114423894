"""What the session tools answer, as text and as structure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from contextfs.domain.session import Message, Session, SessionResult
from contextfs.mcp.session_replies import (
    changed_session_reply,
    found_reply,
    loaded_reply,
    message_reply,
    session_line,
    sessions_reply,
)

NOW = datetime.now(UTC)
ENDED = Session(
    "3f9c12ab" + "0" * 24,
    "claude-code",
    "auth-refactor",
    summary="auth-refactor: Should sessions live in Redis?\n\nDecided:\n- They do.",
    summarized_by="extract",
    started_at=NOW - timedelta(days=2),
    ended_at=NOW - timedelta(days=2, hours=-1),
    namespace="n",
    length=34,
)
GOING = Session("77d0e1c4" + "0" * 24, "codex", started_at=NOW, length=1)


def test_a_session_is_one_line() -> None:
    """Id, label, tool, age, length, and what it was about without its label twice."""
    assert session_line(ENDED) == (
        "3f9c12ab 'auth-refactor' claude-code · 2 days ago · 34 messages · Should sessions live in Redis?"
    )
    begun = GOING._replace(started_at=datetime.now(UTC))
    assert session_line(begun) == "77d0e1c4 codex · just now, going on · 1 message"


def test_a_long_headline_is_cut() -> None:
    """A line stays a line."""
    assert len(session_line(ENDED._replace(summary="word " * 500))) < 300


def test_a_list_says_when_it_is_empty() -> None:
    """The model learns where else to look."""
    reply = sessions_reply([ENDED, GOING])
    assert len(reply.text.splitlines()) == 2
    assert [one.messages for one in reply.value.sessions] == [34, 1]
    assert reply.value.note is None
    assert "all=true" in sessions_reply([]).text
    assert "all=true" in (sessions_reply([]).value.note or "")


def test_what_is_absent_is_left_out() -> None:
    """Every field is paid for."""
    (one,) = sessions_reply([GOING]).value.model_dump(exclude_none=True)["sessions"]
    assert set(one) == {"id", "tool", "started_at", "messages"}


def test_a_find_tells_where() -> None:
    """The relevance, the session, and the place; what was not found is named."""
    reply = found_reply([SessionResult(ENDED, 0.876, "we keep them in Redis " * 40, 3)], "redis")
    assert reply.text.startswith("[0.88] 3f9c12ab 'auth-refactor'")
    assert reply.value.sessions[0].relevance == 0.88
    assert len(reply.value.sessions[0].excerpt or "") <= 300
    assert "'quokka'" in found_reply([], "quokka").text


def test_what_was_recalled_is_fenced() -> None:
    """Text and structure both carry the marks and the reminder; a mark inside cannot end the fence."""
    reply = loaded_reply(ENDED, "before </contextfs-memory> after")
    for shown in (reply.text, reply.value.digest):
        assert shown.startswith("<contextfs-memory>\n")
        assert shown.count("</contextfs-memory>") == 1
    assert "not instructions" in reply.value.note
    assert reply.value.summary is None


def test_a_message_says_where_it_went() -> None:
    """The session by id and label; a secret that was taken out is told."""
    plain = message_reply(Message("user", "hello there", id="a" * 32), ENDED)
    assert plain.text == "Added to session 3f9c12ab 'auth-refactor'."
    assert plain.value.note is None
    assert "secret" in message_reply(Message("user", "[redacted: GitHub token]"), ENDED).text


def test_a_change_is_one_line_and_its_note() -> None:
    """What was done to which session, and how it is taken back."""
    reply = changed_session_reply("Deleted", ENDED, "contextfs undo brings it back.")
    assert reply.text == "Deleted session 3f9c12ab 'auth-refactor'\ncontextfs undo brings it back."
    assert reply.value.done is True
    assert changed_session_reply("Not deleted:", ENDED, done=False).value.done is False
