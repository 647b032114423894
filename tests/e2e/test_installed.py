"""contextfs in each assistant, by `contextfs install` and as its plugin: what its model is told, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.e2e.desk import Desk
from tests.e2e.hosts import Host
from tests.e2e.model import Ask
from tests.e2e.wires import Call, Say

if TYPE_CHECKING:
    from conftest import Desks

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.e2e

AVATARS = "We keep uploaded avatars in the object store, because database backups had grown to 40 GB."
QUEUE = "Nightly reports wait in a Postgres table, because ten jobs a second need no broker."
ANSWER = "They are in the object store since the backups had grown."
FENCE = "not instructions"


class Story(NamedTuple):
    """Three conversations with an assistant that contextfs was installed in."""

    way: str
    desk: Desk
    before: dict[str, bytes]
    """The files of the home before the installation."""
    first: list[Ask]
    """It asks about a memory that somebody saved, writes a file, and saves another memory."""
    second: list[Ask]
    """It asks about what the first one saved."""
    more: list[Ask]
    """The second conversation goes on, about the same."""


@pytest.fixture(scope="module", params=["install", "plugin"])
def story(request: pytest.FixtureRequest, host: Host, desks: Desks) -> Story:
    """The three of them, held once for each assistant and each way in."""
    desk = desks(host)
    desk.contextfs("save", AVATARS, "--type", "decision", "--tags", "avatars,storage")
    desk.contextfs(
        "config", "set", "hook.deadline", "10000"
    )  # what is told is the question here, not how fast
    before = desk.files()
    if request.param == "plugin":
        desk.plug(ROOT)
    else:
        desk.contextfs("install", host.name, "--user", "--yes")
    write = desk.host.writes(desk.work / "reports.py", "QUEUE = 1")
    save = Call("contextfs_save", {"content": QUEUE, "type": "decision", "tags": ["reports", "queue"]})
    desk.ask("Where do we keep uploaded avatars, and why?", write, save, Say(ANSWER))
    first = desk.model.conversation()
    desk.ask("Which queue do nightly reports wait in?", Say("A table."))
    second = desk.model.conversation()
    desk.ask("So where do nightly reports wait, and in which queue?", Say("In a table."), again=True)
    return Story(request.param, desk, before, first, second, desk.model.conversation())


@pytest.fixture
def installed(story: Story) -> Story:
    """The same, where it was our own command that installed it."""
    if story.way == "plugin":
        pytest.skip("the assistant's own commands install plugins and remove them")
    return story


def test_the_tools_are_offered(story: Story) -> None:
    """The model can save, in Codex once it has searched for the tool."""
    asks = story.first if story.desk.host.name == "codex" else story.first[:1]
    assert any(ask.offer("contextfs_save") for ask in asks)


def test_what_somebody_saved_is_in_the_first_request(story: Story) -> None:
    """A memory that fits the prompt stands in the request before the model has asked for anything, fenced as data."""
    assert AVATARS in story.first[0].text
    assert FENCE in story.first[0].text


def test_what_the_model_saved_is_in_the_next_conversation(story: Story) -> None:
    """A memory saved by a tool call stands in the first request of the next conversation."""
    assert QUEUE not in story.first[0].text
    assert QUEUE in story.second[0].text


def test_a_conversation_begins_with_how_the_last_one_ended(story: Story) -> None:
    """A new conversation is told of the one before it, whatever the assistant calls its beginning."""
    assert "How the last session ended" in story.second[0].text


def test_nothing_is_told_twice(story: Story) -> None:
    """A conversation that goes on about the same holds each memory once, also where resuming loses what was told."""
    told = story.more[0].text.count(QUEUE)
    if story.desk.host.name == "copilot":
        # It calls the hooks of a beginning and of a prompt at the same time, and loses on resuming only what the first
        # of them gave. Which one gave it is chance; once too often is better than never.
        assert told in {1, 2}
    else:
        assert told == 1


def test_the_conversations_are_captured(story: Story) -> None:
    """Without an import both conversations are sessions here, with what was said and without what was injected."""
    talks = captured(story.desk)
    said = [[(one["role"], one["content"]) for one in talk["messages"]] for talk in talks]
    texts = ["\n".join(text for _, text in talk) for talk in said]
    [first] = [talk for talk in said if ("user", "Where do we keep uploaded avatars, and why?") in talk]
    assert ("assistant", ANSWER) in first
    assert any("So where do nightly reports wait" in text for text in texts)
    assert not any(FENCE in text for text in texts)


def test_an_import_adds_nothing_to_what_was_captured(story: Story) -> None:
    """What the hooks captured is what the importer reads: importing the same transcripts changes nothing."""
    paths = [str(path) for path in story.desk.host.transcripts(story.desk.home)]
    done = story.desk.told("import", *paths, "--yes")
    assert (done["sessions"], done["grown"], done["messages"]) == (0, 0, 0)


def test_a_written_file_belongs_to_the_session(story: Story) -> None:
    """The file that the model wrote is among those that the session touched."""
    touched = [file for talk in captured(story.desk) for file in files(story.desk, talk["id"])]
    assert "reports.py" in {Path(file).name for file in touched}


def test_the_check_says_that_it_works(installed: Story) -> None:
    """`contextfs install --check` tries what was written and finds nothing wrong."""
    assert installed.desk.contextfs("install", installed.desk.host.name, "--check").code == 0


def test_a_second_installation_changes_nothing(installed: Story) -> None:
    """Installing twice is installing once."""
    once = configuration(installed.desk)
    installed.desk.contextfs("install", installed.desk.host.name, "--user", "--yes")
    assert configuration(installed.desk) == once


def test_it_goes_away_without_a_trace(installed: Story) -> None:
    """After the removal the configuration is what it was, byte for byte; what the assistant itself wrote may differ."""
    desk = installed.desk
    desk.contextfs("install", desk.host.name, "--user", "--yes", "--uninstall")
    now = configuration(desk)
    for path, content in now.items():
        if path in installed.before and path not in desk.host.rewrites(desk.home):
            assert content == installed.before[path], path
        assert b"contextfs" not in content, path
    assert installed.before.keys() <= desk.files().keys()


def captured(desk: Desk) -> list[Any]:
    """The sessions of this assistant with their messages, as far as hooks made them."""
    listed = desk.told("sessions", "--all", "--tool", desk.host.name, "--limit", "50")["sessions"]
    return [json.loads(desk.contextfs("load-session", one["id"], "--json").out) for one in listed]


def files(desk: Desk, session: str) -> list[str]:
    """The files that a session touched."""
    return desk.told("session", "files", session)["files"]


def configuration(desk: Desk) -> dict[str, bytes]:
    """The files in which the assistant is configured."""
    found = desk.files()
    return {path: found[path] for path in map(str, desk.host.configuration(desk.home)) if path in found}


def test_an_installation_for_the_project_works_where_it_is_trusted(host: Host, desks: Desks) -> None:
    """What a repository carries is read by the assistant of whoever trusts the folder, and goes away again."""
    desk = desks(host)
    desk.contextfs("save", AVATARS, "--type", "decision", "--tags", "avatars,storage")
    desk.contextfs("config", "set", "hook.deadline", "10000")
    desk.environ |= host.trust(desk.home, desk.work)
    before = {path: content for path, content in desk.files().items() if path.startswith(str(desk.work))}
    desk.contextfs("install", host.name, "--project", "--yes")
    desk.ask(
        "Where do we keep uploaded avatars?", Call("contextfs_search", {"query": "avatars"}), Say(ANSWER)
    )
    assert AVATARS in desk.model.conversation()[0].text
    desk.contextfs("install", host.name, "--project", "--yes", "--uninstall")
    assert {path: text for path, text in desk.files().items() if path.startswith(str(desk.work))} == before
