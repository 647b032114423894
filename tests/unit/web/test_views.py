"""The views, as a browser asks for them."""

from __future__ import annotations

import re
from typing import Any

from contextfs import ContextFS


def test_the_first_page_lists_the_latest(visit: Any, ctx: ContextFS) -> None:
    """Without a query the newest memories come first, with how many there are."""
    ctx.save("We use PostgreSQL 16.", tags=["database"])
    page = visit.page("/")
    assert "We use PostgreSQL 16." in page
    assert "1 memory" in page


def test_an_empty_store_says_how_to_begin(visit: Any) -> None:
    """Where nothing is known, the page says what to do."""
    assert "contextfs save" in visit.page("/")


def test_search_answers_with_relevance_and_why(visit: Any, ctx: ContextFS) -> None:
    """A query finds its memory with a relevance that can be explained."""
    memory = ctx.save("Payment webhooks are retried five times with backoff.")
    ctx.save("The office is closed on Fridays.")
    part = visit.part("/", q="webhook retries")
    assert "five times" in part
    assert "Fridays" not in part
    assert "<html" not in part
    assert "webhook" in visit.part(f"/search/why/{memory.id}", q="webhook retries")


def test_facets_narrow_the_results(visit: Any, ctx: ContextFS) -> None:
    """Types, tags and projects are counted, and each narrows what is shown."""
    ctx.save("Never use floats for money.", type="decision", tags=["money"], project="shop")
    ctx.save("Sync clocks before the test.", type="procedural", tags=["tests"])
    facets = visit.part("/search/facets")
    assert re.search(r'name="tag" value="money".*?<span class="count">1<', facets, re.DOTALL)
    for narrowing in ({"type": "decision"}, {"tag": "money"}, {"project": "shop"}):
        part = visit.part("/", **narrowing)
        assert "Never use floats" in part
        assert "Sync clocks" not in part


def test_a_bad_condition_is_told(visit: Any) -> None:
    """A type that there is not is an error that says what is accepted."""
    assert "is not a memory type" in visit.part("/", 400, type="novel")
    assert "is not a memory type" in visit.page("/", 400, type="novel")


def test_more_results_follow_on_demand(visit: Any, ctx: ContextFS) -> None:
    """A long list comes in pages, and the last one ends it."""
    ctx.save_many([f"Rule number {n} of the house." for n in range(25)])
    first = visit.part("/")
    assert first.count('class="hit"') == 20
    second = visit.part("/", offset=20)
    assert second.count('class="hit"') == 5
    assert "More</button>" not in second


def test_a_memory_is_shown_with_everything_around_it(visit: Any, ctx: ContextFS) -> None:
    """Its rendered text, its tags, what it replaces, and where it comes from."""
    old = ctx.save("We deploy by hand.", type="procedural")
    new = ctx.save("## Deploying\n\nWe deploy by `make ship`.", tags=["deploy"], owner="ann")
    ctx.supersede(old, new)
    page = visit.page(f"/memory/{new.id}")
    for wanted in ("<code>make ship</code>", "deploy", "ann", f"/memory/{old.id}", "replaces"):
        assert wanted in page
    assert visit.page(f"/memory/{new.short_id}")
    assert "No memory has" in visit.page("/memory/ffffffff", 404)


def test_history_shows_what_changed_and_goes_back(visit: Any, ctx: ContextFS) -> None:
    """Each revision is a difference; restoring one makes the memory what it was."""
    memory = ctx.save("Timeout is 5 seconds.")
    ctx.update(memory, content="Timeout is 30 seconds.")
    part = visit.part(f"/memory/{memory.id}/history")
    assert re.search(r'class="removed">Timeout is 5', part)
    assert re.search(r'class="added">Timeout is 30', part)
    answer = visit.post(f"/memory/{memory.id}/restore", at=1)
    assert answer.headers["hx-redirect"] == f"/memory/{memory.id}"
    assert ctx.recall(memory).content == "Timeout is 5 seconds."
    assert "Restored" in visit.page(f"/memory/{memory.id}")
    assert "Restored" not in visit.page(f"/memory/{memory.id}")


def test_a_deleted_memory_can_be_brought_back(visit: Any, ctx: ContextFS) -> None:
    """Deleting is undone by a button, and the page of a deleted memory brings it back."""
    memory = ctx.save("Keep me.")
    visit.post(f"/memory/{memory.id}/delete")
    assert ctx.get(memory) is None
    assert "Bring it back" in visit.page(f"/memory/{memory.id}", 410)
    assert "Undone: delete" in visit.post("/undo").text
    assert ctx.get(memory)
    visit.post(f"/memory/{memory.id}/archive")
    assert ctx.recall(memory).status == "archived"


def test_a_memory_is_edited(visit: Any, ctx: ContextFS) -> None:
    """What the form says is what the memory then is; a preview shows it before."""
    memory = ctx.save("Old text.", tags=["a", "b"], summary="Old")
    assert "Old text." in visit.page(f"/memory/{memory.id}/edit")
    assert "<strong>New</strong>" in visit.post("/preview", content="**New**").text
    visit.post(
        f"/memory/{memory.id}/edit",
        content="New text.",
        type="decision",
        tags="b, c",
        summary="",
        status="active",
    )
    after = ctx.recall(memory)
    assert (after.content, after.type, sorted(after.tags), after.summary) == (
        "New text.",
        "decision",
        ["b", "c"],
        "",
    )


def test_a_memory_is_written(visit: Any, ctx: ContextFS) -> None:
    """A new one is saved from the page; an empty one, or one that holds a secret, is refused with a reason."""
    visit.post("/new", content="We ship on Tuesdays.", type="fact", tags="ship")
    assert ctx.search("ship on Tuesdays")[0].memory.source_tool == "web"
    visit.post("/new", 400, content="", type="fact")
    secret = "The key is AKIA" + "IOSFODNN7EXAMPLF"
    assert "secret" in visit.post("/new", 400, content=secret, type="fact").text.lower()


def test_names_cannot_break_out(visit: Any, ctx: ContextFS) -> None:
    """Whatever a memory is called or tagged, the page stays a page."""
    evil = '"><script>alert(1)</script>'
    memory = ctx.save(f"{evil} is the text", summary=evil, project=evil, metadata={evil: evil})
    for text in (
        visit.page("/"), visit.page(f"/memory/{memory.id}"), visit.page(f"/memory/{memory.id}/edit"),
        visit.part("/", q=evil), visit.page("/", q=evil), visit.part("/search/facets"),
    ):  # fmt: skip
        assert "<script>alert" not in text


def test_what_is_nowhere_is_told(visit: Any) -> None:
    """An address that nothing has is answered with a way back, and in JSON where programs ask."""
    assert "There is no page" in visit.page("/nowhere", 404)
    assert visit.client.get("/api/v1/nowhere").json()["error"] == "NotFound"
