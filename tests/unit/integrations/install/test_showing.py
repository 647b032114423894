"""How a change is shown."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from contextfs.integrations.install.planning import FileChange
from contextfs.integrations.install.showing import diff, short

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  }"]), max_size=14)


@given(LINES, LINES)
def test_a_diff_is_what_difflib_says(before: list[str], after: list[str]) -> None:
    """What is shown can be applied to the file: each line of it is in its place."""
    change = FileChange("h", "f.json", "\n".join(before), "\n".join(after))
    shown = diff(change).splitlines()
    rebuilt, at = list[str](), 0
    old = (change.before or "").splitlines()
    for line in shown[2:]:
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            place = int(start) - (length != "0")
            rebuilt += old[at:place]
            at = place
        elif line.startswith("+"):
            rebuilt.append(line[1:])
        else:
            assert old[at] == line[1:]
            at += 1
            rebuilt += [] if line.startswith("-") else [line[1:]]
    assert rebuilt + old[at:] == (change.after or "").splitlines()


def test_a_large_file_is_compared_at_once() -> None:
    """Two lines in a file of a million are found without comparing all of them with each other."""
    lines = [f'    "line": {number % 7},' for number in range(1_000_000)]
    after = [*lines[:999_990], "new", *lines[999_990:]]
    shown = diff(FileChange("h", "f.json", "\n".join(lines), "\n".join(after)))
    assert "@@ -999989,4 +999989,5 @@" in shown
    assert len(shown.splitlines()) == len(
        list(difflib.unified_diff(lines[-20:], [*lines[-20:-10], "new", *lines[-10:]], n=2))
    )


def test_secrets_beside_our_entry_are_hidden() -> None:
    """The lines around a change may hold keys of others, which are not for the screen."""
    before = '{\n  "env": {\n    "GITHUB_TOKEN": "ghp_abc",\n    "api-key" : "x\\"y"\n  }\n}'
    after = before.replace("}\n}", '},\n  "mcpServers": {}\n}')
    shown = diff(FileChange("h", "f.json", before, after))
    assert "ghp_abc" not in shown
    assert 'x\\"y' not in shown
    assert '+  "mcpServers": {}' in shown


def test_paths_are_short_at_home() -> None:
    """A path below the home directory is shown from there, another one whole."""
    assert short("/home/ada/.codex/config.toml", "/home/ada") == "~/.codex/config.toml"
    assert short("/home/adam/x", "/home/ada") == "/home/adam/x"
