"""What tools answer, as text and as structure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from contextfs.domain.memory import Memory, Saved
from contextfs.domain.search import Answer, SearchQuery, SearchResult
from contextfs.domain.status import Listing
from contextfs.mcp.replies import (
    EXCERPT,
    NOT_INSTRUCTIONS,
    changed_reply,
    list_reply,
    markdown,
    memory_out,
    saved_reply,
    search_reply,
)

STACK = Memory(
    "This project uses Python 3.11 with FastAPI",
    "fact",
    ("python", "fastapi", "stack"),
    source_repo="backend-api",
    id="3f9c12ab" + "0" * 24,
    namespace="repo-0123456789ab",
    created_at=datetime.now(UTC) - timedelta(days=3),
)
QUESTION = SearchQuery("what framework are we using")


def test_a_result_is_printed_as_the_guide_shows_it() -> None:
    """The block of the guide, then the line that names the memory."""
    text = search_reply(Answer([SearchResult(STACK, 0.894)]), QUESTION).text
    block, _, note = text.partition("\n\n")
    assert block.splitlines() == [
        "[0.89] [fact] @backend-api",
        "  This project uses Python 3.11 with FastAPI",
        "  Tags: python, fastapi, stack",
        "  ID: 3f9c12ab · 3 days ago",
    ]
    assert note == NOT_INSTRUCTIONS


def test_the_structure_says_what_the_text_says() -> None:
    """Some hosts hand the model nothing but the structure."""
    reply = search_reply(Answer([SearchResult(STACK, 0.894)]), QUESTION)
    (hit,) = reply.value.results
    assert hit.relevance == 0.89
    assert hit.memory.id == STACK.id
    assert hit.memory.content == STACK.content
    assert hit.memory.tags == ["python", "fastapi", "stack"]
    assert reply.value.note == NOT_INSTRUCTIONS


def test_nothing_relevant_is_said_in_both() -> None:
    """An empty answer is an answer."""
    reply = search_reply(Answer([]), QUESTION)
    assert reply.text.startswith("No memories found")
    assert "what framework are we using" in reply.text
    assert reply.value.note == reply.text


def test_an_answer_elsewhere_comes_with_the_argument_that_finds_it() -> None:
    """The model needs one more call, and is told which."""
    assert "all=true" in search_reply(Answer([], elsewhere=2), QUESTION).value.note
    assert "2" in search_reply(Answer([], elsewhere=2), QUESTION).value.note


def test_a_long_memory_is_cut_and_the_rest_is_counted() -> None:
    """A search must not fill the model's context with one memory."""
    long = STACK._replace(content="line of text\n" * 1_000)
    reply = search_reply(Answer([SearchResult(long, 0.5)]), QUESTION)
    shown = reply.value.results[0].memory
    assert len(shown.content) <= EXCERPT
    assert shown.hidden_characters == len(long.content) - len(shown.content)
    assert f"{shown.hidden_characters} characters more: contextfs_recall 3f9c12ab" in reply.text
    assert len(reply.text) < EXCERPT * 1.5


def test_a_replaced_memory_is_marked_with_its_successor() -> None:
    """Old knowledge must not pass for current."""
    old = STACK._replace(status="deprecated", superseded_by="abcdef01" + "0" * 24)
    reply = search_reply(Answer([SearchResult(old, 0.5)]), QUESTION)
    assert "[0.50] [fact] @backend-api (superseded by abcdef01)" in reply.text
    assert reply.value.results[0].memory.superseded_by == old.superseded_by


def test_a_save_names_the_memory() -> None:
    """The id is what later calls need."""
    reply = saved_reply(Saved(STACK, created=True))
    assert reply.text == "Saved 3f9c12ab [fact] @backend-api This project uses Python 3.11 with FastAPI"
    assert reply.value.id == STACK.id
    assert reply.value.created
    assert reply.value.note is None


def test_a_save_of_what_was_there_says_so() -> None:
    """The model should not believe that there are two now."""
    reply = saved_reply(Saved(STACK, created=False))
    assert reply.text.startswith("Already saved, tags merged: 3f9c12ab")
    assert not reply.value.created


def test_a_similar_memory_and_advice_reach_both_forms() -> None:
    """What would make the memory better is only useful if the model reads it."""
    other = STACK._replace(id="77777777" + "0" * 24, summary="The stack")
    reply = saved_reply(Saved(STACK, created=True, similar=(other, 0.96), advice=("Say why.",)))
    for said in (reply.text, reply.value.note or ""):
        assert "77777777" in said
        assert "contextfs_update" in said
        assert "Say why." in said
    assert reply.value.similar is not None
    assert reply.value.similar.title == "The stack"


def test_a_list_is_one_line_for_each_memory() -> None:
    """Titles are enough to choose from."""
    reply = list_reply(Listing([STACK], 1, 0), 0)
    assert (
        reply.text == "3f9c12ab [fact] @backend-api This project uses Python 3.11 with FastAPI · 3 days ago"
    )
    assert reply.value.total == 1
    assert reply.value.next_offset is None


def test_a_list_says_how_to_see_more() -> None:
    """Both further pages and other namespaces."""
    reply = list_reply(Listing([STACK], 45, 12), 20)
    assert "21 of 45; offset=21 shows more." in reply.text
    assert "12 more in other namespaces: all=true shows them." in reply.text
    assert reply.value.next_offset == 21


def test_an_empty_list_says_so() -> None:
    """And an offset beyond the end does not point further."""
    assert list_reply(Listing([], 0, 0), 0).text == "No memories found."
    assert list_reply(Listing([], 5, 0), 5).value.next_offset is None


def test_a_change_is_told_with_its_remark() -> None:
    """What was done, to what, and what follows."""
    reply = changed_reply("Deleted", STACK, "It can be restored.")
    assert reply.text.splitlines()[1] == "It can be restored."
    assert reply.value.done
    assert reply.value.note == "It can be restored."


def test_the_whole_memory_shows_where_it_came_from() -> None:
    """Recall leaves nothing out but what is empty."""
    memory = STACK._replace(
        source_tool="claude-code",
        branch="main",
        commit="a" * 40,
        author="Ada",
        metadata={"sprint": 42},
        files=("src/app.py",),
    )
    out = memory_out(memory).model_dump(exclude_none=True)
    assert out["source_tool"] == "claude-code"
    assert out["branch"] == "main"
    assert out["metadata"] == {"sprint": 42}
    assert out["files"] == ["src/app.py"]
    assert "status" not in out
    assert "summary" not in out
    text = markdown(memory)
    assert text.startswith("# This project uses Python 3.11 with FastAPI\n")
    assert "- source tool: claude-code" in text
    assert text.rstrip().endswith(STACK.content)


def test_a_very_long_first_line_is_cut_as_a_title() -> None:
    """One memory without line breaks must not fill a list."""
    memory = STACK._replace(content="word " * 500)
    assert len(list_reply(Listing([memory], 1, 0), 0).text) < 200
