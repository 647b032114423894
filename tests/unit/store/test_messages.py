"""Messages and turn windows: how windows are cut, and that no work on one session reads all of the store."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import apsw
import pytest

from contextfs.domain.change import Change, fold
from contextfs.domain.clock import Timestamp, new_id
from contextfs.domain.memory import Captured, Embedded
from contextfs.domain.search import Filters, Scope
from contextfs.domain.session import Message, Session
from contextfs.domain.session_state import KIND, session_of, state_of
from contextfs.store import messages
from contextfs.store.conversations import Conversations
from contextfs.store.sessions import Wanted
from contextfs.store.store import Store
from contextfs.store.windows import window_text

MOMENT = Timestamp.from_micros(1_700_000_000_000_000)
MadeUp = Callable[..., Embedded]


def begun(store: Store, **fields: Any) -> Session:
    """A session written through the store's one door."""
    given: dict[str, Any] = {"id": new_id(), "tool": "codex", "namespace": "team", "started_at": MOMENT}
    session = Session(**{**given, **fields})
    change = Change(
        new_id(), session.id, KIND, "start", new_id(), (), 1, store.device, "ada", state_of(session)
    )
    store.apply([Captured((change,), None, other=session_of(session.id, fold([change])))])
    return session


def said(*texts: str, roles: tuple[str, ...] = ("user", "assistant")) -> list[messages.Ready]:
    """Messages in turns, ready to store."""
    return [
        messages.ready(Message(roles[n % len(roles)], text, MOMENT, id=new_id()))
        for n, text in enumerate(texts)
    ]


def windows(store: Store, session: Session) -> list[str]:
    """What the windows of a session say, in their order, without its heading."""
    with store._database.reading() as connection:
        rows = connection.execute(
            "SELECT row FROM turn_window WHERE session = ? AND first > 0 ORDER BY first",
            (bytes.fromhex(session.id),),
        ).fetchall()
        return [window_text(connection, int(str(row[0]))) for row in rows]


def test_a_window_is_a_question_with_its_answer(store: Store) -> None:
    """Each question begins a window, however the messages arrive; output of tools is not in it."""
    session = begun(store)
    talk = said("Which db?", "Postgres.", "Why?", "Transactions.", "And joins.", roles=("user", "assistant"))
    tool = messages.ready(Message("tool", "huge output", MOMENT, id=new_id()))
    for one in (*talk[:4], tool, talk[4]._replace(role="assistant")):
        store.append_messages(session.id, [one])
    assert windows(store, session) == ["Which db?\nPostgres.", "Why?\nTransactions.\nAnd joins."]


def test_a_long_answer_has_windows_of_its_own(store: Store) -> None:
    """Where a window would hold more than about two hundred words the next message begins another."""
    session = begun(store)
    roles = ("user", "assistant", "assistant", "assistant")
    talk = said("Explain it.", "short. " * 40, "long " * 300, "after", roles=roles)
    store.append_messages(session.id, talk)
    assert [text.split()[0] for text in windows(store, session)] == ["Explain", "long", "after"]


def test_a_window_begins_with_somebody_who_speaks(store: Store) -> None:
    """What a host or a tool says first belongs to the window of the first question, however long that is."""
    session = begun(store)
    store.append_messages(
        session.id, said("You are helpful.", "Look: " + "line " * 400, roles=("system", "user"))
    )
    (text,) = windows(store, session)
    assert text.startswith("Look: line")


def test_where_only_tools_speak_their_output_is_the_window(store: Store) -> None:
    """A session of tool calls alone is not without meaning; a window never is without a text."""
    session = begun(store)
    store.append_messages(session.id, said("3 failed " * 200, "ok", roles=("tool",)))
    (text,) = windows(store, session)
    assert text.startswith("3 failed") and len(text) <= 600
    empty = begun(store)
    store.append_messages(empty.id, said("", roles=("user",)))
    assert windows(store, empty) == ["nothing"]


def test_vectors_of_a_window_go_when_it_grows(store: Store, made_up: MadeUp) -> None:
    """A vector stands for what the window says; one that grew waits for another."""
    session = begun(store)
    store.append_messages(session.id, said("Which db?"))
    with store.reading() as view:
        talk = Conversations.of(view)
        texts = talk.window_texts(talk.windows_waiting("made-up-8", 10))
    ((row, text),) = texts.items()
    store.append_messages(session.id, said("Postgres.", roles=("assistant",)))
    assert store.add_window_vectors([(row, text, made_up(1))]) == 0
    assert store.add_window_vectors([(row, "Which db?\nPostgres.", made_up(1))]) == 1
    store.append_messages(session.id, said("Version 17.", roles=("assistant",)))
    with store.reading() as view:
        assert Conversations.of(view).windows_waiting("made-up-8", 10) == [row]


def test_nobody_else_sees_a_message_twice(store: Store) -> None:
    """A message that is there is not added again, not even within one group."""
    session = begun(store)
    (one,) = said("once")
    assert store.append_messages(session.id, [one, one]) == 1
    assert store.append_messages(session.id, [one]) == 0
    assert store.append_messages(new_id(), [one]) is None


@pytest.mark.parametrize("collection", ["session", "memory"])
def test_work_on_one_thing_reads_no_table_whole(
    store: Store, made_up: MadeUp, put: Callable[..., Any], collection: str
) -> None:
    """Adding, loading, finding by label, hiding and removing go by an index, so that large stores are as quick."""
    statements: dict[str, Any] = {}
    session = begun(store, label="auth")

    def noted(_cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        statements[sql] = bindings
        return True

    with store._database.using() as connection:
        connection.exec_trace = noted
        if collection == "session":
            store.append_messages(session.id, said("Which db?", "Postgres."))
            with store.reading() as view:
                talk = Conversations.of(view)
                talk.messages_of(session.id)
                talk.sessions_labelled("auth")
                talk.select_sessions(Wanted(), Scope(("team",)), 5)
                talk.memories_of_session(session.id)
            store.drop_window_vectors(session.id, 10)
            with store._database.writing():
                messages.put_heading(connection, session.id, "oauth", "")
                messages.hide(connection, session.id)
        else:
            memory = put("Postgres holds the orders", made_up(1))
            put("Postgres holds the invoices", made_up(2), id=memory.id)
            with store.reading() as view:
                view.select(Filters(), Scope(("team",)), 5)
        connection.exec_trace = None
        scanned = {
            (sql, detail)
            for sql, bindings in statements.items()
            if re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT)", sql)
            for *_, detail in connection.execute("EXPLAIN QUERY PLAN " + sql, bindings)
            if re.match(r"SCAN (message|vector|turn_window|memory|session|change|block)\b", str(detail))
        }
    assert statements and scanned == set()
