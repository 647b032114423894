"""The pages on moving in and out: every command on them is run as it stands there, in order, on small sources."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WHEN = "'2026-01-01T00:00:00+00:00'"
DATABASES = {
    ".contextfs/context.db": "CREATE TABLE memories(id, content, type, namespace_id, created_at, metadata);"
    " CREATE TABLE sessions(id, tool, started_at);"
    f" INSERT INTO memories VALUES ('a', 'Old and gold: use JWT.', 'decision', 'global', {_WHEN}, '{{}}')",
    ".claude/pact-memory/memory.db": "CREATE TABLE memories(id, context, goal, active_tasks,"
    " lessons_learned, decisions, entities, created_at); INSERT INTO memories(id, context, created_at)"
    f" VALUES ('p', 'Rate limiting with a sorted set', {_WHEN})",
    ".claude-mem/claude-mem.db": "CREATE TABLE observations(id, project, type, title, narrative, created_at);"
    f" INSERT INTO observations VALUES (1, 'shop', 'bugfix', 'Double orders', 'Send a key.', {_WHEN})",
}
HOME = {"basic-memory/api.md": "# API\n\n- implements [[Specification]]\n"} | {
    ".claude/projects/-home-ada-shop/memory/MEMORY.md": "# Memory\n\n- The linter needs Node 24\n"
}
HERE = {
    "memory.jsonl": json.dumps(
        {"type": "entity", "name": "Billing", "entityType": "service", "observations": ["Go"]}
    ),
    "mem0.json": json.dumps(
        {"results": [{"id": "1", "memory": "Prefers tabs over spaces", "user_id": "ann"}]}
    ),
    "CLAUDE.md": "# Commands\n\n- Run the tests with `make test`\n",
    "docs/adr/0001-use-adr.md": "# 1. Use records\n\n## Context\n\nWe forget.\n\n## Decision\n\nWrite.\n",
}


def commands(page: str) -> list[str]:
    """The command lines of a page, in their order."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    return [line for line in lines if line.startswith("contextfs ")]


def arguments(cli: CommandLine, line: str) -> list[str]:
    """The words of a command line, the home directory in its place."""
    words = shlex.split(line, comments=True)[1:]
    return [word.replace("~", str(cli.home), 1) if word.startswith("~") else word for word in words]


@pytest.fixture
def sources(cli: CommandLine) -> CommandLine:
    """Something of every tool that the page names."""
    for base, texts in ((cli.home, HOME), (cli.directory, HERE)):
        for name, text in texts.items():
            (base / name).parent.mkdir(parents=True, exist_ok=True)
            (base / name).write_text(text, encoding="utf-8")
    for name, sql in DATABASES.items():
        (cli.home / name).parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(cli.home / name))
        connection.execute(sql)
        connection.close()
    return cli


def test_moving_in(sources: CommandLine) -> None:
    """Each command of the page takes something in, and one memory of each tool is found afterwards."""
    lines = commands("move-in.md")
    assert len(lines) >= 10
    for line in lines:
        told = sources.did(*arguments(sources, line), "--json").json
        assert told["memories"] == 1, line
        assert told["refused"] == [], line
    found = {one["source_tool"] for one in sources.did("list", "--all", "--json").json["memories"]}
    assert found == {
        *(
            "contextfs",
            "pact",
            "claude-mem",
            "memory-server",
            "mem0",
            "markdown",
            "claude-code",
            "instructions",
            "adr",
        ),
    }


def test_moving_out(cli: CommandLine) -> None:
    """The commands of the page run one after the other, and what they leave behind is current."""
    cli.environ["CONTEXTFS_DATA_DIR"] = str(cli.home / ".contextfs")
    cli.saved("We use JWT for auth, since sessions must survive a restart.", "--type", "decision")
    lines = commands("export.md")
    assert len(lines) >= 7
    for line in lines:
        if "--watch" not in line:  # it has a walk of its own
            cli.did(*arguments(cli, line))
    assert list((cli.directory / "notes").rglob("we-use-jwt*.md"))
    assert cli.did("export", "--mirror", "--json").json == {"pages": 1}
    assert cli.did("export", "--mirror", "--json").json == {"pages": 0}
