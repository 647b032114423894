"""The table of commands and how a text that looks like an option is told from one."""

from __future__ import annotations

import shlex

import click
import pytest

from contextfs.cli.group import LazyGroup, Verb, apart
from contextfs.cli.main import EXIT_CODES, root
from contextfs.cli.table import COMMANDS

OPTIONS = {"--type": True, "-t": True, "--json": False, "--summary": True}


def commands(group: LazyGroup, path: str = "contextfs") -> list[tuple[str, click.Command]]:
    """Every command of a group and of the groups in it, with how it is typed."""
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found.append((f"{path} {name}", command))
        found += commands(command, f"{path} {name}") if isinstance(command, LazyGroup) else []
    return found


ALL = commands(root)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        (["- item one"], ["--", "- item one"]),
        (["--type", "fact", "- a\n- b"], ["--type", "fact", "--", "- a\n- b"]),
        (["- item one", "--type", "fact"], ["--type", "fact", "--", "- item one"]),
        (["--type", "fact", "--", "-x"], ["--type", "fact", "--", "-x"]),
        (["--summary", "- a b", "text"], ["--summary", "- a b", "text"]),
        (["--summary=a long one", "text"], ["--summary=a long one", "text"]),
        (["---\ntitle: x\n---"], ["--", "---\ntitle: x\n---"]),
        (["-"], ["-"]),
        (["text", "--json"], ["text", "--json"]),
        (["--type"], ["--type"]),
        ([], []),
    ],
)
def test_text_that_begins_with_a_dash_is_told_from_an_option(given: list[str], parsed: list[str]) -> None:
    """Whatever begins with a dash and holds white space is text, unless an option takes it as its value."""
    assert apart(given, OPTIONS) == parsed


SECOND_NAMES = {"contextfs load-session": "load", "contextfs session list": "sessions"}
"""Commands that stand in two places; each has the name it has in the other."""


@pytest.mark.parametrize(("typed", "command"), ALL)
def test_every_command_of_the_table_is_there(typed: str, command: click.Command) -> None:
    """A row of the table leads to a command of that name, with a help that explains it and examples."""
    name = typed.rpartition(" ")[2]
    assert command.name == SECOND_NAMES.get(typed, name)
    assert (command.help or "").strip()
    assert isinstance(command, Verb | LazyGroup)
    assert command.examples
    assert {"-h", "--help"} & set(root.context_settings["help_option_names"])


EXAMPLES = [example for _, command in ALL for example in getattr(command, "examples", ())]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_accepted(example: str) -> None:
    """What the help shows can be typed: its options exist and its values are accepted."""
    words = shlex.split(example, comments=True)
    ours = words[words.index("contextfs") + 1 :] if "contextfs" in words else shlex.split(example)[1:]
    ours = ours[: next((at for at, word in enumerate(ours) if word in ("<", ">", "|")), len(ours))]
    if example.startswith("eval"):
        ours = ["completion", "bash"]
    group: click.Command = root
    context = click.Context(root, info_name="contextfs")
    while isinstance(group, LazyGroup):
        ours = group.completed(ours)
        group_next = group.get_command(context, ours[0])
        assert group_next is not None
        group, ours = group_next, ours[1:]
    if "--help" not in ours:
        assert group.make_context(group.name, ours, parent=context).params is not None


def test_help_says_what_the_command_says() -> None:
    """The sentence of the table is the first sentence of the command's own help."""
    different: dict[str, str] = {}
    for typed, command in ALL:
        name = typed.split()[1:]
        entry = COMMANDS[name[0]]
        if len(name) == 1 and isinstance(command, Verb):
            first = " ".join((command.help or "").partition("\n\n")[0].split())
            if entry.sentence.rstrip(".") not in first:
                different[typed] = first
    assert different == {}


def test_every_kind_of_error_has_an_exit_code() -> None:
    """No error of the tree lacks a row in the table of exit codes."""
    from contextfs.errors import ContextFSError

    kinds: set[str] = set()
    waiting: list[type[ContextFSError]] = [ContextFSError]
    while waiting:
        error = waiting.pop()
        kinds.add(error.kind)
        waiting += error.__subclasses__()
    assert kinds == set(EXIT_CODES)
