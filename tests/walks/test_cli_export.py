"""Moving out and in by the command line: folders, files, pipes, a tree that stays current, the mirror."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

if TYPE_CHECKING:
    from conftest import CommandLine


def pages(folder: Path) -> dict[str, str]:
    """The pages of a tree, by their paths below `namespaces`."""
    root = folder / "namespaces"
    return {str(one.relative_to(root)): one.read_text(encoding="utf-8") for one in sorted(root.rglob("*.md"))}


def waited(for_what: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if for_what():
            return True
        time.sleep(0.05)
    return False


def test_a_folder_a_person_edits(cli: CommandLine) -> None:
    """Export, edit, add, delete, import: each becomes what was meant, and undo takes it back."""
    cli.saved("Use JWT for sessions.", "--type", "decision", "--tags", "auth")
    cli.saved("Deploy with make release.", "--type", "procedural")
    told = cli.did("export", "--to", "notes")
    notes = cli.directory / "notes"
    assert "2 pages written, 0 removed" in told.out
    path = notes / "namespaces" / "global" / "decision" / "use-jwt-for-sessions.md"
    path.write_text(path.read_text().replace("Use JWT", "Use signed JWT"))
    (notes / "namespaces" / "global" / "procedural" / "deploy-with-make-release.md").unlink()
    (notes / "namespaces" / "global" / "locked.md").write_text(
        "Set a busy timeout when the database is locked.\n"
    )
    shown = cli.did("import", "--from", "notes", "--dry-run")
    assert "+Use signed JWT for sessions." in shown.out
    assert cli.did("list", "--json").json["total"] == 2
    told = cli.did("import", "--from", "notes")
    assert "1 new memory, 1 changed memory" in told.out
    assert "Its page is gone: global/procedural/deploy-with-make-release.md" in told.out
    document = cli.did("import", "--from", "notes", "--delete-missing", "--json").json
    assert document["sources"][0]["gone"] == 1
    found = {one["content"] for one in cli.did("list", "--json").json["memories"]}
    assert found == {"Use signed JWT for sessions.", "Set a busy timeout when the database is locked."}
    cli.did("undo")
    assert cli.did("list", "--json").json["total"] == 3


def test_history_through_a_pipe(cli: CommandLine) -> None:
    """`export | import -` fills another store with all that happened, and the same comes out there."""
    subject = cli.saved("Use JWT for sessions.")
    cli.did("update", subject, "Use signed JWT for sessions.")
    cli.did("delete", cli.saved("To be deleted."), "--yes")
    lines = cli.did("export", "--all").out
    other = str(cli.home / "other")
    told = cli.did("import", "-", "--json", stdin=lines, CONTEXTFS_DATA_DIR=other)
    assert told.json["memories"] == 2
    assert cli.did("export", "--all", CONTEXTFS_DATA_DIR=other).out == lines
    assert cli.did("log", subject, CONTEXTFS_DATA_DIR=other).out.count("update") == 1


def test_each_format_and_filter(cli: CommandLine) -> None:
    """The format follows the target or the option, and the filters are those of every list."""
    cli.saved("Use JWT for sessions.", "--type", "decision")
    cli.saved("The port is 8080.")
    told = cli.did("export", "--type", "decision", "--to", "one.jsonl", "--json").json
    assert (told["target"], told["lines"]) == ("one.jsonl", 1)
    graph = cli.did("export", "--format", "memory-server").out.splitlines()
    assert [json.loads(line)["entityType"] for line in graph] == ["decision", "fact"]
    cli.did("export", "--type", "fact", "--to", "tree")
    assert list(pages(cli.directory / "tree")) == ["global/fact/the-port-is-8080.md"]


def test_refusals(cli: CommandLine) -> None:
    """What cannot be done is said with its reason, and nothing is written."""
    cli.saved("Use JWT for sessions.")
    (cli.directory / "file").write_text("in the way")
    cli.check_refusals(
        [
            (2, ["export", "--format", "markdown"], "--to DIR"),
            (2, ["export", "--watch"], "--to DIR"),
            (2, ["export", "--mirror"], "config set mirror true"),
            (2, ["export", "--format", "yaml"], "yaml"),
            (2, ["export", "--namespace", "a", "--all"], "exclude each other"),
            (1, ["export", "--to", "no/such/folder/x.jsonl"], "Cannot write"),
            (1, ["export", "--to", "file/tree"], "Cannot write"),
            (1, ["export", "--to", "x", "--format", "markdown", "--namespace", "a b"], "cannot be the name"),
        ]
    )


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent by signals")
def test_a_watched_folder_stays_current(cli: CommandLine) -> None:
    """What is saved elsewhere appears in the folder, what is deleted goes, and Ctrl-C ends it cleanly."""
    first = cli.saved("Use JWT for sessions.")
    notes = cli.directory / "notes"
    watch = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "export", "--to", "notes", "--watch"],
        cwd=cli.directory,
        env=cli.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert waited(lambda: len(pages(notes)) == 1)
        cli.saved("The port is 8080.")
        assert waited(lambda: len(pages(notes)) == 2)
        cli.did("delete", first, "--yes")
        assert waited(lambda: list(pages(notes)) == ["global/fact/the-port-is-8080.md"])
        before = os.times()
        time.sleep(1)
        assert os.times().children_user == before.children_user  # it sleeps; only its end is counted
    finally:
        watch.send_signal(signal.SIGINT)
        out, err = watch.communicate(timeout=30)
    assert watch.returncode == 0
    assert b"Traceback" not in err
    assert out.count(b"written") == 3


def test_the_mirror_follows(cli: CommandLine) -> None:
    """With the setting on, every command that writes leaves a current tree in the data directory soon after."""
    cli.saved("Saved before the mirror was on.")
    assert not (cli.data / "namespaces").exists()
    cli.did("config", "set", "mirror", "true")
    subject = cli.saved("Use JWT for sessions.")
    assert waited(lambda: len(pages(cli.data)) == 2)
    cli.did("update", subject, "Use signed JWT for sessions.")
    assert waited(lambda: any("signed" in text for text in pages(cli.data).values()))
    cli.did("delete", subject, "--yes")
    assert waited(lambda: list(pages(cli.data)) == ["global/fact/saved-before-the-mirror-was-on.md"])


def test_what_is_erased_leaves_the_mirror(cli: CommandLine) -> None:
    """The page of an erased memory is gone when the command ends, even one that somebody edited."""
    cli.did("config", "set", "mirror", "true")
    subject = cli.saved("Use JWT for sessions.")
    assert waited(lambda: len(pages(cli.data)) == 1)
    (path,) = (cli.data / "namespaces").rglob("*.md")
    path.write_text(path.read_text() + "\nmine\n")
    cli.did("erase", subject, "--yes")
    assert not path.exists()


def test_the_mirror_can_be_edited(cli: CommandLine) -> None:
    """The tree in the data directory is one like any other: edits of it can be imported."""
    cli.did("config", "set", "mirror", "true")
    subject = cli.saved("Use JWT for sessions.")
    assert waited(lambda: len(pages(cli.data)) == 1)
    (path,) = (cli.data / "namespaces").rglob("*.md")
    path.write_text(path.read_text().replace("Use JWT", "Use signed JWT"))
    cli.did("import", "--from", str(cli.data))
    assert cli.did("recall", subject, "--raw").out == "Use signed JWT for sessions."
    assert cli.did("export", "--mirror", "--json").json == {"pages": 0}


def test_an_old_store_moves_in(cli: CommandLine) -> None:
    """The context.db of an older contextfs in the same directory is taken in, and undo takes it out again."""
    cli.data.mkdir()
    connection = apsw.Connection(str(cli.data / "context.db"))
    connection.execute(
        "CREATE TABLE memories(id, content, type, tags, namespace_id, created_at, updated_at, metadata);"
        "CREATE TABLE sessions(id, tool, started_at);"
        "INSERT INTO memories VALUES ('a', 'Use JWT for sessions.', 'decision', '[\"auth\"]', 'global',"
        " '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00', '{}')"
    )
    connection.close()
    told = cli.did("import", str(cli.data / "context.db"))
    assert "1 new memory" in told.out
    assert cli.did("search", "JWT", "--json").json["results"][0]["memory"]["type"] == "decision"
    assert "Nothing new" in cli.did("import", str(cli.data / "context.db")).out
    cli.did("undo")
    assert cli.did("list", "--all", "--json").json["total"] == 0
