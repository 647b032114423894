"""Files as they are become files as they shall be, and back, for every host."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from contextfs.errors import InvalidInput
from contextfs.integrations.install import applying, installing, planning
from contextfs.integrations.install.host import Host
from contextfs.integrations.install.ledger import Ledger
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.planning import Kept
from contextfs.integrations.install.table import HOSTS

EACH = [(name, scope) for name, host in HOSTS.items() for scope in host.scopes if name != "git"]
"""Git's hooks are scripts; tests/walks/test_git_hooks.py has theirs."""

JSON = """\
{
  // what the editor should know
  "theme": "dark", /* like the night */
  "mcpServers": { "other": { "command": "other-mcp" } },
  "servers": {},
  "context_servers": {
    "docs": { "command": "docs-mcp" } // theirs
  },
  "mcp": {},
  "hooks": {
    "SessionStart": [
      { "matcher": "startup", "hooks": [{ "type": "command", "command": "echo hello" }] }
    ],
    "sessionStart": []
  },
  "last": [1, 2, 3,],
}
"""
STRICT = json.dumps(
    {"numStartups": 3, "mcpServers": {"other": {"command": "o"}}, "hooks": {"Stop": [{"hooks": []}]}},
    indent=2,
)
TOML = 'model = "gpt" # mine\n\n[mcp_servers.other]\ncommand = "other-mcp"\n\n# at the end\n'


def fill(host: Host, place: Place, scope: str) -> dict[str, bytes]:
    """Write somebody's own configuration into every file of a host; returns what each holds."""
    written: dict[str, bytes] = {}
    for wanted in host.wanted(place, scope):
        whole = isinstance(wanted.entries[0], planning.Whole)
        text = TOML if wanted.path.endswith(".toml") else STRICT if wanted.strict else JSON
        Path(wanted.path).parent.mkdir(parents=True, exist_ok=True)
        if not whole:
            Path(wanted.path).write_text(text)
            written[wanted.path] = text.encode()
    return written


def files(*folders: str) -> dict[str, bytes]:
    """Every file below some folders."""
    return {str(p): p.read_bytes() for top in folders for p in Path(top).rglob("*") if p.is_file()}


def run(host: Host, place: Place, scope: str, ledger: Ledger, *, uninstall: bool = False) -> int:
    """Install or uninstall; returns how many files were changed."""
    plan = lambda: installing.plan([host], place, scope, ledger, uninstall=uninstall)  # noqa: E731
    return len(installing.carry_out(plan, ledger, lambda _: True))


@pytest.mark.parametrize(("name", "scope"), EACH)
def test_there_and_back_byte_for_byte(name: str, scope: str, place: Place, ledger: Ledger) -> None:
    """Installed twice is installed once; uninstalled, every file is what it was and none is left over."""
    fill(HOSTS[name], place, scope)
    before = files(place.home, place.project)
    assert run(HOSTS[name], place, scope, ledger) >= 1
    installed = files(place.home, place.project)
    assert run(HOSTS[name], place, scope, ledger) == 0
    assert files(place.home, place.project) == installed != before
    assert run(HOSTS[name], place, scope, ledger, uninstall=True) >= 1
    assert files(place.home, place.project) == before
    assert [p for p in os.listdir(ledger.folder) if p != "lock"] == []


@pytest.mark.parametrize(("name", "scope"), EACH)
def test_nothing_is_left_where_nothing_was(name: str, scope: str, place: Place, ledger: Ledger) -> None:
    """On an empty machine an installation taken out again leaves neither files nor folders."""
    run(HOSTS[name], place, scope, ledger)
    assert files(place.home, place.project)
    run(HOSTS[name], place, scope, ledger, uninstall=True)
    assert list(Path(place.home).iterdir()) + list(Path(place.project).iterdir()) == []


@pytest.mark.parametrize(("name", "scope"), EACH)
def test_without_our_copies_only_our_entries_go(name: str, scope: str, place: Place, ledger: Ledger) -> None:
    """Somebody who never installed, or lost the data directory, takes our entries out of a file all the same."""
    texts = fill(HOSTS[name], place, scope)
    run(HOSTS[name], place, scope, ledger)
    run(HOSTS[name], place, scope, Ledger(ledger.folder + "-lost"), uninstall=True)
    left = files(place.home, place.project)
    assert left.keys() == texts.keys()
    for path, content in left.items():
        read = tomllib.loads if path.endswith(".toml") else planning.jsonc.Document
        arguments = (content.decode(),) if path.endswith(".toml") else (content.decode(), path)
        assert b"contextfs" not in content
        assert read(*arguments)


@pytest.mark.parametrize(("name", "scope"), EACH)
def test_what_a_host_writes_meanwhile_stays(name: str, scope: str, place: Place, ledger: Ledger) -> None:
    """When the program changed its file since, our entries go and what was there, old and new, stays."""
    fill(HOSTS[name], place, scope)
    run(HOSTS[name], place, scope, ledger)
    wanted = [w for w in HOSTS[name].wanted(place, scope) if not isinstance(w.entries[0], planning.Whole)]
    for one in wanted:
        path = Path(one.path)
        text = path.read_text()
        path.write_text(
            "written_since = 1\n" + text if path.suffix == ".toml" else text.replace("{", '{ "since": 1,', 1)
        )
    run(HOSTS[name], place, scope, ledger, uninstall=True)
    for one in wanted:
        text = Path(one.path).read_text()
        original = TOML if one.path.endswith(".toml") else STRICT if one.strict else JSON
        assert text.replace("written_since = 1\n", "").replace('{ "since": 1,', "{", 1) == original


@pytest.mark.parametrize(("name", "scope"), EACH)
def test_a_broken_file_is_named_and_left_alone(name: str, scope: str, place: Place, ledger: Ledger) -> None:
    """A file that cannot be read as what it should be stops the installation before anything is written."""
    wanted = [w for w in HOSTS[name].wanted(place, scope) if not isinstance(w.entries[0], planning.Whole)]
    for path in {Path(w.path) for w in wanted}:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{ "a": [1,\n')
    before = files(place.home, place.project)
    with pytest.raises(InvalidInput, match="is not valid"):
        run(HOSTS[name], place, scope, ledger)
    assert files(place.home, place.project) == before


def test_hosts_share_no_file(place: Place) -> None:
    """No two hosts write to the same file, so one can be taken out without the other."""
    for scope in ("user", "project"):
        paths = [w.path for h in HOSTS.values() if scope in h.scopes for w in h.wanted(place, scope)]
        assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("platform", "start"), [("linux", ".config"), ("darwin", "Library"), ("win32", "AppData")]
)
def test_desktop_programs_have_a_place_on_each_platform(place: Place, platform: str, start: str) -> None:
    """Claude Desktop and VS Code keep their files where each platform has them, and start our server by its path."""
    there = place._replace(platform=platform)
    for name in ("claude-desktop", "vscode"):
        wanted = HOSTS[name].wanted(there, "user")[0]
        assert os.path.relpath(wanted.path, place.home).split(os.sep)[0] == start
        assert '"command": "/srv/tools/contextfs-mcp"' in planning.filled(None, wanted)


def test_the_guides_place_of_claude_desktop_is_kept_equal(place: Place, ledger: Ledger) -> None:
    """Where somebody has the file that the guide names, it gets the entry, too; it is never made."""
    path = Path(place.home, ".config", "claude", "claude_desktop_config.json")
    run(HOSTS["claude-desktop"], place, "user", ledger)
    assert not path.exists()
    path.parent.mkdir()
    path.write_text("{}")
    run(HOSTS["claude-desktop"], place, "user", ledger)
    assert json.loads(path.read_text())["mcpServers"]["contextfs"]["command"] == "/srv/tools/contextfs-mcp"
    run(HOSTS["claude-desktop"], place, "user", ledger, uninstall=True)
    assert path.read_text() == "{}"


def test_a_last_line_without_an_end_stays_so(place: Place, ledger: Ledger) -> None:
    """A file that did not end with a line end does not get one, changed in between or not."""
    path = Path(place.home, ".codex", "config.toml")
    path.parent.mkdir()
    path.write_text('model = "gpt"')
    run(HOSTS["codex"], place, "user", ledger)
    path.write_text("since = 1\n" + path.read_text())
    run(HOSTS["codex"], place, "user", ledger, uninstall=True)
    assert path.read_text() == 'since = 1\nmodel = "gpt"'


def test_an_entry_made_by_hand_comes_back(place: Place, ledger: Ledger) -> None:
    """What somebody set in our entry stays while we are installed, and the whole entry comes back afterwards."""
    path = Path(place.home, ".gemini", "settings.json")
    path.parent.mkdir()
    text = '{"mcpServers": {"contextfs": {"command": "mine", "env": {"CONTEXTFS_NAMESPACE": "team"}}}}'
    path.write_text(text)
    run(HOSTS["gemini"], place, "user", ledger)
    entry = json.loads(path.read_text())["mcpServers"]["contextfs"]
    assert entry == {
        "command": "/srv/tools/contextfs-mcp",
        "args": [],
        "env": {"CONTEXTFS_NAMESPACE": "team"},
    }
    path.write_text(path.read_text().replace("{", '{"since": 1, ', 1))
    run(HOSTS["gemini"], place, "user", ledger, uninstall=True)
    assert json.loads(path.read_text()) == {"since": 1, **json.loads(text)}


def test_a_moved_program_is_written_anew_in_its_place(place: Place, ledger: Ledger) -> None:
    """After contextfs moved, its hooks are changed where they stand, beside those of others, and still come out."""
    fill(HOSTS["claude-code"], place, "user")
    before = files(place.home)
    run(HOSTS["claude-code"], place, "user", ledger)
    moved = place._replace(programs={n: (f"/new place/{n}",) for n in place.programs})
    run(HOSTS["claude-code"], moved, "user", ledger)
    settings = Path(place.home, ".claude", "settings.json").read_text()
    assert "/srv/tools" not in settings
    assert settings.count("'/new place/contextfs' hook stop ") == 1
    run(HOSTS["claude-code"], moved, "user", ledger, uninstall=True)
    assert files(place.home) == before


def test_a_hook_that_runs_more_than_us_is_not_ours() -> None:
    """A group in which somebody put a second command beside ours is left to them."""
    ours = {"hooks": [{"command": "/x/contextfs hook stop --client codex"}]}
    shared = {"hooks": [*ours["hooks"], {"command": "make lint"}]}
    assert planning._is_ours(ours)
    assert not planning._is_ours(shared)
    assert not planning._is_ours({"hooks": [{"command": "run-contextfs-hooks"}]})


def test_comments_where_a_program_reads_none_are_refused(place: Place, ledger: Ledger) -> None:
    """A file with comments that its program cannot read is broken already, and is named instead of made worse."""
    path = Path(place.home, ".claude.json")
    path.write_text("{\n // mine\n}")
    with pytest.raises(InvalidInput, match="comments or trailing commas"):
        run(HOSTS["claude-code"], place, "user", ledger)


def test_a_plan_reads_only_what_it_is_given(place: Place) -> None:
    """Planning is a function of texts: the same texts give the same changes, wherever it runs."""
    wanted = HOSTS["codex"].wanted(place, "user")
    first, second = (planning.installed("codex", wanted, lambda _: None, lambda *_: None) for _ in range(2))
    assert first == second
    assert [c.action for c in first] == ["create", "create"]
    texts = {c.path: c.after for c in first}
    gone = planning.uninstalled("codex", wanted, texts.get, lambda *_: Kept(None, untouched=True))
    assert [c.after for c in gone] == [None, None]
    assert applying.read(first[0].path) is None
