"""Conversations of other tools, from their files into sessions: once, where they belong, and without what is secret."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contextfs import ContextFS
from contextfs.domain.imported import Imported
from contextfs.errors import InvalidInput, SessionNotFound

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLES = Path(__file__).parents[1] / "fixtures" / "transcripts"
SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
Disagreements = Callable[..., list[str]]


def transcript(
    path: Path, said: list[tuple[str, str]], *, cwd: str = "", session: str = "s-1", title: str = ""
) -> Path:
    """Write a Claude Code transcript, the way that tool does."""
    lines: list[dict[str, Any]] = [
        {
            "type": role,
            "uuid": f"{session}-{place}",
            "sessionId": session,
            "timestamp": f"2026-05-01T10:00:{place:02}.000Z",
            "cwd": cwd,
            "gitBranch": "main",
            "message": {"role": role, "content": text},
        }
        for place, (role, text) in enumerate(said)
    ]
    lines += [{"type": "custom-title", "customTitle": title, "sessionId": session}] if title else []
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


TALK = [
    ("user", "Which queue do we take for the nightly reports?"),
    ("assistant", "A table in Postgres: ten jobs a second need no broker."),
]


def totals(done: Imported) -> dict[str, int]:
    """New and grown sessions, and new messages."""
    return {name: sum(getattr(one, name) for one in done.taken) for name in ("sessions", "grown", "messages")}


# ── once ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_importing_twice_changes_nothing(
    ctx: ContextFS, tmp_path: Path, disagreements: Disagreements
) -> None:
    """The second import, also one that reads everything again, adds no session, no message and no change."""
    first = ctx.import_files(SAMPLES)
    log, sessions = ctx.log(1000), ctx.list_sessions(100, all=True)
    assert len(sessions) == 9
    assert totals(first) == {"sessions": 9, "grown": 0, "messages": sum(one.length for one in sessions)}
    assert all(one.unchanged for one in ctx.import_files(SAMPLES).taken)
    assert totals(ctx.import_files(SAMPLES, again=True)) == {"sessions": 0, "grown": 0, "messages": 0}
    assert (ctx.log(1000), ctx.list_sessions(100, all=True)) == (log, sessions)
    ctx.close()
    assert disagreements(tmp_path / "data", embedded=False) == []


def test_it_does_not_matter_where_the_file_lies(ctx: ContextFS, tmp_path: Path) -> None:
    """A transcript that was moved, or that comes in an archive, is the same conversation."""
    ctx.import_files(SAMPLES / "claude-ai")
    with zipfile.ZipFile(tmp_path / "data-2026.zip", "w") as archive:
        archive.write(SAMPLES / "claude-ai" / "conversations.json", "conversations.json")
        archive.writestr("users.json", "[]")
    done = ctx.import_files([tmp_path / "data-2026.zip"])
    assert totals(done) == {"sessions": 0, "grown": 0, "messages": 0}
    assert sum(one.same for one in done.taken) == 2


def test_what_has_grown_is_added(ctx: ContextFS, tmp_path: Path) -> None:
    """Of a transcript that goes on, only what is new is taken in, and the session ends later."""
    path = transcript(tmp_path / "s.jsonl", TALK)
    ctx.import_files(path)
    (before,) = ctx.list_sessions(all=True)
    transcript(path, [*TALK, ("user", "And for the exports?"), ("assistant", "The same table.")])
    assert totals(ctx.import_files(path)) == {"sessions": 0, "grown": 1, "messages": 2}
    (after,) = ctx.list_sessions(all=True)
    assert (after.id, after.length) == (before.id, 4)
    assert after.ended_at and before.ended_at and after.ended_at > before.ended_at
    said = [one.content for one in ctx.load_session(after.id).messages]
    assert said == [*(text for _, text in TALK), "And for the exports?", "The same table."]


def test_a_dry_run_tells_and_writes_nothing(ctx: ContextFS) -> None:
    """The counts are those of the import that follows."""
    told = ctx.import_files(SAMPLES, dry_run=True)
    assert ctx.list_sessions(all=True) == [] and ctx.log() == []
    assert totals(ctx.import_files(SAMPLES)) == totals(told)


def test_one_undo_takes_an_import_back(ctx: ContextFS, tmp_path: Path) -> None:
    """All its sessions go together; the next import says so, and brings them back when it is asked to."""
    ctx.import_files(SAMPLES)
    ctx.undo()
    assert ctx.list_sessions(all=True) == []
    assert ctx.sessions.search("object store for avatars", all=True) == []
    left = ctx.import_files(SAMPLES)
    assert (totals(left)["sessions"], sum(one.deleted for one in left.taken)) == (0, 9)
    ctx.import_files(SAMPLES, again=True)
    assert len(ctx.list_sessions(100, all=True)) == 9
    assert ctx.sessions.search("object store for avatars", all=True)[0].session.tool == "claude-code"


def test_what_was_erased_stays_erased(ctx: ContextFS, tmp_path: Path) -> None:
    """Not even an import that reads everything again brings it back, and it says so."""
    path = transcript(tmp_path / "s.jsonl", TALK)
    ctx.import_files(path)
    (session,) = ctx.list_sessions(all=True)
    ctx.erase(session.id)
    done = ctx.import_files(path, again=True)
    assert (totals(done)["sessions"], done.taken[0].erased) == (0, 1)
    with pytest.raises(SessionNotFound):
        ctx.load_session(session.id)


def test_an_interrupted_import_goes_on_where_it_was(ctx: ContextFS, tmp_path: Path) -> None:
    """What was taken in before Ctrl-C is whole, and the same import takes in the rest."""
    for number in range(6):
        transcript(tmp_path / f"{number}.jsonl", TALK, session=f"s-{number}")
    calls: list[int] = []

    def interrupted(done: int, total: int) -> None:
        calls.append(done)
        if done * 2 > total:
            raise KeyboardInterrupt

    first = ctx.import_files(tmp_path, progress=interrupted)
    assert first.stopped and 0 < totals(first)["sessions"] < 6
    assert {one.length for one in ctx.list_sessions(100, all=True)} == {2}
    assert not ctx.import_files(tmp_path).stopped
    assert {one.length for one in ctx.list_sessions(100, all=True)} == {2}
    assert len(ctx.list_sessions(100, all=True)) == 6


# ── where it belongs ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_conversation_goes_to_the_repository_it_was_held_in(repo: CommandLine, tmp_path: Path) -> None:
    """Imported from anywhere, it is in the namespace that everything saved in that repository gets."""
    path = transcript(tmp_path / "s.jsonl", TALK, cwd=str(repo.directory / "src"))
    here = repo.did("status", "--json").json["namespace"]
    repo.directory = tmp_path
    done = repo.did("import", str(path), "--json").json
    assert done["sources"][0]["namespaces"] == {here: 1}


def test_places_that_are_not_here_are_kept_apart(ctx: ContextFS, tmp_path: Path) -> None:
    """By the remote where the transcript knows it, else by the directory; never all into the current namespace."""
    one = transcript(tmp_path / "1.jsonl", TALK, cwd="/nowhere/shop", session="a")
    two = transcript(tmp_path / "2.jsonl", TALK, cwd="/elsewhere/shop", session="b")
    three = transcript(tmp_path / "3.jsonl", TALK, cwd="/nowhere/shop", session="c")
    windows = transcript(tmp_path / "4.jsonl", TALK, cwd="C:\\work\\Shop", session="d")
    ctx.import_files([one, two, three, windows, SAMPLES / "codex", SAMPLES / "copilot", SAMPLES / "chatgpt"])
    spaces: dict[str, set[str]] = {}
    for session in ctx.list_sessions(100, all=True):
        spaces.setdefault(session.namespace, set()).add(session.tool)
    assert sorted(len(tools) for tools in spaces.values()) == [1, 1, 1, 1, 2]
    assert spaces["global"] == {"chatgpt"} and {"codex", "copilot"} in spaces.values()
    assert ctx.workspace.namespace not in spaces
    assert sum(name.startswith("dir-shop-") for name in spaces) == 3


def test_a_namespace_and_a_project_can_be_named(ctx: ContextFS, tmp_path: Path) -> None:
    """Then everything goes there."""
    ctx.import_files(SAMPLES, namespace="archive", project="shop")
    assert {(one.namespace, one.project) for one in ctx.list_sessions(100, all=True)} == {("archive", "shop")}


def test_imported_sessions_are_over(ctx: ContextFS) -> None:
    """None of them becomes the current one, and what they know of their time is kept."""
    ctx.import_files(SAMPLES)
    assert ctx.sessions.current() is None
    for session in ctx.list_sessions(100, all=True):
        assert session.started_at and session.ended_at and session.started_at <= session.ended_at
    (chat,) = ctx.list_sessions(tool="chatgpt", all=True)
    assert chat.started_at and chat.started_at.date().isoformat() == "2025-05-02"


def test_a_title_is_the_label_unless_somebody_chose_another(ctx: ContextFS, tmp_path: Path) -> None:
    """A title may come later; without one it is how the conversation began."""
    path = transcript(tmp_path / "s.jsonl", TALK)
    ctx.import_files(path)
    assert ctx.list_sessions(all=True)[0].label == TALK[0][1]
    transcript(path, TALK, title="Queue for reports")
    ctx.import_files(path)
    (session,) = ctx.list_sessions(all=True)
    assert session.label == "Queue for reports"
    ctx.update_session(session.id, label="mine")
    transcript(path, TALK, title="Another title")
    ctx.import_files(path)
    assert ctx.list_sessions(all=True)[0].label == "mine"


# ── what is left out ────────────────────────────────────────────────────────────────────────────────────────────────


def test_secrets_are_replaced_and_counted(ctx: ContextFS, tmp_path: Path) -> None:
    """A token in a message, in a title or in metadata is nowhere in the store."""
    path = transcript(
        tmp_path / "s.jsonl", [("user", f"The token is {SECRET} for now"), TALK[1]], title=f"Use {SECRET}"
    )
    done = ctx.import_files(path)
    assert done.taken[0].redacted == 1
    (session,) = ctx.list_sessions(all=True)
    assert "GitHub" in ctx.load_session(session.id).messages[0].content
    ctx.close()
    files = [each for each in (tmp_path / "data").rglob("*") if each.is_file()]
    assert not [each for each in files if SECRET.encode() in each.read_bytes()]


def test_what_was_left_out_is_told(ctx: ContextFS, tmp_path: Path) -> None:
    """Other branches, unknown lines and files of no format are counted, and stop nothing."""
    path = transcript(tmp_path / "s.jsonl", TALK)
    path.write_text(path.read_text() + '{"type": "brand-new"}\n{"torn": ')
    (tmp_path / "other.json").write_text('{"neither": "this nor that"}')
    done = ctx.import_files([tmp_path, SAMPLES / "chatgpt"])
    unread = {kind: count for one in done.taken for kind, count in one.unread.items()}
    assert unread == {"line type 'brand-new'": 1, "unfinished last line": 1, "message of another branch": 1}
    assert (done.passed, done.refused) == (1, ())


def test_a_damaged_export_gives_what_is_whole(ctx: ContextFS, tmp_path: Path) -> None:
    """The conversations before the damage are there, and it is said where the file ends being one."""
    data = json.loads((SAMPLES / "claude-ai" / "conversations.json").read_text())
    torn = tmp_path / "conversations.json"
    torn.write_text(json.dumps(data)[:-60])
    done = ctx.import_files(torn)
    assert totals(done)["sessions"] == 1
    assert "not JSON from character" in done.taken[0].notes[0]
    torn.write_text(json.dumps(data))
    assert totals(ctx.import_files(torn))["sessions"] == 1


def test_each_file_that_cannot_be_read_is_named(ctx: ContextFS, tmp_path: Path) -> None:
    """What is missing, locked, damaged or of no format is told with its reason, and the others are imported."""
    good = transcript(tmp_path / "s.jsonl", TALK)
    empty = tmp_path / "empty.json"
    empty.touch()
    packed = tmp_path / "torn.gz"
    packed.write_bytes(b"\x1f\x8b\x08\x00torn")
    missing = tmp_path / "missing.json"
    done = ctx.import_files([missing, empty, packed, good])
    assert totals(done)["sessions"] == 1
    reasons = {Path(name).name: why for name, why in done.refused}
    assert set(reasons) == {"missing.json", "empty.json", "torn.gz"}
    assert "no file" in reasons["missing.json"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"format": "word"}, "claude-code"),
        ({"namespace": "no way"}, "namespace"),
        ({"colour": "red"}, "dry_run"),
    ],
)
def test_options_that_make_no_sense_are_refused(ctx: ContextFS, options: dict[str, Any], named: str) -> None:
    """Before anything is read, with what is accepted."""
    with pytest.raises(InvalidInput) as refused:
        ctx.import_files(SAMPLES, **options)
    assert named in f"{refused.value} {refused.value.hint}"
    assert ctx.list_sessions(all=True) == []


# ── a conversation in hand ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_conversation_in_hand_becomes_a_session_and_a_memory(ctx: ContextFS) -> None:
    """The guide's call: the conversation is a session here, and its summary a memory linked to it."""
    exported = (SAMPLES / "claude-ai" / "conversations.json").read_text()
    memory = ctx.import_conversation(
        json_content=exported,
        summary="OAuth design discussion from Desktop",
        tags=["oauth", "design", "imported"],
    )
    assert (memory.content, memory.type, memory.tags) == (
        "OAuth design discussion from Desktop",
        "episodic",
        ("oauth", "design", "imported"),
    )
    session = ctx.load_session(memory.session_id)
    assert (session.label, session.namespace) == ("OAuth for the mobile app", ctx.workspace.namespace)
    assert "PKCE" in " ".join(one.content for one in session.messages)
    assert ctx.sessions.memories(session) == [memory]
    again = ctx.import_conversation(
        json.loads(exported), "OAuth design discussion from Desktop", "oauth,design,imported"
    )
    assert again.id == memory.id and len(ctx.list_recent()) == 1
    assert ctx.search("OAuth design discussion")[0].memory.id == memory.id


def test_without_a_summary_one_is_worked_out(ctx: ContextFS) -> None:
    """The memory says what was decided, in the words of the conversation."""
    talk = {"messages": [{"role": role, "content": text} for role, text in TALK]}
    memory = ctx.import_conversation(talk)
    assert "table in Postgres" in memory.content
    assert ctx.load_session(memory.session_id).label == TALK[0][1]


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", {}, {"messages": []}, 7, None, [["a"]], b"\xff\xfe", {"a": 1}]
)
def test_what_holds_no_conversation_is_refused(ctx: ContextFS, content: Any) -> None:
    """With a sentence that says what is accepted, and nothing is stored."""
    with pytest.raises(InvalidInput) as refused:
        ctx.import_conversation(content)
    assert "json_content" in str(refused.value)
    assert ctx.list_sessions(all=True) == [] and ctx.list_recent() == []


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_tells_what_it_did(cli: CommandLine) -> None:
    """What is new, from where, into which namespaces, and what was left out."""
    shown = cli.did("import", str(SAMPLES)).out
    for part in (
        "Imported 9 new sessions, 51 messages.",
        "claude-code",
        "global (5)",
        "message of another branch",
    ):
        assert part in shown
    assert "no file has changed" in cli.did("import", str(SAMPLES)).out
    found = cli.did("session", "search", "which palette do dashboards use", "--all", "--json").json["results"]
    assert found[0]["session"]["tool"] == "copilot"
    assert "viridis" in cli.did("load-session", found[0]["session"]["id"]).out


def test_the_command_reads_a_pipe(cli: CommandLine) -> None:
    """A conversation that comes through a pipe is imported, and known again."""
    talk = json.dumps({"messages": [{"role": role, "content": text} for role, text in TALK]})
    assert cli.did("import", "-", "--json", stdin=talk).json["messages"] == 2
    assert cli.did("import", "-", "--json", stdin=talk).json["messages"] == 0
    assert "of a known format" in cli.run("import", "-", stdin="just words").out


def test_the_command_fails_when_something_named_was_not_imported(cli: CommandLine) -> None:
    """Its exit code is 1, the reason is told, and the others are imported."""
    outcome = cli.run("import", str(SAMPLES / "codex"), "missing.json", "--json")
    assert (outcome.code, outcome.json["sessions"]) == (1, 1)
    assert outcome.json["refused"] == [
        {"source": "missing.json", "reason": "There is no file or folder 'missing.json'."}
    ]
    assert "Formats: auto" in cli.refused(1, "import", str(SAMPLES), "--format", "word")
    assert "PATH" in cli.refused(2, "import")
    assert "PATH" in cli.refused(2, "import", "x", "--discover")


def test_the_command_looks_through_this_machine(cli: CommandLine) -> None:
    """Where the tools keep their transcripts is known; nothing is imported before somebody says so."""
    assert "No tool" in cli.did("import", "--discover").out
    places = {
        "claude-code": ".claude/projects/-home-ada-webshop",
        "codex": ".codex/sessions/2026/11/20",
        "gemini": ".gemini/tmp/webshop/chats",
        "copilot": ".copilot/session-state/7e62d65b",
    }
    for name, place in places.items():
        source = next(path for path in (SAMPLES / name).rglob("*.jsonl"))
        (cli.home / place).mkdir(parents=True)
        shutil.copy(source, cli.home / place / source.name)
    shown = cli.did("import", "--discover")
    assert all(name in shown.out for name in places)
    assert cli.did("sessions", "--all", "--json").json["sessions"] == []
    found = cli.did("import", "--discover", "--json").json["found"]
    assert {one["format"]: len(one["paths"]) for one in found} == dict.fromkeys(places, 1)
    assert cli.did("import", "--discover", "--yes", "--format", "codex", "--json").json["sessions"] == 1
    assert cli.did("import", "--discover", "--yes", "--json").json["sessions"] == 3


def test_other_homes_of_the_tools_are_known(cli: CommandLine) -> None:
    """The variables by which people move them are followed."""
    for variable, place, name in (
        ("CLAUDE_CONFIG_DIR", "projects/x", "claude-code"),
        ("CODEX_HOME", "archived_sessions", "codex"),
    ):
        home = cli.home / variable
        (home / place).mkdir(parents=True)
        source = next(path for path in (SAMPLES / name).rglob("*.jsonl"))
        shutil.copy(source, home / place / source.name)
        found = cli.did("import", "--discover", "--json", **{variable: str(home)}).json["found"]
        assert [one["format"] for one in found] == [name]


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent in another way")
def test_ctrl_c_ends_an_import_that_the_next_one_goes_on_with(cli: CommandLine) -> None:
    """The process ends with 130 and says that what is there is whole; nothing is doubled or missing afterwards."""
    many = cli.home / "many"
    many.mkdir()
    for number in range(400):
        transcript(many / f"{number:03}.jsonl", TALK * 5, session=f"s-{number}")
    command = [sys.executable, "-m", "contextfs", "import", str(many)]
    with subprocess.Popen(
        command, cwd=cli.directory, env=cli.environ, stdout=subprocess.PIPE, text=True
    ) as process:
        store = cli.data / "contextfs.db-wal"
        while not (store.exists() and store.stat().st_size > 500_000) and process.poll() is None:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGINT)
        shown, _ = process.communicate(timeout=60)
    if process.returncode == 130:
        assert "Interrupted" in shown
    cli.did("import", str(many))
    done = cli.did("import", str(many), "--again", "--json").json
    assert (done["same"], done["messages"], done["sessions"]) == (400, 0, 0)


def test_pages_that_somebody_deleted_are_asked_about(cli: CommandLine) -> None:
    """Without an answer their memories stay and the way to delete them is told; with a yes they go, and undo helps."""
    cli.saved("The staging proxy listens on port 8443")
    cli.did("export", "--to", "notes")
    (page,) = (cli.directory / "notes").rglob("*.md")
    page.unlink()
    shown = cli.did("import", "--from", "notes").out
    assert "Its page is gone" in shown and "--delete-missing" in shown
    assert cli.did("list", "--json").json["total"] == 1
    assert "Deleted 1 memory" in cli.did("import", "--from", "notes", "--yes").out
    assert cli.did("list", "--json").json["total"] == 0
    cli.did("undo")
    assert cli.did("list", "--json").json["total"] == 1
