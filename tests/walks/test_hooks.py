"""`contextfs hook` as hosts call it: real processes, each host's JSON, and everything that can go wrong around them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import apsw
import pytest

from contextfs import ContextFS
from contextfs.api.transcripts import session_id
from contextfs.integrations import hook as hook_
from contextfs.store import late
from contextfs.store.conversations import Conversations

DECISION = "Uploaded avatars are kept in object storage, because the disks of the web servers are thrown away"
PROMPT = "Where do we keep uploaded avatars?"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "transcripts"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing")

Hook = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data directory of these tests."""
    return tmp_path / "data"


@pytest.fixture
def environment(tmp_path: Path, data: Path) -> dict[str, str]:
    """A home of one's own, and time enough on a machine that is busy with other tests."""
    hosts = ("CLAUDE", "CODEX", "GEMINI", "COPILOT", "CURSOR", "PLUGIN_ROOT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hosts)}
    return kept | {
        "HOME": str(tmp_path),
        "CONTEXTFS_DATA_DIR": str(data),
        "CONTEXTFS_NAMESPACE": "team",
        "CONTEXTFS_HOOK_DEADLINE": "10000",
    }


@pytest.fixture
def hook(tmp_path: Path, environment: dict[str, str]) -> Hook:
    """Call the hook with a host's JSON; whatever happens, it must end with 0 and say nothing on standard error."""

    def call(
        event: str, given: object = None, *more: str, **environ: str
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "contextfs", "hook", event, *more]
        told = given if isinstance(given, bytes) else json.dumps(given or {}).encode()
        done = subprocess.run(
            command,
            input=told,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=environment | environ,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done

    return call


@pytest.fixture
def ctx(data: Path) -> Iterator[ContextFS]:
    """The front door to the same store."""
    with ContextFS(data_dir=data, namespace="team") as found:
        yield found


@pytest.fixture
def decision(ctx: ContextFS) -> str:
    """The id of a memory that answers the prompt."""
    ctx.save("The release notes are written by the person who merges the release branch")
    name = ctx.save(DECISION, type="decision").id
    ctx.close()
    return name


def text_in(done: subprocess.CompletedProcess[bytes]) -> str:
    """What was put before the model, in whatever shape."""
    if not done.stdout:
        return ""
    answer: dict[str, Any] = json.loads(done.stdout)
    nested = answer.get("hookSpecificOutput", {}).get("additionalContext", "")
    return nested or answer.get("additionalContext", "") or answer["additional_context"]


def prompt(session: str = "s1", **more: object) -> dict[str, object]:
    """What Claude Code says when somebody sends a prompt."""
    return {
        "session_id": session,
        "transcript_path": "/home/ada/.claude/projects/-work/s1.jsonl",
        "cwd": "/",
        "hook_event_name": "UserPromptSubmit",
        "permission_mode": "default",
        "prompt": PROMPT,
        **more,
    }


# ── each host's words ───────────────────────────────────────────────────────────────────────────────────────────────

CODEX = {"turn_id": "t1", "model": "gpt", "permission_mode": "default", "transcript_path": None}
NATIVE = {"sessionId": "s1", "timestamp": 1763640000000, "cwd": "/", "prompt": PROMPT}
PROMPTS: dict[str, tuple[str, Mapping[str, object], list[str]]] = {
    "claude-code": ("user-prompt", prompt(), ["hookSpecificOutput"]),
    "codex": ("UserPromptSubmit", {**prompt(), **CODEX}, ["hookSpecificOutput"]),
    "gemini": (
        "BeforeAgent",
        {**prompt(hook_event_name="BeforeAgent"), "timestamp": "2026-11-20T10:00:00Z"},
        ["hookSpecificOutput"],
    ),
    "copilot": ("userPromptSubmitted", NATIVE, ["additionalContext"]),
}


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("named", [True, False])
def test_a_prompt_is_answered_in_the_shape_of_its_host(
    hook: Hook, decision: str, name: str, named: bool
) -> None:
    """The memory that answers a prompt comes before the model, whether the host is named or told by its input."""
    event, given, keys = PROMPTS[name]
    done = hook(event, given, *(["--client", name] if named else []))
    assert sorted(json.loads(done.stdout)) == keys
    text = text_in(done)
    assert DECISION in text
    assert decision[:8] in text
    assert "release notes" not in text
    assert text.startswith("<contextfs-memory>\n")
    nested = json.loads(done.stdout).get("hookSpecificOutput", {})
    wanted = {"gemini": "BeforeAgent", "copilot": None}.get(name, "UserPromptSubmit")
    assert nested.get("hookEventName") == wanted


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("session-start", {"session_id": "s1", "source": "startup", "cwd": "/"}),
        ("SessionStart", {"session_id": "s1", "source": "resume", "hook_event_name": "SessionStart"}),
        ("sessionStart", {"sessionId": "s1", "source": "new", "cwd": "/", "timestamp": 1}),
        ("sessionStart", {"conversation_id": "c1", "workspace_roots": ["/"]}),
    ],
)
def test_a_session_begins_with_what_was_decided(
    hook: Hook, decision: str, event: str, given: Mapping[str, object]
) -> None:
    """Without a task the recent decisions come; Cursor gets them in its own spelling."""
    done = hook(event, given)
    assert DECISION in text_in(done)
    assert ("additional_context" in json.loads(done.stdout)) == ("conversation_id" in given)


def test_cursor_takes_nothing_at_a_prompt(hook: Hook, decision: str) -> None:
    """Where a host has no place for it, nothing is printed."""
    given = {"conversation_id": "c1", "prompt": PROMPT, "hook_event_name": "beforeSubmitPrompt"}
    assert hook("beforeSubmitPrompt", given).stdout == b""


def test_nothing_is_said_where_nothing_is_known(hook: Hook, decision: str) -> None:
    """A prompt that no memory answers gets no answer."""
    assert hook("user-prompt", prompt(prompt="Bake a lemon cake with poppy seeds")).stdout == b""


# ── what a session was given ────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_memory_comes_once_in_a_session(hook: Hook, ctx: ContextFS, decision: str) -> None:
    """It comes again in another session, after it was changed, and after the conversation was compacted."""
    assert DECISION in text_in(hook("user-prompt", prompt()))
    assert hook("user-prompt", prompt()).stdout == b""
    assert DECISION not in text_in(hook("session-start", {"session_id": "s1", "source": "resume"}))
    assert DECISION in text_in(hook("user-prompt", prompt("s2")))
    ctx.update(decision, content=DECISION + " every night")
    assert "every night" in text_in(hook("user-prompt", prompt()))
    assert hook("user-prompt", prompt()).stdout == b""
    hook("pre-compact", {"session_id": "s1", "trigger": "manual", "transcript_path": "/nowhere.jsonl"})
    assert "every night" in text_in(hook("session-start", {"session_id": "s1", "source": "compact"}))
    assert hook("user-prompt", prompt()).stdout == b""
    used = ctx._engine.usage.counts()[decision]
    assert used.times == {"injected": 4}


@pytest.mark.parametrize(("name", "again"), [("gemini", True), ("copilot", True), ("codex", False)])
def test_a_host_that_forgets_is_told_again(hook: Hook, decision: str, name: str, again: bool) -> None:
    """Gemini CLI and Copilot CLI take a conversation up without what it was given; the others keep it."""
    given = {"session_id": "s1", "source": "startup", "cwd": "/"}
    first = text_in(hook("session-start", given, "--client", name))
    assert DECISION in first
    assert "contextfs_save" in first
    resumed = text_in(hook("session-start", given | {"source": "resume"}, "--client", name))
    assert (DECISION in resumed) == again


def test_what_was_injected_is_no_question(hook: Hook, decision: str) -> None:
    """A host that shows us our own text in the prompt does not make us search for it."""
    ours = text_in(hook("session-start", {"session_id": "s1", "source": "startup"}))
    given = prompt("s9", prompt=f"{ours}\n\nBake a lemon cake with poppy seeds")
    assert hook("user-prompt", given).stdout == b""


# ── what can go wrong ───────────────────────────────────────────────────────────────────────────────────────────────

BAD = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"prompt": 7, "session_id": [], "cwd": {}, "transcript_path": 3, "source": null}',
    b'{"prompt": "\\ud800 where do we keep avatars", "session_id": "\\ud800", "cwd": "\\u0000"}',
    b'{"tool_input": "not json", "tool_name": null, "toolArgs": 3, "transcript_path": "../../etc/passwd"}',
)


@pytest.mark.parametrize("event", ["user-prompt", "stop", "post-tool", "session-start", "nonsense", ""])
def test_bad_input_is_met_with_silence(hook: Hook, decision: str, event: str) -> None:
    """Whatever stands on standard input, the hook ends with 0 and nothing that is not an answer."""
    for given in BAD:
        done = hook(event, given)
        assert done.stdout == b"" or DECISION in text_in(done)


@POSIX
def test_closed_standard_streams_are_no_trouble(
    decision: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Without standard input, output or error it still ends with 0, and writes into no file that is not for it."""
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        line = f'"{sys.executable}" -m contextfs hook user-prompt {closed}'
        done = subprocess.run(
            line, shell=True, input=b"{}", capture_output=True, check=False, env=environment, cwd=tmp_path
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@POSIX
def test_a_host_that_does_not_listen_is_no_trouble(decision: str, environment: dict[str, str]) -> None:
    """Somebody who has closed the other end of the pipe gets 0 as well."""
    command = [sys.executable, "-m", "contextfs", "hook", "user-prompt"]
    child = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=environment)
    assert child.stdin and child.stdout and child.stderr
    child.stdout.close()
    child.stdin.write(json.dumps(prompt()).encode())
    child.stdin.close()
    assert child.wait(30) == 0
    assert child.stderr.read() == b""
    child.stderr.close()


def test_without_a_store_nothing_is_made(hook: Hook, data: Path) -> None:
    """A prompt where nothing was ever saved gets no answer and leaves no store behind."""
    assert hook("user-prompt", prompt()).stdout == b""
    assert hook("session-start", {"session_id": "s1"}).stdout == b""
    assert not (data / "contextfs.db").exists()


@pytest.mark.parametrize("version", [99, 3])
def test_a_store_of_another_version_is_left_alone(
    hook: Hook, decision: str, data: Path, version: int
) -> None:
    """Neither a newer schema nor an older one makes a prompt wait, and nothing is changed."""
    connection = apsw.Connection(str(data / "contextfs.db"))
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()
    assert hook("user-prompt", prompt()).stdout == b""
    assert hook("stop", {"session_id": "s1", "transcript_path": str(data)}).stdout == b""
    assert not (data / "backups").exists()


def test_a_damaged_store_is_met_with_silence(hook: Hook, decision: str, data: Path) -> None:
    """A file that is no store is no reason to speak."""
    (data / "contextfs.db-wal").unlink(missing_ok=True)
    (data / "contextfs.db").write_bytes(b"no store at all" * 1000)
    assert hook("user-prompt", prompt()).stdout == b""


HOLD = """
import sys, time, apsw
connection = apsw.Connection(sys.argv[1])
connection.execute(sys.argv[2])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def held(data: Path) -> Iterator[Callable[[str], None]]:
    """Another process that holds the store, however it does."""
    holders: list[subprocess.Popen[bytes]] = []

    def hold(statement: str) -> None:
        command = [sys.executable, "-c", HOLD, str(data / "contextfs.db"), statement]
        holder = subprocess.Popen(command, stdout=subprocess.PIPE)
        holders.append(holder)
        assert holder.stdout and holder.stdout.readline().strip() == b"held"

    yield hold
    for holder in holders:
        holder.kill()
        holder.communicate()


def test_a_locked_store_is_read(hook: Hook, decision: str, held: Callable[[str], None]) -> None:
    """While another process writes, a prompt is answered, and the same memory does not come twice."""
    held("BEGIN IMMEDIATE")
    began = time.monotonic()
    assert DECISION in text_in(hook("user-prompt", prompt()))
    assert hook("user-prompt", prompt()).stdout == b""
    hook("post-tool", {"session_id": "s1", "tool_name": "Write", "tool_input": {"file_path": "/a.py"}})
    hook("stop", {"session_id": "s1", "transcript_path": str(transcript("claude-code"))})
    assert time.monotonic() - began < 30


@POSIX
@pytest.mark.parametrize("command", ["user-prompt", "session-start", "post-tool", "stop"])
def test_the_deadline_holds_against_everything(
    hook: Hook, environment: dict[str, str], decision: str, command: str
) -> None:
    """Somebody who never closes standard input waits no longer than the deadline, and is told nothing."""
    arguments = [sys.executable, "-m", "contextfs", "hook", command]
    began = time.monotonic()
    child = subprocess.Popen(
        arguments, stdin=-1, stdout=-1, stderr=-1, env=environment | {"CONTEXTFS_HOOK_DEADLINE": "400"}
    )
    assert child.wait(30) == 0
    assert time.monotonic() - began < 8
    assert child.stdout and child.stderr and child.stdin
    assert (child.stdout.read(), child.stderr.read()) == (b"", b"")
    for stream in (child.stdin, child.stdout, child.stderr):
        stream.close()


@POSIX
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_host_that_ends_the_hook_gets_its_zero(
    decision: str, environment: dict[str, str], sent: signal.Signals
) -> None:
    """A host that has lost its patience ends the hook; it goes at once, without a word, and the work with it."""
    command = [sys.executable, "-m", "contextfs", "hook", "user-prompt"]
    child = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=environment)
    assert child.stdin and child.stdout and child.stderr
    child.stdin.write(b" " * 300_000)  # more than a pipe holds: it returns when the hook has begun to read
    child.send_signal(sent)
    assert child.wait(20) == 0
    assert (child.stdout.read(), child.stderr.read()) == (b"", b"")
    for stream in (child.stdout, child.stderr):
        stream.close()
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()


def test_a_huge_input_is_met_with_silence_or_an_answer(hook: Hook, decision: str) -> None:
    """Fifty megabytes of prompt end in time."""
    began = time.monotonic()
    given = prompt(prompt=f"{PROMPT} " + "x" * (50 << 20))
    done = hook("user-prompt", given, CONTEXTFS_HOOK_DEADLINE="1000")
    assert time.monotonic() - began < 20
    assert done.stdout == b"" or DECISION in text_in(done)


@POSIX
def test_the_status_tells_of_prompts_that_were_too_late(
    environment: dict[str, str], decision: str, ctx: ContextFS, data: Path
) -> None:
    """Who wonders why nothing comes is told how often there was no time for it, for a week."""
    assert late.FILE_NAME == hook_.LATE
    assert not any("in time" in note for note in ctx.status().notes)
    code = """
import time
from contextfs.integrations import hook, hook_events
hook_events.serve = lambda *_: time.sleep(20)
hook.main(["user-prompt"])
"""
    for _ in range(2):
        command = [sys.executable, "-c", code]
        told = json.dumps(prompt()).encode()
        hurried = environment | {"CONTEXTFS_HOOK_DEADLINE": "900"}
        done = subprocess.run(command, input=told, capture_output=True, check=True, env=hurried)
        assert (done.stdout, done.stderr) == (b"", b"")
    assert any("2 prompts of the last week got no memories in time" in note for note in ctx.status().notes)
    (data / "late-prompts").write_text(f"{int(time.time()) - 8 * 86_400}\nnonsense\n")
    assert not any("in time" in note for note in ctx.status().notes)
    assert not (data / "late-prompts").exists()


@POSIX
def test_git_that_hangs_neither_holds_up_nor_stays(
    hook: Hook, decision: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """A git that does not come back is ended together with the work that asked it."""
    repository = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", repository], check=True)
    tools = tmp_path / "bin"
    tools.mkdir()
    git = tools / "git"
    git.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/asked\nexec sleep 50\n")
    git.chmod(0o755)
    environ = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "CONTEXTFS_HOOK_DEADLINE": "1500"}
    began = time.monotonic()
    given = prompt(cwd=str(repository))
    done = hook("user-prompt", given, CONTEXTFS_NAMESPACE="", **environ)
    assert time.monotonic() - began < 12
    assert done.stdout == b""
    assert (tmp_path / "asked").exists()
    assert not alive(int((tmp_path / "asked").read_text()))


def alive(process: int) -> bool:
    """Whether a process is there after a moment."""
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


@POSIX
def test_a_crash_of_the_work_is_not_heard(decision: str, environment: dict[str, str], tmp_path: Path) -> None:
    """A library that takes the whole process down leaves the host with 0 and silence."""
    code = """
import os, sys
from contextfs.integrations import hook, hook_events
def crash(*_): os.kill(os.getpid(), 11)
hook_events.serve = crash
hook.main(["user-prompt"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(prompt()).encode(),
        capture_output=True,
        check=False,
        env=environment,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@POSIX
def test_a_deleted_directory_is_no_trouble(
    decision: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Somebody who works in a directory that is gone is answered all the same."""
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f'cd {gone} && rmdir {gone} && exec "{sys.executable}" -m contextfs hook user-prompt'
    told = json.dumps(prompt(cwd="")).encode()
    done = subprocess.run(
        line, shell=True, input=told, capture_output=True, check=False, env=environment, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert DECISION in text_in(done)


@POSIX
def test_a_full_disk_is_no_trouble(
    decision: str, environment: dict[str, str], tmp_path: Path, data: Path
) -> None:
    """Where not a byte can be written, a prompt is answered or not, and nobody hears of it."""
    for command in ("user-prompt", "stop", "post-tool", "session-start", "pre-compact"):
        line = f'ulimit -f 0; exec "{sys.executable}" -m contextfs hook {command} --client claude-code'
        told = {**prompt(), "tool_name": "Write", "tool_input": {"file_path": "/a.py"}}
        done = subprocess.run(
            line,
            shell=True,
            input=json.dumps({**told, "transcript_path": str(transcript("claude-code"))}).encode(),
            capture_output=True,
            check=False,
            env=environment,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == b"" or DECISION in text_in(done)
    with ContextFS(data_dir=data, namespace="team") as ctx:
        assert ctx.list_sessions() == []


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root writes everywhere")
def test_a_disk_that_cannot_be_written_to_is_no_trouble(hook: Hook, decision: str, data: Path) -> None:
    """Where no note can be left, the prompt is answered or not, and nobody hears of it."""
    data.chmod(0o500)
    try:
        said = text_in(hook("user-prompt", prompt()))
        hook("stop", {"session_id": "s1", "transcript_path": str(transcript("claude-code"))})
    finally:
        data.chmod(0o700)
    assert said == "" or DECISION in said


# ── pauses and settings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pause_silences_and_a_resume_speaks(
    hook: Hook, ctx: ContextFS, decision: str, tmp_path: Path
) -> None:
    """While paused, everywhere or in a repository, nothing is injected and nothing captured."""
    repository = tmp_path / "repo"
    (repository / "inside").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", repository], check=True)
    here = prompt(cwd=str(repository / "inside"))
    with ContextFS(data_dir=ctx.settings.data_dir, cwd=str(repository)) as there:
        there.pause(repo=True)
        assert hook("user-prompt", here).stdout == b""
        assert DECISION in text_in(hook("user-prompt", prompt()))
        there.resume()
    ctx.pause("2h")
    stop = {"session_id": "s1", "cwd": "/", "transcript_path": str(transcript("claude-code"))}
    hook("stop", stop, "--client", "claude-code")
    assert hook("user-prompt", prompt("s3")).stdout == b""
    assert ctx.list_sessions() == []
    ctx.resume()
    assert DECISION in text_in(hook("user-prompt", here | {"session_id": "s4"}))
    hook("stop", stop, "--client", "claude-code")
    assert len(ctx.list_sessions()) == 1


def test_settings_switch_each_half_off(hook: Hook, ctx: ContextFS, decision: str) -> None:
    """hook.inject and hook.capture are told apart."""
    assert hook("user-prompt", prompt(), CONTEXTFS_HOOK_INJECT="false").stdout == b""
    stop = {"session_id": "s1", "cwd": "/", "transcript_path": str(transcript("claude-code"))}
    hook("stop", stop, "--client", "claude-code", CONTEXTFS_HOOK_CAPTURE="false")
    assert ctx.list_sessions() == []


def test_an_answer_is_never_longer_than_its_budget(hook: Hook, ctx: ContextFS, decision: str) -> None:
    """With many long memories about one thing the text stays below eight thousand characters."""
    for number in range(30):
        ctx.save(f"Uploaded avatars, note {number}: we keep them where " + f"bucket {number} lies. " * 30)
    text = text_in(hook("user-prompt", prompt(), CONTEXTFS_HOOK_BUDGET="2000"))
    assert 4000 < len(text) <= 8000


# ── capture ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def transcript(name: str) -> Path:
    """The transcript that a real host wrote."""
    found = sorted((FIXTURES / name).rglob("*.jsonl"))
    return found[0]


@pytest.mark.parametrize(
    ("name", "event"),
    [("claude-code", "Stop"), ("codex", "Stop"), ("gemini", "AfterAgent"), ("copilot", "agentStop")],
)
def test_a_transcript_is_captured_as_it_grows(
    hook: Hook, ctx: ContextFS, tmp_path: Path, name: str, event: str
) -> None:
    """Captured turn by turn it holds what an import holds, under the same ids, and importing it adds nothing."""
    whole = transcript(name)
    folder = tmp_path / "copy" / whole.parent.name
    folder.mkdir(parents=True)
    growing = folder / whole.name
    lines = whole.read_bytes().splitlines(keepends=True)
    given = {"session_id": "s1", "cwd": "/", "transcript_path": str(growing), "hook_event_name": event}
    for end in (len(lines) // 3, len(lines) // 2, len(lines)):
        growing.write_bytes(b"".join(lines[:end]))
        hook(event, given, "--client", name)
    growing.write_bytes(b"".join(lines) + b'{"torn')
    hook(event, given, "--client", name)
    (captured,) = ctx.list_sessions()
    assert (captured.tool, captured.client, captured.ended_at) == (name, "hook", None)
    with ContextFS(data_dir=tmp_path / "other", namespace="team") as other:
        other.import_files([str(whole)])
        (imported,) = other.list_sessions(all=True)
        wanted = other.load_session(imported.id).messages
    messages = ctx.load_session(captured.id).messages
    assert imported.id == captured.id
    assert {one.id: one.content for one in messages} == {one.id: one.content for one in wanted}
    done = ctx.import_files([str(growing)])
    assert [(one.sessions, one.messages) for one in done.taken] == [(0, 0)]


@POSIX
def test_a_killed_capture_loses_and_doubles_nothing(
    hook: Hook, ctx: ContextFS, environment: dict[str, str], tmp_path: Path
) -> None:
    """Killed at any moment, a capture leaves a beginning from which the next one goes on."""
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    growing.write_text("".join(line(number) for number in range(1200)))
    given = json.dumps({"session_id": "s1", "cwd": "/", "transcript_path": str(growing)}).encode()
    command = [sys.executable, "-m", "contextfs", "hook", "stop", "--client", "claude-code"]
    for number in range(6):
        child = subprocess.Popen(command, stdin=-1, start_new_session=True, env=environment)
        assert child.stdin
        child.stdin.write(given)
        child.stdin.close()
        time.sleep(0.15 + 0.12 * number)
        for process in children(child.pid):
            os.kill(process, signal.SIGKILL)
        child.kill()
        child.wait()
    for _ in range(20):
        hook("stop", given, "--client", "claude-code")
        if ctx.list_sessions() and ctx.list_sessions()[0].length == 1200:
            break
    loaded = ctx.load_session(session_id("claude-code", "s1"))
    assert [one.content for one in loaded.messages] == [f"message {number}" for number in range(1200)]


def children(process: int) -> list[int]:
    """The processes that a process has started, where the system tells."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def line(number: int) -> str:
    """One message as Claude Code writes it."""
    role = ("user", "assistant")[number % 2]
    told = {
        "type": role,
        "uuid": f"u{number}",
        "sessionId": "s1",
        "timestamp": f"2026-11-20T10:{number // 60 % 60:02}:{number % 60:02}.{number:06}Z",
        "cwd": "/",
        "message": {"role": role, "content": f"message {number}"},
    }
    return json.dumps(told) + "\n"


def test_an_ended_session_has_its_summary(hook: Hook, ctx: ContextFS, tmp_path: Path) -> None:
    """At the end of a session the rest is captured and an extract made, by a process that nobody waits for."""
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    shutil.copy(transcript("claude-code"), growing)
    name = json.loads(next(one for one in growing.read_text().splitlines() if '"sessionId"' in one))[
        "sessionId"
    ]
    given = {"session_id": name, "cwd": "/", "transcript_path": str(growing), "reason": "exit"}
    hook("session-end", given, "--client", "claude-code")
    found = ctx.list_sessions()
    for _ in range(200):
        found = ctx.list_sessions()
        if found and found[0].ended_at:
            break
        time.sleep(0.1)
    assert [(bool(one.ended_at), bool(one.summary), one.length > 3) for one in found] == [(True, True, True)]


def test_touched_files_belong_to_the_session(
    hook: Hook, ctx: ContextFS, decision: str, tmp_path: Path
) -> None:
    """A tool that changes a file is noted at once; one that reads is not."""
    repository = tmp_path / "repo"
    (repository / "src").mkdir(parents=True)
    (repository / "src" / "app.py").write_text("x = 1\n")
    subprocess.run(["git", "init", "-q", repository], check=True)
    for tool, given in (
        ("Edit", {"file_path": str(repository / "src" / "app.py"), "old_string": "1", "new_string": "2"}),
        ("Read", {"file_path": str(repository / "README.md")}),
    ):
        hook("post-tool", {**prompt("s1"), "cwd": str(repository), "tool_name": tool, "tool_input": given})
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    growing.write_text(line(0) + line(1))
    hook("stop", {"session_id": "s1", "cwd": "/", "transcript_path": str(growing)}, "--client", "claude-code")
    with ctx._engine.store.reading() as view:
        assert Conversations.of(view).touched_by(session_id("claude-code", "s1")) == ["src/app.py"]


def test_injected_text_is_never_captured(hook: Hook, ctx: ContextFS, decision: str, tmp_path: Path) -> None:
    """What we put before the model, and what our tools answered, is no message of the session."""
    ours = text_in(hook("user-prompt", prompt()))
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    said = json.loads(line(0))
    said["message"]["content"] = f"<system-reminder>\n{ours}\n</system-reminder>\n{ours}\nand my own words"
    call = {
        "type": "tool_use",
        "id": "c1",
        "name": "mcp__contextfs__contextfs_search",
        "input": {"query": "avatars"},
    }
    asked = json.loads(line(1))
    asked["message"]["content"] = [call]
    answer = json.loads(line(2))
    result = {"type": "tool_result", "tool_use_id": "c1", "content": f"1. {DECISION}"}
    answer["message"] = {"role": "user", "content": [result]}
    stop = {"session_id": "s1", "cwd": "/", "transcript_path": str(growing)}
    for record in (said, asked, answer):  # the call and its answer are read by different processes
        with growing.open("a") as file:
            file.write(json.dumps(record) + "\n")
        hook("stop", stop, "--client", "claude-code")
    messages = ctx.load_session(session_id("claude-code", "s1")).messages
    assert [one.content for one in messages] == ["and my own words"]


# ── the warm helper ─────────────────────────────────────────────────────────────────────────────────────────────────

HELPER = """
import os, sys, time
from contextfs.integrations import hook_helper
if len(sys.argv) > 1:
    hook_helper.serve = lambda *_: time.sleep(30)
helper = hook_helper.Helper(os.environ["CONTEXTFS_DATA_DIR"])
helper.start()
print("up", flush=True)
sys.stdin.read()
helper.stop()
"""


@pytest.fixture
def helper(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A process that has everything loaded and serves hooks."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", HELPER, *arguments]
        child = subprocess.Popen(command, stdin=-1, stdout=-1, env=environment | environ, cwd=tmp_path)
        started.append(child)
        assert child.stdout and child.stdout.readline().strip() == b"up"
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def without_child(environment: dict[str, str], tmp_path: Path, given: object) -> bytes:
    """What a hook prints that can only be helped: it may not start a child."""
    code = "import os; os.fork = None; from contextfs.integrations.hook import main; main(['user-prompt'])"
    command = [sys.executable, "-c", code]
    told = json.dumps(given).encode()
    done = subprocess.run(
        command, input=told, capture_output=True, check=False, env=environment, cwd=tmp_path, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@POSIX
def test_a_warm_helper_answers_as_the_hook_itself_does(
    hook: Hook,
    helper: Callable[..., Any],
    environment: dict[str, str],
    decision: str,
    tmp_path: Path,
    data: Path,
) -> None:
    """With a helper the hook starts no child, gives the same answer, and the same memory comes once."""
    alone = hook("user-prompt", prompt("s1")).stdout
    assert without_child(environment, tmp_path, prompt("s2")) == b""
    child = helper()
    assert without_child(environment, tmp_path, prompt("s3")) == alone
    assert without_child(environment, tmp_path, prompt("s3")) == b""
    assert without_child(environment, tmp_path, prompt("s1")) == b""
    child.communicate()
    assert [one.name for one in data.iterdir() if one.name.endswith(".sock")] == []


@POSIX
def test_a_prompt_without_a_directory_is_not_handed_on(
    helper: Callable[..., Any], environment: dict[str, str], decision: str, tmp_path: Path
) -> None:
    """A helper works somewhere else, so what does not say where it belongs is answered by the hook itself."""
    helper()
    nowhere = {name: value for name, value in prompt("s5").items() if name != "cwd"}
    assert without_child(environment, tmp_path, nowhere) == b""
    assert without_child(environment, tmp_path, prompt("s5")) != b""


@POSIX
def test_a_helper_of_another_environment_refuses(
    hook: Hook, helper: Callable[..., Any], environment: dict[str, str], decision: str, tmp_path: Path
) -> None:
    """Where settings differ the hook does the work itself, with its own."""
    helper(CONTEXTFS_NAMESPACE="another")
    assert without_child(environment, tmp_path, prompt("s2")) == b""
    assert DECISION in text_in(hook("user-prompt", prompt("s2")))


@POSIX
def test_a_helper_that_was_killed_or_hangs_is_no_trouble(
    hook: Hook, helper: Callable[..., Any], decision: str, data: Path
) -> None:
    """A socket that nobody listens at is passed over; one that does not answer costs no more than the deadline."""
    dead = helper()
    dead.kill()
    dead.wait()
    assert [one.suffix for one in data.iterdir() if one.name.startswith("hook-")] == [".sock"]
    assert DECISION in text_in(hook("user-prompt", prompt("s2")))
    helper("hang")
    assert len([one for one in data.iterdir() if one.suffix == ".sock"]) == 1
    began = time.monotonic()
    assert hook("user-prompt", prompt("s3"), CONTEXTFS_HOOK_DEADLINE="600").stdout == b""
    assert time.monotonic() - began < 8


@POSIX
def test_the_mcp_server_of_a_session_helps_its_hooks(
    environment: dict[str, str], decision: str, tmp_path: Path, data: Path
) -> None:
    """The process that serves the assistant's tools serves its hooks too, and takes its socket away at the end."""
    command = [sys.executable, "-m", "contextfs.mcp"]
    server = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=environment, cwd=tmp_path)
    try:
        for _ in range(400):
            if any(one.suffix == ".sock" for one in data.iterdir()):
                break
            time.sleep(0.05)
        assert DECISION.encode() in without_child(environment, tmp_path, prompt("s3"))
    finally:
        server.communicate(timeout=30)
    assert [one.name for one in data.iterdir() if one.suffix == ".sock"] == []


# ── what was taken back ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", ["delete", "erase"])
def test_a_session_that_was_taken_back_stays_away(
    hook: Hook, ctx: ContextFS, data: Path, tmp_path: Path, verb: str
) -> None:
    """Neither a deleted nor an erased session comes back with the next turn, and an erased one leaves no trace."""
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    growing.write_text(line(0).replace("message 0", "the zeppelin is moored") + line(1))
    stop = {"session_id": "s1", "cwd": "/", "transcript_path": str(growing)}
    hook("stop", stop, "--client", "claude-code")
    (session,) = ctx.list_sessions()
    if verb == "delete":
        ctx.delete_session(session.id)
    else:
        assert ctx.erase(session.id).found == []
    with growing.open("a") as file:
        file.write(line(2))
    hook("stop", stop, "--client", "claude-code")
    assert ctx.list_sessions() == []
    if verb == "erase":
        ctx.close()
        assert [one.name for one in data.glob("contextfs.db*") if b"zeppelin" in one.read_bytes()] == []


def test_two_ends_of_turns_at_once_add_each_message_once(
    environment: dict[str, str], ctx: ContextFS, tmp_path: Path
) -> None:
    """Hooks that run at the same time on one transcript, and an import beside them, agree."""
    growing = tmp_path / "projects" / "s1.jsonl"
    growing.parent.mkdir()
    growing.write_text("".join(line(number) for number in range(300)))
    given = json.dumps({"session_id": "s1", "cwd": "/", "transcript_path": str(growing)}).encode()
    command = [sys.executable, "-m", "contextfs", "hook", "stop", "--client", "claude-code"]
    running = [subprocess.Popen(command, stdin=-1, env=environment) for _ in range(3)]
    for one in running:
        assert one.stdin
        one.stdin.write(given)
        one.stdin.close()
    ctx.import_files([str(growing)])
    assert [one.wait(60) for one in running] == [0, 0, 0]
    done = subprocess.run(command, input=given, env=environment, check=True)
    assert done.returncode == 0
    loaded = ctx.load_session(session_id("claude-code", "s1"))
    assert sorted(one.content for one in loaded.messages) == sorted(
        f"message {number}" for number in range(300)
    )
