"""`contextfs-mcp` written into each assistant's configuration by hand, as docs/how-to/mcp.md says."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from tests.e2e.desk import Desk
from tests.e2e.model import Ask
from tests.e2e.wires import Call, Say

pytestmark = pytest.mark.e2e

AVATARS = (
    "Avatars live in the object store and only their key in Postgres, because backups had grown to 40 GB."
)
ALWAYS = {"contextfs_save", "contextfs_search", "contextfs_recall"}
"""The tools that are in the prompt of every assistant, also of one that hides tools until it looks for them."""


class Story(NamedTuple):
    """Two conversations: one in which the model saves something, and a later one in which it looks for it."""

    desk: Desk
    saving: list[Ask]
    searching: list[Ask]


@pytest.fixture(scope="module")
def story(desk: Desk) -> Story:
    """Both conversations, held once for each assistant."""
    desk.connect()
    save = Call("contextfs_save", {"content": AVATARS, "type": "decision", "tags": ["storage"]})
    desk.ask("Please remember where avatars are kept.", save, Say("It is saved."))
    saving = desk.model.conversation()
    search = Call("contextfs_search", {"query": "where do avatars live"})
    desk.ask("Where do we keep uploaded pictures?", search, Say("In the object store."))
    return Story(desk, saving, desk.model.conversation())


def test_the_tools_are_offered_from_the_first_request_on(story: Story) -> None:
    """The first request to the model offers our tools, each with its description."""
    offered = {offer.name.rpartition("contextfs_")[2]: offer for offer in story.saving[0].offers}
    ours = {f"contextfs_{name}": offer for name, offer in offered.items() if "contextfs_" in offer.name}
    assert ours.keys() >= ALWAYS
    assert all(ours[name].description for name in ALWAYS)


def test_what_the_model_saves_is_in_the_store(story: Story) -> None:
    """A memory saved by a tool call stands in the namespace of the repository and names the assistant."""
    [saved] = story.desk.told("list", "--limit", "5")["memories"]
    assert (saved["content"], saved["type"], saved["source_tool"]) == (
        AVATARS,
        "decision",
        story.desk.host.name,
    )


def test_the_model_is_told_that_it_is_saved(story: Story) -> None:
    """The request after the tool call carries our answer back to the model."""
    [saved] = story.desk.told("list")["memories"]
    assert (
        saved["id"][:8] in story.saving[1].text
    )  # as JSON, as text or as both, whatever the assistant shows


def test_what_was_saved_is_found_in_the_next_conversation(story: Story) -> None:
    """A search by another conversation's model gets the memory into its prompt."""
    assert AVATARS not in story.searching[0].text
    assert AVATARS in story.searching[1].text


def test_the_conversations_import_once(story: Story) -> None:
    """The assistant's own transcripts become sessions with what was said, and a second import adds nothing."""
    paths = [str(path) for path in story.desk.host.transcripts(story.desk.home)]
    first, second = (story.desk.told("import", *paths, "--yes") for _ in range(2))
    assert counts(first) == (2, 0)
    assert counts(second) == (0, 0)
    said = story.desk.contextfs("session", "search", "where do we keep uploaded pictures").out
    assert "pictures" in said


def counts(done: Any) -> tuple[int, int]:
    """How many sessions an import made, and how many it added to."""
    return done["sessions"], done["grown"]
