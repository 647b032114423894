"""`contextfs-mcp` written into each assistant's configuration by hand, as docs/how-to/mcp.md says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.e2e.desk import Desk
from tests.e2e.hosts import Host
from tests.e2e.model import Ask
from tests.e2e.wires import Call, Say

if TYPE_CHECKING:
    from conftest import Desks

pytestmark = pytest.mark.e2e

AVATARS = (
    "Avatars live in the object store and only their key in Postgres, because backups had grown to 40 GB."
)


class Story(NamedTuple):
    """Two conversations: one in which the model saves something, and a later one in which it looks for it."""

    desk: Desk
    saving: list[Ask]
    searching: list[Ask]


@pytest.fixture(scope="module")
def story(host: Host, desks: Desks) -> Story:
    """Both conversations, held once for each assistant."""
    desk = desks(host)
    desk.connect()
    save = Call("contextfs_save", {"content": AVATARS, "type": "decision", "tags": ["storage"]})
    desk.ask("Please remember where avatars are kept.", save, Say("It is saved."))
    saving = desk.model.conversation()
    search = Call("contextfs_search", {"query": "where do avatars live"})
    desk.ask("Where do we keep uploaded pictures?", search, Say("In the object store."))
    return Story(desk, saving, desk.model.conversation())


def test_the_tools_are_offered(story: Story) -> None:
    """Each model is offered the tool it needs, with its description: at once, in Codex by the search for tools."""
    place = 1 if story.desk.host.name == "codex" else 0
    for asks, name in ((story.saving, "contextfs_save"), (story.searching, "contextfs_search")):
        offers = [ask.offer(name) for ask in asks]
        assert not any(offers[:place])
        assert (offer := offers[place]) and offer.description


def test_codex_is_told_what_it_can_search_for(story: Story) -> None:
    """Where tools are hidden, the first request names our server and what it is for."""
    if story.desk.host.name != "codex":
        pytest.skip("only Codex names servers instead of tools")
    assert "mcp__contextfs: Persistent memory" in story.saving[0].text


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
        saved["id"][:8] in story.saving[-1].text
    )  # as JSON, as text or as both, whatever the assistant shows


def test_what_was_saved_is_found_in_the_next_conversation(story: Story) -> None:
    """A search by another conversation's model gets the memory into its prompt."""
    assert AVATARS not in story.searching[0].text
    assert AVATARS in story.searching[-1].text


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
