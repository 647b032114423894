"""Walks are real processes on a store of their own, in a directory of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contextfs import ContextFS

_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "PYTHONPATH", "LANG", "PYTHONDONTWRITEBYTECODE")


class Outcome(NamedTuple):
    """What one process did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


_MANY = """
import io, json, sys
from contextfs.cli.main import run

def one(args, text):
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode("latin-1")), encoding="utf-8")
    sys.stdout, sys.stderr = (io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in (out, err))
    code = run(args)
    return code, out.getvalue().decode(), err.getvalue().decode()

lines = json.load(sys.stdin)
screen = sys.stdout
outcomes = [one(*line) for line in lines]
json.dump(outcomes, screen)
"""


class CommandLine:
    """`contextfs` as somebody types it, with an environment that holds nothing of the machine's own settings."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.directory = home / "work"
        self.directory.mkdir()
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        self.environ = {**kept, "HOME": str(home), "USERPROFILE": str(home), "GIT_CONFIG_NOSYSTEM": "1"}
        self.environ["CONTEXTFS_DATA_DIR"] = str(home / "data")

    @property
    def data(self) -> Path:
        """The data directory."""
        return Path(self.environ["CONTEXTFS_DATA_DIR"])

    def run(self, *args: str, stdin: str | bytes = "", **environ: str) -> Outcome:
        """Run one command line; nobody sits at a terminal."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "contextfs", *args],
            input=given,
            capture_output=True,
            cwd=self.directory,
            env={**self.environ, **environ},
            check=False,
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def did(self, *args: str, stdin: str | bytes = "", **environ: str) -> Outcome:
        """Run one command line that must succeed without a word on standard error."""
        outcome = self.run(*args, stdin=stdin, **environ)
        assert (outcome.code, outcome.err) == (0, ""), outcome
        return outcome

    def refused(self, code: int, *args: str, stdin: str | bytes = "", **environ: str) -> str:
        """Run one command line that must fail with this code, print no result and say what is wrong; returns that."""
        outcome = self.run(*args, stdin=stdin, **environ)
        assert (outcome.code, outcome.out) == (code, ""), outcome
        assert "Error:" in outcome.err
        assert "Traceback" not in outcome.err
        return outcome.err

    def saved(self, *args: str, **environ: str) -> str:
        """Save something; returns its id."""
        return self.did("save", *args, "--json", **environ).json["memory"]["id"]

    def each(
        self, lines: Sequence[Sequence[str]], stdin: Sequence[str] = (), **environ: str
    ) -> list[Outcome]:
        """Run many command lines one after the other in one process, which is kinder to the machine."""
        given = [(list(args), text) for args, text in zip(lines, stdin or [""] * len(lines), strict=True)]
        done = subprocess.run(
            [sys.executable, "-c", _MANY],
            input=json.dumps(given).encode(),
            capture_output=True,
            cwd=self.directory,
            env={**self.environ, **environ},
            check=False,
            timeout=300,
        )
        assert (done.returncode, done.stderr) == (0, b""), done
        return [Outcome(*each) for each in json.loads(done.stdout)]

    def check_refusals(self, table: Sequence[tuple[int, list[str], str]], stdin: str = "") -> None:
        """Each command line fails with its code, prints no result, and its message says at least these words."""
        outcomes = self.each([args for _, args, _ in table], [stdin] * len(table))
        unlike = [
            (args, outcome)
            for (code, args, words), outcome in zip(table, outcomes, strict=True)
            if (outcome.code, outcome.out) != (code, "")
            or not outcome.err.startswith(
                '{"error": ' if {"--json", "--jsonl"} & {*args} else ("Error: ", "Usage: ")
            )
            or words not in outcome.err
            or "Traceback" in outcome.err
        ]
        assert unlike == []

    def git(self, *args: str) -> None:
        """Run git in the working directory."""
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(
            ["git", *who, *args], cwd=self.directory, env=self.environ, check=True, capture_output=True
        )

    def repository(self, name: str = "backend-api") -> None:
        """Make the working directory a repository with a remote, a file and a commit."""
        self.directory = self.home / name
        (self.directory / "src").mkdir(parents=True)
        (self.directory / "src" / "app.py").write_text("print('hello')\n")
        self.git("init", "-q")
        self.git("remote", "add", "origin", f"git@github.com:company/{name}.git")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "Fixed the CORS preflight bug")


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """A command line outside every repository, with an empty store."""
    return CommandLine(tmp_path)


@pytest.fixture
def repo(cli: CommandLine) -> CommandLine:
    """A command line in the repository backend-api."""
    cli.repository()
    return cli


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment that says nothing of a user, a host or settings, in an empty directory; returns that."""
    for name in list(os.environ):
        if name not in _KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LOGNAME", "ada")
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def ctx(bare: Path, tmp_path: Path) -> Iterator[ContextFS]:
    """A ContextFS on an empty store, outside every repository."""
    with ContextFS(data_dir=str(tmp_path / "data"), namespace="notes") as opened:
        yield opened
