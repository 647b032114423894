"""Tool calls as turns: whose they are, what they ran and changed, and whether they failed."""

from __future__ import annotations

import pytest

from contextfs.exchange.importers.calls import Calls, is_ours, output_text


@pytest.mark.parametrize(
    "name",
    [
        "contextfs_search",
        "mcp__contextfs__contextfs_recall",
        "mcp__plugin_contextfs_contextfs__contextfs_save",
        "mcp_contextfs_contextfs_list",
        "contextfs-contextfs_search",
        "contextfs__search",
    ],
)
def test_our_own_tools_are_left_out_with_what_they_answered(name: str) -> None:
    """However a host spells them, recalled memories do not come back as a tool's output."""
    calls = Calls()
    assert list(calls.asked("1", name, {"query": "hashing"}, None)) == []
    assert list(calls.answered("1", "Use bcrypt with cost 12.", None)) == []


def test_what_our_own_command_printed_is_left_out() -> None:
    """The call of `contextfs search` is told, its answer is not."""
    calls = Calls()
    (asked,) = calls.asked("1", "Bash", {"command": "cd app && contextfs search hashing"}, None)
    assert asked.content == "Bash: cd app && contextfs search hashing"
    assert list(calls.answered("1", "[0.93] Use bcrypt", None)) == []


@pytest.mark.parametrize("name", ["Bash", "edit_contextual", "mcp__context__fs", "contextfsx"])
def test_other_tools_are_not_ours(name: str) -> None:
    """A name that only looks like ours is another tool's."""
    assert not is_ours(name)


@pytest.mark.parametrize(
    ("name", "arguments", "metadata"),
    [
        ("Bash", {"command": "npm test"}, {"command": "npm test"}),
        ("shell", '{"command": ["bash", "-lc", "npm test"]}', {"command": "npm test"}),
        ("exec_command", '{"cmd": "npm test"}', {"command": "npm test"}),
        ("local_shell", {"command": ["ls", "-1"], "type": "exec"}, {"command": "ls -1"}),
        ("Edit", {"file_path": "/a/b.py", "old_string": "x"}, {"files": ["/a/b.py"]}),
        ("Read", {"file_path": "/a/b.py"}, {}),
        (
            "apply_patch",
            "*** Begin Patch\n*** Update File: a.py\n*** Add File: b.py\n",
            {"files": ["a.py", "b.py"]},
        ),
        ("WebSearch", {"query": "x"}, {}),
        ("nothing", None, {}),
        ("odd", "[1, 2", {}),
    ],
)
def test_what_a_call_ran_and_changed_is_told(
    name: str, arguments: object, metadata: dict[str, object]
) -> None:
    """The command of a shell and the files that an edit touches are metadata of the turn."""
    (turn,) = Calls().asked("1", name, arguments, None)
    assert dict(turn.metadata) == {"name": name, **metadata}
    assert turn.content.startswith(name)


def test_an_answer_knows_what_it_answers() -> None:
    """The name of the tool is that of the call, and a failure is marked."""
    calls = Calls()
    list(calls.asked("1", "Bash", {"command": "make"}, None))
    (answer,) = calls.answered("1", [{"type": "text", "text": "error: no rule"}], None, failed=True)
    assert (answer.content, dict(answer.metadata)) == ("error: no rule", {"name": "Bash", "error": True})


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("plain", "plain"),
        ([{"text": "a"}, "b", {"output": "c"}], "a\nb\nc"),
        ({"stdout": "out"}, "out"),
        ({"rows": 3}, '{"rows": 3}'),
        (None, ""),
    ],
)
def test_answers_are_read_in_every_shape(output: object, text: str) -> None:
    """Text, blocks of text and JSON all become text."""
    assert output_text(output) == text
