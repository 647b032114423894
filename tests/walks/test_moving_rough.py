"""Moving in and out where things are not as they should be: devices, links, damaged files, strange times."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contextfs import ContextFS
from contextfs.errors import InvalidInput

if TYPE_CHECKING:
    from conftest import CommandLine

SAMPLES = Path(__file__).parents[1] / "fixtures" / "transcripts"
posix = pytest.mark.skipif(os.name != "posix", reason="named pipes, devices and links")


def talk(*said: str, **more: object) -> dict[str, Any]:
    """A conversation as JSON."""
    return {"messages": [{"role": "user", "content": text, **more} for text in said]}


def written(path: Path, value: object) -> Path:
    """A file with this JSON."""
    path.write_text(json.dumps(value))
    return path


def transcript(path: Path, count: int) -> Path:
    """A Claude Code transcript with so many messages."""
    lines = [
        {
            "type": "user",
            "uuid": f"u{place}",
            "sessionId": "s1",
            "timestamp": f"2026-05-01T10:00:{place:02}.000Z",
            "message": {"role": "user", "content": f"text number {place}"},
        }
        for place in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@posix
def test_a_pipe_is_written_to_and_stays_one(ctx: ContextFS, tmp_path: Path) -> None:
    """An export into a named pipe reaches its reader; no file takes its place."""
    ctx.save("We deploy on Fridays, since nobody else does.")
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    ctx.export(pipe, "jsonl")
    reader.join(20)
    assert pipe.is_fifo()
    assert "Fridays" in read[0]


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
def test_a_full_device_is_told_of(ctx: ContextFS) -> None:
    """Where nothing can be written the export fails, and the device is still one."""
    ctx.save("We deploy on Fridays.")
    with pytest.raises(InvalidInput, match="No space left"):
        ctx.export("/dev/full", "jsonl")
    assert Path("/dev/full").is_char_device()


@posix
def test_a_link_stays_a_link(ctx: ContextFS, tmp_path: Path) -> None:
    """An export to a link to a file writes that file."""
    ctx.save("We deploy on Fridays.")
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    ctx.export(tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert "Fridays" in (tmp_path / "real.jsonl").read_text()


@posix
def test_standard_output_by_name(cli: CommandLine) -> None:
    """`--to /dev/stdout` is the same as no `--to`."""
    cli.did("save", "We deploy on Fridays.")
    plain = cli.did("export", "--format", "jsonl")
    assert cli.did("export", "--format", "jsonl", "--to", "/dev/stdout") == plain


@posix
def test_watching_ends_quietly(cli: CommandLine) -> None:
    """Ctrl-C is how `export --watch` ends: without an error."""
    cli.did("save", "We deploy on Fridays.")
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "export", "--to", "notes", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cli.directory,
        env={**cli.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert process.stdout is not None
    assert "1 pages written" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.strip()) == (0, "")


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_conversations_with_one_summary_have_a_memory_each(ctx: ContextFS) -> None:
    """A memory is linked to the conversation it came with, and importing that again makes no other."""
    first, second = talk("How do we deploy?"), talk("How do we roll back?")
    one = ctx.import_conversation(first, summary="About operations")
    other = ctx.import_conversation(second, summary="About operations")
    assert one.session_id != other.session_id
    assert ctx.load_session(other.session_id).messages[0].content == "How do we roll back?"
    assert ctx.import_conversation(second, summary="About operations").id == other.id
    assert ctx.import_conversation(first, summary="About operations").id == one.id
    ctx.erase(one.id)
    assert ctx.import_conversation(first, summary="About operations").session_id == one.session_id


@pytest.mark.parametrize("at", [99999999999999, "5138-01-01T00:00:00Z", "1912-06-23T00:00:00Z", -1])
def test_times_that_cannot_be_are_unknown(ctx: ContextFS, tmp_path: Path, at: object) -> None:
    """A message of the far future or of the time before computers does not date its session."""
    ctx.import_files(written(tmp_path / "chat.json", talk("hello", timestamp=at)))
    (session,) = ctx.list_sessions(all=True)
    assert session.started_at is not None
    assert abs(session.started_at - datetime.now(UTC)) < timedelta(hours=1)
    assert ctx.load_session(session.id).messages[0].at is None


@posix
def test_links_out_of_a_folder_are_not_followed(ctx: ContextFS, tmp_path: Path) -> None:
    """Of a folder of notes only what lies in it is taken, also by way of links inside it."""
    (tmp_path / "outside.md").write_text("# Private\n\nNobody asked for this.\n")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# Queue\n\nJobs are rows of a table.\n")
    (notes / "link.md").symlink_to(tmp_path / "outside.md")
    (notes / "inner.md").symlink_to(notes / "a.md")
    ctx.import_files(notes)
    texts = [memory.content for memory in ctx.list_recent(all=True)]
    assert any("rows of a table" in text for text in texts)
    assert not any("Nobody asked" in text for text in texts)


def test_refused_pages_are_seen_by_scripts(cli: CommandLine) -> None:
    """An import that refused a memory ends with 1."""
    cli.did("save", "We deploy on Fridays.")
    cli.did("export", "--to", "notes")
    (page,) = (cli.directory / "notes").rglob("*.md")
    page.write_text(page.read_text().replace("type: fact", "type: nonsense"))
    outcome = cli.run("import", "--from", "notes")
    assert (outcome.code, "nonsense" in outcome.out) == (1, True), outcome


def test_a_message_may_hold_any_bytes(cli: CommandLine) -> None:
    """The output of a build with a byte that is no text is recorded, with a remark."""
    outcome = cli.run("session", "message", "--role", "tool", "-", stdin=b"Fehler: \xfcbel\n")
    assert (outcome.code, "UTF-8" in outcome.err) == (0, True), outcome
    assert "Fehler: \ufffdbel" in cli.did("session", "load").out


def test_an_export_without_its_header_is_no_conversation(ctx: ContextFS, tmp_path: Path) -> None:
    """Lines of an export in another order are refused, whether they begin with a change or with a message."""
    ctx.import_files(SAMPLES)
    ctx.save("We deploy on Fridays.")
    ctx.export(tmp_path / "all.jsonl", all=True)
    lines = (tmp_path / "all.jsonl").read_text().splitlines(keepends=True)
    for name, some in (("turned", lines[::-1]), ("beheaded", lines[1:]), ("said", lines[-9:-1])):
        (tmp_path / name).write_text("".join(some))
        with ContextFS(data_dir=str(tmp_path / f"other-{name}")) as other:
            done = other.import_files(tmp_path / name)
            assert "header" in done.refused[0][1]
            assert other.list_sessions(all=True) == []


def test_why_a_file_cannot_be_read(ctx: ContextFS, tmp_path: Path) -> None:
    """Half an archive is called damaged, and UTF-16 by its name."""
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as archive:
        archive.write(SAMPLES / "chatgpt" / "conversations.json", "conversations.json")
    data = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(data[: len(data) // 2])
    (tmp_path / "wide.json").write_bytes(json.dumps(talk("hello")).encode("utf-16"))
    done = ctx.import_files([tmp_path / "half.zip", tmp_path / "wide.json"])
    (_, half), (_, wide) = done.refused
    assert "damaged" in half
    assert "UTF-16" in wide


# ── back again, and gone ────────────────────────────────────────────────────────────────────────────────────────────


def test_undo_says_what_it_leaves(cli: CommandLine) -> None:
    """Undoing an import by which a session grew names what stays."""
    path = transcript(cli.directory / "a.jsonl", 2)
    cli.did("import", str(path))
    transcript(path, 5)
    cli.did("import", str(path))
    assert "added to it stay" in cli.did("undo").out
    assert "is gone again" in cli.did("undo").out
    assert cli.did("sessions", "--all", "--json").json["sessions"] == []


def test_an_erased_import_leaves_nothing_behind(ctx: ContextFS) -> None:
    """The words of a format, which the store keeps for itself, are no words of an erased session."""
    ctx.import_files(SAMPLES)
    assert [ctx.erase(session.id).found for session in ctx.list_sessions(100, all=True)] == [[]] * 9


def test_the_receipt_names_memories_of_the_session(cli: CommandLine) -> None:
    """Memories of an erased session stay; the receipt says which they are."""
    cli.did("session", "message", "The zebra crossing is painted on Mondays.")
    memory = cli.did("session", "save", "--json").json
    session = memory["session_id"]
    receipt = cli.did("erase", session, "--yes")
    assert f"{memory['id'][:8]}" in receipt.out
    assert "may repeat its words" in receipt.out
