"""What is kept of a tool call, and a recording that never stands in the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contextfs import ContextFS
from contextfs.domain.memory import Memory
from contextfs.domain.recorder import CLIENT
from contextfs.errors import StoreUnusable
from contextfs.mcp.recording import Call, Recording, notes_of, outcome, told
from contextfs.mcp.replies import ChangedOut, HitOut, ListOut, MemoryOut, SavedOut, SearchOut, TitleOut

ID = "3f9c12ab" + "0" * 24


def plain(text: str) -> str:
    """A gate that finds nothing."""
    return text


def memory(number: int) -> MemoryOut:
    """A memory whose text must not be told."""
    return MemoryOut(id=f"{number:08x}" + "0" * 24, type="fact", content="recalled text")


@pytest.fixture
def front(tmp_path: Path) -> Iterator[ContextFS]:
    """An empty store."""
    with ContextFS(str(tmp_path), namespace="n") as opened:
        yield opened


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({}, "→ done"),
        ({"query": "a  b\nc", "limit": 5, "tags": ["x"]}, 'query="a b c", limit=5, tags=["x"] → done'),
        ({"summary": "", "files": [], "metadata": None}, "→ done"),
    ],
)
def test_a_call_is_told_in_one_line(arguments: dict[str, object], line: str) -> None:
    """Arguments in short, what is empty left out."""
    assert told(Call("contextfs_x", arguments, ListOutNothing()), plain) == line


class ListOutNothing(TitleOut):
    """An answer that has nothing to tell."""

    id: str = ""
    type: str = ""
    title: str = ""


def test_a_long_argument_is_cut_after_its_secrets_are_gone() -> None:
    """A secret that would be cut in two is taken out whole."""
    content = "word " * 30 + "SECRET-TOKEN" + " more" * 2_000
    line = told(
        Call("contextfs_save", {"content": content}, ListOutNothing()),
        lambda text: text.replace("SECRET-TOKEN", "[redacted]"),
    )
    assert len(line) < 200
    assert "SECRET" not in line


def test_what_came_back_is_told_without_its_text() -> None:
    """Ids and counts; a failure by its reason."""
    hits = SearchOut(results=[HitOut(relevance=1, memory=memory(n)) for n in range(7)], note="")
    assert outcome(hits) == "7 found: 00000000, 00000001, 00000002, 00000003, 00000004, …"
    assert outcome(ListOut(memories=[], total=0)) == "nothing found"
    assert outcome(memory(3)) == "00000003"
    assert outcome(SavedOut(id=ID, type="fact", title="t", created=True)) == "3f9c12ab saved"
    assert outcome(SavedOut(id=ID, type="fact", title="t", created=False)) == "3f9c12ab known already"
    assert outcome(ChangedOut(id=ID, type="fact", title="t", done=False)) == "3f9c12ab not done"
    failed = told(Call("contextfs_recall", {"id": "zz"}, None, "No memory\nhas this id. " * 50), plain)
    assert failed.startswith('id="zz" → failed: No memory has this id.')
    assert len(failed) < 250


def test_a_summary_can_tell_what_was_asked_and_saved() -> None:
    """Queries and titles are noted; what was known already and what failed saved nothing."""
    saved = SavedOut(id=ID, type="decision", title="Use Redis", created=True)
    assert notes_of(Call("contextfs_save", {}, saved), plain) == {
        "name": "contextfs_save",
        "saved": ["decision: Use Redis"],
        "id": ID,
    }
    known = saved.model_copy(update={"created": False})
    assert "saved" not in notes_of(Call("contextfs_save", {}, known), plain)
    assert notes_of(Call("contextfs_search", {"query": "redis"}, ListOutNothing()), plain)["asked"] == [
        "redis"
    ]
    assert notes_of(Call("contextfs_search", {"query": "x"}), plain) == {
        "name": "contextfs_search",
        "error": True,
    }


def test_calls_are_written_in_order_and_the_session_ends(front: ContextFS) -> None:
    """What was noted before the end is there after it, in its order, in one session for each client."""
    recording = Recording(front)
    recording.start()
    for number in range(20):
        recording.note(
            f"client-{number % 2}", "codex", Call("contextfs_recall", {"id": str(number)}, memory(number))
        )
    recording.stop()
    sessions = front.list_sessions()
    assert [(one.tool, one.length, one.ended_at is None) for one in sessions] == [("codex", 10, False)] * 2
    for session in sessions:
        told_ids = [int(one.content.split('"')[1]) for one in front.load_session(session.id).messages]
        assert told_ids in ([*range(0, 20, 2)], [*range(1, 20, 2)])


def test_a_store_that_fails_stops_nothing(front: ContextFS, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the store, or of ours, is logged; waiting for it ends, and what comes later is written."""
    recording = Recording(front)
    recording.start()
    failing = [StoreUnusable("gone"), ValueError("ours")]
    genuine = front.add_message

    def add_message(*given: object, **more: object) -> object:
        if failing:
            raise failing.pop()
        return genuine(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(front, "add_message", add_message)
    for number in range(3):
        recording.note("c", "codex", Call("contextfs_recall", {"id": str(number)}, memory(number)))
    started = time.monotonic()
    recording.settle("c", "codex")
    assert time.monotonic() - started < 2
    recording.stop()
    (session,) = front.list_sessions()
    assert session.length == 1


def test_nothing_is_waited_for_without_a_thread(front: ContextFS) -> None:
    """Before it starts and after it has stopped a recording holds nobody up."""
    recording = Recording(front)
    started = time.monotonic()
    recording.begin("c", "codex")
    recording.settle("c", "codex")
    recording.stop()
    assert time.monotonic() - started < 1
    assert front.list_sessions() == []


def test_a_session_that_somebody_else_ended_is_followed_by_another(front: ContextFS) -> None:
    """The next call finds no session going on, and begins one."""
    recording = Recording(front)
    recording.start()
    recording.note("c", "codex", Call("contextfs_recall", {"id": "1"}, memory(1)))
    recording.settle("c", "codex")
    with ContextFS(front.settings.data_dir, namespace="n") as other:
        other.sessions.leave(other.list_sessions()[0].id)
    recording.note("c", "codex", Call("contextfs_recall", {"id": "2"}, memory(2)))
    recording.stop()
    assert [one.length for one in front.list_sessions()] == [1, 1]


def test_a_memory_that_was_saved_is_linked(front: ContextFS) -> None:
    """Once the session is begun, what its client saves belongs to it."""
    recording = Recording(front)
    recording.start()
    recording.begin("c", "codex")
    token = CLIENT.set("c")
    saved: Memory = front.save("Sessions live in Redis, because they can be revoked", tags=["redis"])
    CLIENT.reset(token)
    recording.stop()
    (session,) = front.list_sessions()
    assert saved.session_id == session.id
    assert front.sessions.memories(session) == [saved]


def test_a_setting_that_cannot_be_used_stops_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is recorded then, and nobody is held up or told off for it."""
    monkeypatch.setenv("CONTEXTFS_SESSION_RECORD", "perhaps")
    monkeypatch.setenv("CONTEXTFS_SESSION_IDLE", "long")
    with ContextFS(str(tmp_path), namespace="n") as front:
        recording = Recording(front)
        assert recording.wanted is False
        recording.start()
        recording.note("c", "codex", Call("contextfs_recall", {"id": "1"}, memory(1)))
        recording.settle("c", "codex")
        recording.stop()


def test_a_session_that_ends_is_looked_through(front: ContextFS) -> None:
    """What somebody said in it that is worth remembering waits in the inbox."""
    recording = Recording(front)
    recording.start()
    recording.begin("c", "codex")
    token = CLIENT.set("c")
    front.add_message("user", "We chose Postgres over Mongo because the reports need joins.")
    CLIENT.reset(token)
    recording.stop()
    assert [one.kind for one in front.inbox.list()] == ["decision"]
