"""contextfs save, in all the ways that a text reaches it."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine


def test_a_save_says_what_was_saved(repo: CommandLine) -> None:
    """The short id, the type and the title; recall then shows everything about it."""
    said = repo.did(
        "save",
        "Use bcrypt with cost factor 12, because it resists brute force",
        *("--type", "decision", "--tags", "Security,auth", "--tags", "feature/login", "--project", "my-saas"),
        *("--structured", '{"status": "accepted"}'),
        *("--summary", "Password hashing", "--metadata", "sprint=42", "--metadata", "team=platform"),
        *("--file", "src/app.py", "--owner", "Ada", "--review-at", "90d", "--expires-at", "2099-01-01"),
    ).out
    assert said.splitlines()[0].endswith("[decision] Password hashing")
    assert said.startswith("Saved ")
    memory = repo.did("recall", said.split()[1], "--json").json
    assert memory["tags"] == ["security", "auth", "feature/login"]
    assert memory["metadata"] == {"sprint": 42, "team": "platform"}
    assert memory["structured"] == {"status": "accepted"}
    assert (memory["project"], memory["files"], memory["owner"]) == ("my-saas", ["src/app.py"], "Ada")
    assert (memory["source_tool"], memory["source_repo"], memory["branch"]) == ("cli", "backend-api", "main")
    assert memory["expires_at"].startswith(("2098-12-31", "2099-01-01"))
    assert memory["review_at"] > memory["created_at"]


def test_the_json_of_a_save_tells_everything(cli: CommandLine) -> None:
    """The memory, whether it is new, what is similar and the advice."""
    document = cli.did("save", "Fixed the bug", "--json").json
    assert set(document) == {"memory", "created", "similar", "advice"}
    assert document["created"] is True
    assert document["advice"]


@pytest.mark.parametrize(
    ("args", "stdin", "content"),
    [
        (["- item one"], "", "- item one"),
        (["--type", "fact", "--", "-x"], "", "-x"),
        (["- item one\n- item two", "--tags", "list"], "", "- item one\n- item two"),
        (["-"], "from a pipe\n", "from a pipe\n"),
        (["--type", "fact"], "piped without a dash", "piped without a dash"),
        (["Grüße, 世界 🎉 'quoted' \"twice\" $HOME"], "", "Grüße, 世界 🎉 'quoted' \"twice\" $HOME"),
    ],
)
def test_content_reaches_the_store_as_it_was_given(
    cli: CommandLine, args: list[str], stdin: str, content: str
) -> None:
    """Argument, standard input, a leading dash, quotes and any script are just text."""
    saved = cli.did("save", "--json", *args, stdin=stdin).json["memory"]
    assert saved["content"].strip() == content.strip()


def test_a_file_is_saved_and_remembered_by_its_place_in_the_repository(repo: CommandLine) -> None:
    """Without CONTENT the file's text is saved; the path is kept from the top of the repository."""
    repo.directory /= "src"
    memory = repo.did("save", "--file", "app.py", "--type", "code", "--json").json["memory"]
    assert (memory["content"].strip(), memory["files"]) == ("print('hello')", ["src/app.py"])


def test_saving_it_again_returns_what_is_there(cli: CommandLine) -> None:
    """The same text is one memory; new tags are kept."""
    first = cli.saved("Production runs PostgreSQL 15", "--tags", "database")
    again = cli.did("save", "Production runs PostgreSQL 15", "--tags", "production").out
    assert again.startswith(f"Already there: {first[:8]} [fact]")
    assert cli.did("recall", first, "--json").json["tags"] == ["database", "production"]


def test_a_near_duplicate_names_the_command_that_updates_instead(cli: CommandLine) -> None:
    """The similar memory is named, and the printed command line does what it says when it is run."""
    old = cli.saved("The API rate limit is 1000 requests per minute for each user", "--tags", "api")
    said = cli.did(
        "save", "The API rate limit is 1000 requests per minute for every user", "--tags", "api"
    ).out
    line = next(line for line in said.splitlines() if line.startswith("  contextfs "))
    assert f"to {old[:8]} [fact]" in said
    deleted, _, updated = line.strip().partition(" && ")
    cli.did(*deleted.split()[1:])
    cli.did(*updated.split(" -- ")[0].split()[1:], "--", updated.split(" -- ")[1].strip("'"))
    listed = cli.did("list", "--json").json["memories"]
    assert [(each["id"], each["content"].split()[-2:]) for each in listed] == [(old, ["every", "user"])]


def test_a_bad_example_gets_one_line_of_advice(cli: CommandLine) -> None:
    """`Using Redis` is saved and advised on; advice.enabled turns that off, and --quiet everything."""
    assert "Advice: " in cli.did("save", "Using Redis", "--type", "decision").out
    assert (
        "Advice: " not in cli.did("save", "Using Kafka", "--type", "decision", CONTEXTFS_ADVICE="false").out
    )
    assert cli.did("save", "Using NATS", "--quiet").out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ('sed -i.bak "s/{title}/ADR-7: SQLite/" "$1"', 0, "[decision] ADR-7: SQLite"),
        ("true", 1, "Nothing saved"),
        (': > "$1"', 1, "Nothing saved"),
    ],
)
def test_a_template_is_filled_in_by_an_editor(cli: CommandLine, script: str, code: int, said: str) -> None:
    """$EDITOR opens on the type's template with today's date; unchanged or emptied, nothing is saved."""
    editor = cli.home / "editor"
    editor.write_text(f"#!/bin/sh\ngrep -q 'Date:.* 20' \"$1\" || exit 3\n{script}\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    outcome = cli.run("save", "--template", "decision", EDITOR=str(editor))
    assert outcome.code == code
    assert said in outcome.out + outcome.err
    assert cli.did("list", "--json").json["total"] == (1 if code == 0 else 0)


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
def test_what_somebody_wrote_in_the_editor_is_not_lost(cli: CommandLine) -> None:
    """A save that is refused names the file that still holds the text; one that works leaves no file."""
    editor = cli.home / "editor"
    editor.write_text('#!/bin/sh\nprintf "We take SQLite, as one file is enough %s" "$MARK" > "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    folder = cli.home / "tmp"
    folder.mkdir()
    environ = {"EDITOR": str(editor), "TMPDIR": str(folder)}
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    message = cli.refused(1, "save", "--template", "decision", **environ, MARK=secret)
    (kept,) = folder.iterdir()
    assert f"contextfs save --type decision - < {kept}" in message
    assert secret in kept.read_text()
    kept.unlink()
    outcome = cli.did("save", "--template", "decision", "--namespace", "global", **environ, MARK="for us")
    assert "[decision] We take SQLite" in outcome.out
    assert list(folder.iterdir()) == []


def test_the_source_tool_is_the_one_that_is_named(cli: CommandLine) -> None:
    """--source-tool wins over the environment, and the environment over `cli`."""
    env = {"CONTEXTFS_SOURCE_TOOL": "my-bot"}
    by_env = cli.saved("Saved by a bot", **env)
    by_option = cli.saved("Saved by another", "--source-tool", "codex", "--repo", "elsewhere", **env)
    documents = cli.did("recall", by_env, by_option, "--json").json
    assert [(each["source_tool"], each["source_repo"]) for each in documents] == [
        ("my-bot", ""),
        ("codex", "elsewhere"),
    ]


def test_a_secret_is_refused_unless_it_is_allowed(cli: CommandLine) -> None:
    """The message says what was seen without showing it, and how to go on."""
    secret = "The key is ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    message = cli.refused(1, "save", secret)
    assert "--allow-secret" in message
    assert secret.split("_")[1] not in message
    assert cli.did("save", secret, "--allow-secret", "--quiet").code == 0


WRONG_SAVE = (
    (2, ["save", "text", "--type", "nonsense"], "'nonsense' is not a memory type"),
    (2, ["save", "text", "--metadata", "sprint"], "key=value"),
    (2, ["save", "text", "--expires-at", "someday"], "'someday'"),
    (2, ["save", "text", "--structured", "[1]"], "JSON object"),
    (2, ["save", "text", "--tpye", "fact"], "--type"),
    (2, ["save", "text", "--template", "decision"], "--template"),
    (2, ["save", "--template", "decision"], "EDITOR"),
    (2, ["save", "-x"], "comes after a bare --"),
    (2, ["save", "one", "two"], "two"),
    (1, ["save", ""], "empty"),
    (1, ["save", "   "], "empty"),
    (1, ["save", "text", "--namespace", "no good"], "'no good'"),
    (1, ["save", "--file", "missing.md"], "missing.md"),
    (1, ["save", "-"], "UTF-8"),
)


def test_a_wrong_save_says_what_is_wrong(cli: CommandLine) -> None:
    """The value that was wrong is named, and nothing is saved."""
    cli.check_refusals(WRONG_SAVE, stdin="\xff")
    assert not os.path.exists(cli.data) or cli.did("list", "--json").json["total"] == 0
