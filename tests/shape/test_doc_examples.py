"""What the documentation tells people to type is what the programs accept."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from contextfs.cli.group import LazyGroup
from contextfs.cli.main import root as command_line

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOP = Path(__file__).parents[2]
PAGES = [
    TOP / "README.md",
    *(page for page in (TOP / "docs").rglob("*.md") if page.parent.name != "reference"),
]


def blocks(*languages: str) -> list[str]:
    """The code blocks of all written pages in one of these languages."""
    found = [pair for page in PAGES for pair in BLOCK.findall(page.read_text(encoding="utf-8"))]
    return [code for language, code in found if language in languages]


def command_lines() -> list[str]:
    """Every line of the documentation that runs contextfs."""
    lines = [line.removeprefix("$ ") for block in blocks("bash", "console") for line in block.splitlines()]
    return sorted({line for line in lines if line.startswith("contextfs ")})


@pytest.mark.parametrize("line", command_lines())
def test_documented_commands_are_accepted(line: str) -> None:
    """A command line in the documentation names a command that exists and options that it takes."""
    arguments = shlex.split(line, comments=True)[1:]
    context = click.Context(command_line, info_name="contextfs")
    while isinstance(context.command, click.Group):
        if isinstance(context.command, LazyGroup):
            arguments = context.command.completed(arguments)
        name, *arguments = arguments
        command = context.command.get_command(context, name)
        assert command is not None, f"there is no command {name!r}"
        context = entered(command, arguments, context)
    assert context.args == []


def entered(command: click.Command, arguments: list[str], parent: click.Context) -> click.Context:
    """The context in which a command would run; a group is left to look at its own arguments."""
    if isinstance(command, click.Group):
        return click.Context(command, parent, command.name)
    return command.make_context(command.name, list(arguments), parent)


def test_documented_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python of the documentation runs as written and prints what it promises."""
    monkeypatch.setenv("CONTEXTFS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    programs = blocks("python")
    assert programs
    for program in programs:
        exec(compile(program, "documentation", "exec"), {})
        assert "Redis" in capsys.readouterr().out
