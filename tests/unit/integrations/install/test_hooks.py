"""The commands written into hosts' files are those that answer there."""

from __future__ import annotations

import os
import subprocess

import pytest

from contextfs.integrations.hosts import BY_NAME
from contextfs.integrations.install import hooks, places
from contextfs.integrations.install.hosts import copilot, cursor, gemini
from contextfs.integrations.install.places import Place
from contextfs.integrations.install.wanted import OUR_HOOK

EVENTS = {
    "claude-code": hooks.CLAUDE,
    "codex": hooks.CLAUDE,
    "gemini": gemini.EVENTS,
    "copilot": copilot.EVENTS,
    "cursor": cursor.EVENTS,
}


@pytest.mark.parametrize("client", BY_NAME)
def test_each_event_is_one_that_is_answered(client: str) -> None:
    """Every host that has hooks gets them, under names that the table of hosts reads as the same events."""
    table = BY_NAME[client].events
    assert {at.name: table.get(at.name) for at in EVENTS[client]} == {
        at.name: at.event for at in EVENTS[client]
    }
    assert {at.event for at in EVENTS[client]} >= {
        "session-start",
        "user-prompt",
        "post-tool",
        "stop",
        "session-end",
    }


@pytest.mark.parametrize(
    ("platform", "program", "start"),
    [
        ("linux", "/usr/local/bin/contextfs", "/usr/local/bin/contextfs hook"),
        ("linux", "/home/Ada Lovelace/contextfs", "'/home/Ada Lovelace/contextfs' hook"),
        ("darwin", "/Users/o'neil/contextfs", "'/Users/o'\\''neil/contextfs' hook"),
        ("win32", "C:\\Users\\ada\\contextfs.exe", "C:/Users/ada/contextfs.exe hook"),
        ("win32", "C:\\Program Files\\contextfs.exe", '"C:/Program Files/contextfs.exe" hook'),
    ],
)
def test_a_command_survives_the_shell(place: Place, platform: str, program: str, start: str) -> None:
    """Paths with spaces and quotes are quoted as the platform's shells need it, and known again as ours."""
    there = place._replace(platform=platform, programs={"contextfs": (program,)})
    command = hooks.command(there, "user", "stop", "codex")
    assert command == f"{start} stop --client codex"
    assert OUR_HOOK.search(command)
    assert hooks.command(there, "project", "stop", "codex") == "contextfs hook stop --client codex"


def test_programs_of_this_installation_are_named() -> None:
    """The words that start us are absolute and lead to this installation, not to another one on the PATH."""
    place = places.here({"PATH": "", "HOME": "/home/ada"}, cwd="/")
    assert all(words[0].startswith("/") for words in place.programs.values())
    assert place.project == "/"
    assert place.app_data == "/home/ada/.config"


@pytest.mark.parametrize("folder", ["/data/contextfs", "/data of Ada/it's here"])
def test_a_data_directory_of_ones_own_goes_with_the_command(place: Place, folder: str) -> None:
    """Started without the variables of a shell, a hook finds the same store; where it is tried, it takes another."""
    there = place._replace(data_dir=folder)
    command = hooks.command(there, "user", "stop", "codex")
    printed = subprocess.run(
        ["sh", "-c", command.replace("/srv/tools/contextfs", "printenv CONTEXTFS_DATA_DIR #")],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert printed.stdout == folder + "\n"
    assert OUR_HOOK.search(command)
    assert hooks.elsewhere(command) == hooks.command(place, "user", "stop", "codex")
    assert hooks.command(there, "project", "stop", "codex") == "contextfs hook stop --client codex"
