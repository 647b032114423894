"""A table of TOML, changed in its text."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.errors import InvalidInput
from contextfs.integrations.install.toml_tables import with_table, without_table

PATH = ("mcp_servers", "contextfs")
OURS = {"command": "/srv/tools/contextfs-mcp", "args": ["a b", 'say "x"'], "env": {"D": "/data"}}

blocks = st.sampled_from(
    [
        'model = "gpt"  # mine\n',
        "# a comment [not.a.table]\n\n",
        "numbers = [\n  1, # one\n  [2, 3],\n]\n",
        'text = """\n[mcp_servers.contextfs]\n"""\n',
        "raw = '''[mcp_servers.contextfs]'''\n",
        "dotted.key = { a = 1 }\n",
    ]
)
tables = st.sampled_from(
    [
        '[mcp_servers.other]\ncommand = "y" # theirs\n\n',
        '[mcp_servers."contextfs-old"]\ncommand = "z"\n',
        "[profiles.fast]\n# about the model\nmodel = 'x'\n",
        "[[hooks]]\nname = 1\n[[hooks]]\nname = 2\n\n\n",
        "[mcp_servers.other.env]\nA = '1'\n",
    ]
)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A configuration of somebody else's tables, in any order, each once."""
    top = draw(st.lists(blocks, unique=True, max_size=4))
    return "".join([*top, *draw(st.lists(tables, unique=True, max_size=4))])


@given(files())
def test_a_table_is_added_and_taken_out_again(text: str) -> None:
    """Adding our table changes no other value; taking it out gives the text back byte for byte."""
    after = with_table(text, "config.toml", PATH, OURS)
    before: dict[str, Any] = tomllib.loads(text)
    servers = {**before.get("mcp_servers", {}), "contextfs": OURS}
    assert tomllib.loads(after) == {**before, "mcp_servers": servers}
    assert after.startswith(text)
    assert with_table(after, "config.toml", PATH, OURS) == after
    assert without_table(after, "config.toml", PATH) == text


def test_what_somebody_added_to_our_table_stays() -> None:
    """Only our keys are changed in a table that is there; comments and other keys stay, in its sub-tables, too."""
    text = (
        '[mcp_servers.contextfs]\nstartup_timeout_sec = 20 # slow disk\ncommand = "old"\n'
        '[mcp_servers.contextfs.env]\nD = "/old"\nMINE = "1"\n\n[q]\nx = 1\n'
    )
    after = with_table(text, "config.toml", PATH, OURS)
    assert "startup_timeout_sec = 20 # slow disk\n" in after
    found = tomllib.loads(after)
    assert found["mcp_servers"]["contextfs"]["env"] == {"D": "/data", "MINE": "1"}
    assert found["mcp_servers"]["contextfs"]["command"] == OURS["command"]
    assert tomllib.loads(without_table(after, "config.toml", PATH)) == {"q": {"x": 1}}


@pytest.mark.parametrize(
    "text",
    ["mcp_servers = { contextfs = { command = 'x' } }\n", "[mcp_servers]\ncontextfs.command = 'x'\n"],
)
def test_a_table_written_in_another_way_is_refused(text: str) -> None:
    """What cannot be changed line by line is refused with the way to write it, not guessed at."""
    with pytest.raises(InvalidInput, match="cannot be changed safely") as error:
        with_table(text, "config.toml", PATH, OURS)
    assert "[mcp_servers.contextfs]" in error.value.hint


def test_a_broken_file_is_refused_with_the_place() -> None:
    """What is wrong is said with its line."""
    with pytest.raises(InvalidInput, match=r"config\.toml is not valid TOML: .*line 2"):
        with_table('a = 1\nb = "x\n', "config.toml", PATH, OURS)
