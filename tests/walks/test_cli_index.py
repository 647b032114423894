"""contextfs index, and code in the answers of search, as somebody types it and as an assistant calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from contextfs import ContextFS, MemoryType
from contextfs.mcp.server import build

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine

RETRY = '''def retry_webhook(event):
    """Deliver the webhook again, five times at most."""
    return deliver(event, attempts=5)
'''
QUESTION = "deliver the webhook again"


@pytest.fixture
def shop(repo: CommandLine) -> CommandLine:
    """A repository with something to find."""
    (repo.directory / "src" / "retry.py").write_text(RETRY)
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "Retry webhooks five times")
    return repo


def test_from_nothing_to_a_place(shop: CommandLine) -> None:
    """Each step says what it did and what comes next."""
    assert "is not indexed" in shop.did("index", "status").out
    assert "contextfs index" in shop.did("search", QUESTION, "--code").out
    told = shop.did("index").out
    assert "2 files, 2 passages, 2 commits" in told
    assert shop.did("index").out.startswith("Up to date: 2 files")
    assert (
        shop.did("search", QUESTION, "--code", "-n", "1")
        .out.split("\n")[0]
        .endswith("src/retry.py:1 retry_webhook")
    )
    assert "Retry webhooks five times" in shop.did("search", "webhooks retried five times", "--commits").out
    assert str(shop.directory) in shop.did("index", "list").out
    assert "1 working tree" in shop.did("index", "clear", "--yes").out
    assert "No repository is indexed." in shop.did("index", "list").out


def test_code_and_commits_are_asked_for_alone_and_together(shop: CommandLine) -> None:
    """Both flags ask both; what cannot be narrowed that way is refused; JSON always has its list."""
    shop.did("index")
    both = shop.did("search", QUESTION, "--code", "--commits", "--json").json
    assert {one["kind"] for one in both["code"]} == {"code", "commit"}
    assert shop.did("search", "zebra stripes", "--code", "--json").json["code"] == []
    rows = [json.loads(line) for line in shop.did("search", QUESTION, "--code", "--jsonl").out.splitlines()]
    assert rows[0]["place"] == "src/retry.py:1"
    refused = shop.run("search", QUESTION, "--code", "--type", "decision")
    assert refused.code == 2
    assert "--type narrows memories, not code" in refused.err
    assert shop.run("search", QUESTION, "--commits", "--tags", "a").code == 2
    assert "contextfs index" not in shop.did("search", QUESTION, "--commits", "--author", "Nobody").out


def test_places_open_where_one_stands(shop: CommandLine) -> None:
    """A place is shown from the current directory, and whole from outside the repository."""
    shop.did("index")
    top = shop.directory
    shop.directory = top / "src"
    assert shop.did("search", QUESTION, "--code", "-n", "1").out.split("] ")[1].startswith("retry.py:1 ")
    shop.directory = top.parent
    assert f"{top}/src/retry.py:1" in shop.did("search", QUESTION, "--code", "-n", "1").out


def test_help_names_the_options_of_the_usual_command(shop: CommandLine) -> None:
    """`index --help` says what `index` takes."""
    told = shop.did("index", "--help").out
    assert all(option in told for option in ("--force", "--commits", "--watch"))


def test_memories_come_first(shop: CommandLine) -> None:
    """Then a short section of code; a question that is narrowed down to memories gets none."""
    shop.saved(
        "We deliver the webhook again five times, because the provider drops one in fifty",
        "--type",
        "decision",
    )
    assert "In the code:" not in shop.did("search", QUESTION).out
    shop.did("index")
    told = shop.did("search", QUESTION).out
    assert (
        told.index("the provider drops one in fifty")
        < told.index("In the code:")
        < told.index("src/retry.py:1")
    )
    for narrowed in (["--type", "decision"], ["--namespace", "global"], ["--tool", "cursor"]):
        assert "In the code:" not in shop.did("search", QUESTION, *narrowed).out
    everything = shop.did("search", QUESTION, "--everything", "--json").json
    assert len(everything["results"]) == 1
    assert {one["kind"] for one in everything["code"]} == {"code", "commit"}
    only = shop.did("search", QUESTION, "--code", "--json").json
    assert (only["results"], only["code"][0]["place"]) == ([], "src/retry.py:1")


def test_index_force_refreshes_embeddings(cli: CommandLine) -> None:
    """The guide's advice for irrelevant results, as written: outside a repository it does the memories."""
    cli.saved("PostgreSQL connection pool exhaustion error: raise max_connections to 200", "--type", "error")
    assert cli.did("index", "--force").out.startswith("Indexed 1 memories.")
    with ContextFS(data_dir=cli.data, cwd=str(cli.directory)) as ctx:
        assert len(ctx.search("PostgreSQL connection pool exhaustion error")) == 1
        assert len(ctx.search("database connection", type=MemoryType.ERROR)) == 1


def test_index_force_in_a_repository_does_both(shop: CommandLine) -> None:
    """Code is read again and the vectors of memories are made again."""
    shop.saved("The webhook secret rotates monthly")
    shop.did("index")
    found = shop.did("index", "--force", "--json").json
    assert (found["read"], found["memories"], found["unchanged"]) == (2, 1, False)


def test_what_cannot_be_indexed(cli: CommandLine) -> None:
    """It is said why, and what to do."""
    assert "not in a git repository" in cli.refused(1, "index")
    assert "is no directory" in cli.refused(1, "index", "nowhere")
    assert "not in a git repository" in cli.refused(1, "index", "status")
    assert "commits" in cli.refused(2, "index", "--commits", "-1")


def test_watching_until_interrupted(shop: CommandLine) -> None:
    """What changes is indexed by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "index", "--watch"],
        cwd=shop.directory,
        env={**shop.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert "2 files" in process.stdout.readline()
    (shop.directory / "src" / "new.py").write_text(RETRY.replace("retry_webhook", "retry_email"))
    shop.git("add", ".")
    line = ""
    while "3 files" not in line:
        line = process.stdout.readline()
        assert line
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_place_is_a_link_at_a_terminal(shop: CommandLine) -> None:
    """Where colours are seen; elsewhere it is plain text."""
    pty = pytest.importorskip("pty", reason="needs a Unix terminal")
    shop.did("index")
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "contextfs", "search", QUESTION, "--code"],
        cwd=shop.directory,
        env={**shop.environ, "TERM": "xterm"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
    os.close(master)
    assert process.wait(30) == 0
    assert f"\x1b]8;;file://{shop.directory}/src/retry.py#L1\x1b\\".encode() in seen
    assert "\x1b" not in shop.did("search", QUESTION, "--code").out


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server uses."""
    return "asyncio"


@pytest.mark.anyio
async def test_an_assistant_indexes_and_searches(shop: CommandLine) -> None:
    """The call returns at once, the status tells when it is done, and search shows places in the code."""
    from mcp.client import Client

    front = ContextFS(data_dir=shop.data, cwd=str(shop.directory), surface="mcp")
    async with Client(build(front)) as client:

        async def call(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result
            return json.loads(json.dumps(result.structured_content))

        assert (await call("contextfs_index_status"))["files"] == 0
        await call("contextfs_index")
        with anyio.fail_after(60):
            while (state := await call("contextfs_index_status"))["running"]:  # noqa: ASYNC110 - a client has no event
                await anyio.sleep(0.05)
        assert (state["files"], state["commits"]) == (2, 2)
        found = await call("contextfs_search", query=QUESTION)
        assert found["code"][0]["place"] == "src/retry.py:1"


def test_saving_after_indexing_is_as_ever(shop: CommandLine, tmp_path: Path) -> None:
    """Code is never listed, exported or counted as a memory."""
    shop.did("index")
    shop.saved("The webhook secret rotates monthly")
    assert len(shop.did("list", "--json").json["memories"]) == 1
    shop.did("export", "--to", str(tmp_path / "pages"))
    assert not any("retry_webhook" in page.read_text() for page in (tmp_path / "pages").rglob("*.md"))
