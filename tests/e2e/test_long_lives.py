"""What happens to a conversation that is compacted, and to one while contextfs is paused, in Claude Code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.e2e.desk import Desk
from tests.e2e.hosts import HOSTS
from tests.e2e.wires import Say

if TYPE_CHECKING:
    from conftest import Desks

pytestmark = pytest.mark.e2e

AVATARS = "We keep uploaded avatars in the object store, because database backups had grown to 40 GB."
SUMMARY = "They talked about where avatars are kept, and settled nothing new about the thumbnails."


@pytest.fixture
def desk(desks: Desks) -> Desk:
    """Claude Code with contextfs installed, and one memory."""
    desk = desks(next(host for host in HOSTS if host.name == "claude-code"))
    desk.contextfs("save", AVATARS, "--type", "decision", "--tags", "avatars,storage")
    desk.contextfs(
        "config", "set", "hook.deadline", "10000"
    )  # what is told is the question here, not how fast
    desk.contextfs("install", "claude-code", "--user", "--yes")
    return desk


def test_a_compaction_is_kept_and_what_was_told_is_told_again(desk: Desk) -> None:
    """The summary becomes part of the captured session, and the shortened conversation holds the memory once."""
    desk.ask("Where do we keep uploaded avatars, and why?", Say("In the object store."))
    desk.ask("/compact", Say(SUMMARY), again=True)
    desk.ask("And where do we keep uploaded avatars?", Say("As I said."), again=True)
    request = desk.model.conversation()[0].text
    assert SUMMARY in request
    assert request.count(AVATARS) == 1
    [session] = desk.told("sessions", "--all", "--tool", "claude-code")["sessions"]
    kept = json.loads(desk.contextfs("load-session", session["id"], "--json").out)
    assert SUMMARY in json.dumps(kept)
    done = desk.told("import", *map(str, desk.host.transcripts(desk.home)), "--yes")
    assert (done["sessions"], done["messages"]) == (0, 0)


def test_a_pause_is_one(desk: Desk) -> None:
    """While contextfs is paused nothing is told and nothing is captured; after it both go on."""
    desk.contextfs("pause")
    desk.ask("Where do we keep uploaded avatars, and why?", Say("I do not know."))
    assert AVATARS not in desk.model.conversation()[0].text
    assert desk.told("sessions", "--all", "--tool", "claude-code")["sessions"] == []
    desk.contextfs("resume")
    desk.ask("Where do we keep uploaded avatars, and why?", Say("In the object store."))
    assert AVATARS in desk.model.conversation()[0].text
    assert len(desk.told("sessions", "--all", "--tool", "claude-code")["sessions"]) == 1
