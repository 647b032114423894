"""Sessions as somebody types them, and with several processes, kills and all that undoes what was done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contextfs import ContextFS
from contextfs.settings import Settings

if TYPE_CHECKING:
    from conftest import CommandLine

Check = Callable[..., list[str]]
TALKER = """
import sys
from contextfs import ContextFS
from contextfs.settings import Settings
directory, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with ContextFS(settings=Settings(data_dir=directory, environ={}), namespace="team", cwd=directory) as ctx:
    for n in range(count):
        ctx.add_message("user", f"{name} {n}")
"""
TAKER = """
import sys
from contextfs.api.recording import record
from contextfs import ContextFS, Session
from contextfs.domain.clock import Timestamp
from contextfs.domain.session import Message
from contextfs.settings import Settings
directory, count = sys.argv[1], int(sys.argv[2])
moment = Timestamp.from_micros(1_700_000_000_000_000)
def said():
    for n in range(count):
        yield Message(("user", "assistant")[n % 2], f"message {n} about queue {n % 7} and its retries", id=f"{n:032x}")
with ContextFS(settings=Settings(data_dir=directory, environ={}), namespace="team", cwd=directory) as ctx:
    session = Session(id="ab" * 16, tool="codex", started_at=moment, ended_at=moment, namespace="team")
    record(ctx._engine, session, said(), progress=lambda done: print(done, flush=True))
"""


def opened(directory: Path | str) -> ContextFS:
    """The store in a directory, in the namespace of the talkers."""
    return ContextFS(settings=Settings(data_dir=str(directory), environ={}), namespace="team", cwd="/")


def started(script: str, *args: object) -> subprocess.Popen[str]:
    """A Python process that runs a script against a store."""
    command = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# ── typed ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_session_from_start_to_memory(repo: CommandLine) -> None:
    """The guide's commands in their order: start, messages, save, list, load."""
    assert "'test'" in repo.did("session", "start", "--label", "test").out
    repo.did("session", "message", "Should we use JWTs or sessions?")
    repo.did(
        "session",
        "message",
        "--role",
        "assistant",
        "-",
        stdin="We decided on JWTs, since both ends are ours.\n",
    )
    decision = repo.saved("JWT keys rotate monthly", "--type", "decision")
    assert "(going on)" in repo.did("sessions", "--limit", "5").out
    saved = repo.did("session", "save", "--label", "name", "--json").json
    (session,) = repo.did("sessions", "--limit", "5", "--json").json["sessions"]
    assert (session["label"], session["length"], session["id"]) == ("name", 2, saved["session_id"])
    loaded = repo.did("load-session", session["id"][:8], "--json").json
    assert [one["content"] for one in loaded["messages"]] == [
        "Should we use JWTs or sessions?",
        "We decided on JWTs, since both ends are ours.\n",
    ]
    assert [one["id"] for one in loaded["memories"]] == [decision, saved["id"]]
    text = repo.did("session", "load", session["id"]).out
    assert "[assistant]" in text and "We decided on JWTs, since both ends are ours." in text


def test_the_morning_after(repo: CommandLine) -> None:
    """The guide's morning: what was worked on, and the session whole or shortened for a prompt."""
    repo.did("session", "start", "--label", "database-design", "--tool", "claude-code")
    repo.did(
        "session",
        "message",
        "--role",
        "user",
        "Do we shard the orders table?",
        CONTEXTFS_SOURCE_TOOL="claude-code",
    )
    repo.did("session", "end", CONTEXTFS_SOURCE_TOOL="claude-code")
    listed = repo.did("sessions", "--limit", "5").out.split()
    assert listed[1] == "claude-code" and "database-design" in listed
    assert "Do we shard the orders table?" in repo.did("load-session", listed[0]).out
    short = repo.did("load-session", "database-design", "--budget", "100").out
    assert "Do we shard" in short and len(short) <= 420
    by_topic = repo.did(
        "session", "load", "--query", "splitting tables in the database", "--since", "today", "--json"
    )
    assert by_topic.json["label"] == "database-design"
    assert "database-design" in repo.did("session", "search", "shard the orders").out


def test_a_session_recorded_for_another_tool(repo: CommandLine) -> None:
    """What is begun with another tool gets the messages that follow, and is saved after its end, titled once."""
    repo.did("session", "start", "--tool", "claude-code")
    repo.did("session", "message", "We decided to keep the carts in Redis, because they outlive a restart.")
    repo.did("session", "end")
    saved = repo.did("session", "save", "--label", "carts").out
    assert saved.count("Session 'carts'") == 1 and "Redis" in saved
    listed = repo.did("sessions").out.splitlines()
    assert len(listed) == 1 and "claude-code" in listed[0] and "carts" in listed[0]


def test_what_is_typed_wrong_is_answered(repo: CommandLine) -> None:
    """Unknown sessions, empty messages and updates of nothing are refused with what to do."""
    repo.check_refusals(
        [
            (1, ["load-session", "nothing-like-it"], "No session has the label"),
            (1, ["load-session", "abcdef12"], "No session has an id that begins with"),
            (1, ["session", "load", "--label", "never"], "No session has the label 'never'"),
            (1, ["session", "load"], "There is no session here yet"),
            (1, ["session", "end"], "No session is going on here"),
            (1, ["session", "delete", "", "--yes"], "the id is empty"),
            (1, ["session", "save", ""], "the id is empty"),
            (1, ["session", "message", " "], "the message is empty"),
            (2, ["session", "update"], "Say what to change"),
            (2, ["session", "message", "--role", "nobody", "x"], "nobody"),
            (1, ["session", "start", "--label", "two\nlines"], "must be one line"),
            (2, ["sessions", "--all", "--namespace", "x"], "exclude each other"),
        ]
    )


def test_delete_undo_and_erase(repo: CommandLine) -> None:
    """A deleted session is in no list and no search, undo brings all of it back, erase leaves nothing."""
    repo.did("session", "start", "--label", "gone-soon")
    repo.did("session", "message", "The walrus flag turns on the slow path")
    repo.did("session", "end")
    (session,) = repo.did("sessions", "--json").json["sessions"]
    assert "Deleted" in repo.did("session", "delete", "gone-soon", "--yes").out
    assert repo.did("sessions", "--json").json["sessions"] == []
    assert repo.did("session", "search", "walrus flag", "--json").json["results"] == []
    assert "was deleted" in repo.refused(1, "load-session", session["id"])
    assert "gone-soon" in repo.did("undo").out
    assert "walrus" in repo.did("load-session", "gone-soon").out
    assert repo.did("session", "search", "walrus flag", "--json").json["results"]
    assert repo.did("erase", session["id"], "--yes", "--json").json["found"] == []
    assert "was erased" in repo.refused(1, "load-session", session["id"])
    assert b"walrus" not in b"".join(path.read_bytes() for path in repo.data.glob("contextfs.db*"))


def test_a_secret_in_a_message_is_taken_out(repo: CommandLine) -> None:
    """A conversation cannot be typed again, so its secrets are replaced; a label with one is refused."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    repo.did("session", "message", f"Use the token {secret} for now")
    assert secret not in repo.did("session", "load").out
    assert "[redacted: " in repo.did("session", "load").out
    assert "secret" in repo.refused(1, "session", "update", "--summary", f"token {secret}")


# ── several processes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_two_processes_talk_into_one_session(tmp_path: Path, disagreements: Check) -> None:
    """Two processes add to the same session: every message has a place of its own, and each keeps its order."""
    with opened(tmp_path) as ctx:
        begun = ctx.start_session(label="shared")
        talkers = [started(TALKER, tmp_path, name, 60) for name in ("left", "right")]
        for talker in talkers:
            out, err = talker.communicate(timeout=300)
            assert (talker.returncode, out, err) == (0, "", "")
        said = [one.content for one in ctx.load_session(begun.id).messages]
    assert len(said) == 120
    for name in ("left", "right"):
        assert [one for one in said if one.startswith(name)] == [f"{name} {n}" for n in range(60)]
    assert disagreements(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_kill_while_a_conversation_is_taken_in_leaves_its_beginning(
    tmp_path: Path, disagreements: Check
) -> None:
    """What was written before the kill is the beginning without a gap, and taking it in again adds the rest."""
    taker = started(TAKER, tmp_path, 4000)
    assert taker.stdout is not None
    for line in taker.stdout:
        if int(line) >= 700:
            os.kill(taker.pid, signal.SIGKILL)
            break
    taker.communicate(timeout=60)
    with opened(tmp_path) as ctx:
        kept = [one.content for one in ctx.load_session("ab" * 16).messages]
        assert 700 <= len(kept) < 4000
        assert kept == [f"message {n} about queue {n % 7} and its retries" for n in range(len(kept))]
        assert disagreements(tmp_path) == []
    _, err = started(TAKER, tmp_path, 4000).communicate(timeout=300)
    assert err == ""
    with opened(tmp_path) as ctx:
        assert ctx.load_session("ab" * 16).length == 4000
    assert disagreements(tmp_path) == []


def test_clients_have_sessions_of_their_own(tmp_path: Path) -> None:
    """Two recording clients in one place have two sessions; who names no client sees the one that spoke last."""
    with opened(tmp_path) as first, opened(tmp_path) as second, opened(tmp_path) as onlooker:
        first.sessions.client, second.sessions.client = "one", "two"
        first.add_message("user", "from the first")
        second.add_message("user", "from the second")
        assert len(first.list_sessions()) == 2
        seen = onlooker.sessions.current()
        assert seen is not None and seen.client == "two"
        first.add_message("user", "from the first again")
        seen = onlooker.sessions.current()
        assert seen is not None and (seen.client, seen.length) == ("one", 2)
        assert onlooker.save("Saved from a terminal while both are at work").session_id == seen.id


def test_json_of_every_command_is_json(repo: CommandLine) -> None:
    """Each command answers --json with one document."""
    begun = repo.did("session", "start", "--label", "as-json", "--json").json
    for args in (
        ["session", "message", "hello there", "--json"],
        ["session", "show", "as-json", "--json"],
        ["session", "load", "as-json", "--budget", "60", "--json"],
        ["session", "search", "hello there", "--json"],
        ["session", "update", "--summary", "Said hello", "--json"],
        ["session", "end", "--json"],
        ["session", "save", "as-json", "--json"],
        ["session", "delete", "as-json", "--yes", "--json"],
        ["session", "restore", begun["id"], "--json"],
        ["log", begun["id"], "--json"],
        ["status", "--json"],
    ):
        assert isinstance(repo.did(*args).json, dict), args
    rows = repo.did("sessions", "--jsonl").out.splitlines()
    assert [json.loads(row)["id"] for row in rows] == [begun["id"]]
